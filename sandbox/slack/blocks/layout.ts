/** Layout blocks: what may stand in a message, a modal, an App Home. */
import { record } from '../state/json.ts';
import { all, anything, byType, exactlyOne, flag, items, number, oneOf, problem, shape, words, type Rule } from './check.ts';
import { accessory, actionElement, cardAction, contextAction, contextElement, inputElement } from './elements.ts';
import { anyText, imageElement, plain } from './objects.ts';

const base: Record<string, Rule> = { type: anything, block_id: words(255) };

const needsWords: Rule = (spot) => {
  const { text, fields } = record(spot.value);
  if (text === undefined && fields === undefined) problem(spot, 'missing required field: text');
};

const section: Rule = all(
  needsWords,
  shape({}, { ...base, text: anyText(3000), fields: items(anyText(2000), 10), accessory, expand: flag }),
);

const image: Rule = all(
  exactlyOne('image_url', 'slack_file'),
  shape({ alt_text: words(2000) }, { ...base, title: plain(2000), image_url: words(3000), slack_file: anything }),
);

const input: Rule = shape(
  { label: plain(2000), element: inputElement },
  { ...base, hint: plain(2000), optional: flag, dispatch_action: flag },
);

const cell: Rule = byType({ raw_text: shape({ text: words(3000) }, base), raw_number: anything, rich_text: anything });

const table: Rule = shape({ rows: items(items(cell, 20), 100) }, { ...base, column_settings: anything });

const dataTable: Rule = shape(
  { rows: items(items(anything, 20), 201, 2), caption: anything },
  { ...base, page_size: number(1, 100), row_header_column_index: anything, columns: anything },
);

const video: Rule = shape(
  { title: plain(200), video_url: words(3000), thumbnail_url: words(3000), alt_text: words(200) },
  {
    ...base,
    author_name: words(50),
    provider_name: words(50),
    description: plain(200),
    title_url: words(3000),
    provider_icon_url: words(3000),
  },
);

const card: Rule = shape(
  {},
  {
    ...base,
    title: anyText(150),
    subtitle: anyText(150),
    body: anyText(200),
    subtext: anyText(200),
    icon: imageElement,
    hero_image: imageElement,
    actions: items(cardAction, 3),
    slack_icon: anything,
  },
);

const alert: Rule = shape({ text: anyText(200) }, { ...base, level: oneOf('default', 'info', 'warning', 'error', 'success') });

const messageBlocks: Record<string, Rule> = {
  section,
  image,
  input,
  table,
  video,
  card,
  alert,
  header: shape({ text: plain(150) }, { ...base, level: anything }),
  divider: shape({}, base),
  context: shape({ elements: items(contextElement, 10) }, base),
  actions: shape({ elements: items(actionElement, 25) }, base),
  context_actions: shape({ elements: items(contextAction, 5) }, base),
  rich_text: shape({ elements: items(anything, 1000, 0) }, base),
  markdown: shape({ text: words(12_000) }, base),
  file: shape({ external_id: words(255), source: oneOf('remote') }, base),
  data_table: dataTable,
  carousel: shape({ elements: items(byType({ card }), 10) }, base),
  task_card: shape(
    { task_id: words(255), title: words(3000), status: oneOf('pending', 'in_progress', 'complete', 'error') },
    { ...base, details: anything, output: anything, sources: anything },
  ),
  plan: shape({ title: words(3000) }, { ...base, tasks: anything }),
};

const container: Rule = shape(
  { child_blocks: items(byType(messageBlocks), 10) },
  { ...base, title: plain(150), subtitle: plain(150), collapsible: flag, initially_collapsed: flag, width: anything, icon: anything },
);

/** Blocks only messages know. */
const messageOnly = ['table', 'data_table', 'file', 'context_actions', 'carousel', 'task_card', 'plan', 'markdown'];

const viewBlocks = Object.fromEntries(Object.entries(messageBlocks).filter(([type]) => !messageOnly.includes(type)));

/** A block of a message. */
export const messageBlock: Rule = byType({ ...messageBlocks, container });

/** A block of a modal or of App Home. */
export const viewBlock: Rule = byType({ ...viewBlocks, container });
