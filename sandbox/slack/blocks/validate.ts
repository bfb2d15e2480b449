/** The door to the block rules: problems in Slack's wording, or none. */
import { codePoints, list, record, text, type Json } from '../state/json.ts';
import { anything, at, distinct, flag, items, problem, shape, words, type Rule, type Spot } from './check.ts';
import { messageBlock, viewBlock } from './layout.ts';
import { plain } from './objects.ts';
import { placedElements, readableLength } from './walk.ts';

/** Together, the texts of one message's blocks may not be longer. Observed, not documented. */
const messageCharacters = 13_200;
const markdownCharacters = 12_000;
const viewBytes = 250_000;

function check(value: unknown, pointer: string, rule: Rule): string[] {
  const problems: string[] = [];
  rule({ value, pointer, problems });
  return problems;
}

/** What is wrong with a message's `blocks`. */
export function blockProblems(blocks: unknown): string[] {
  return check(blocks, '/blocks', (spot) => {
    items(messageBlock, 50, 0)(spot);
    checkIds(spot);
    checkOncePerMessage(spot);
  });
}

/** Whether a message's blocks are too long together: `msg_blocks_too_long`. */
export function blocksTooLong(blocks: unknown): boolean {
  return readableLength(blocks) > messageCharacters;
}

/** What is wrong with a view; pointers start at /view. */
export function viewProblems(view: unknown): string[] {
  return check(view, '/view', (spot) => {
    const type = record(view)['type'];
    if (type === 'modal') modal(spot);
    else if (type === 'home') home(spot);
    else problem(at(spot, 'type'), type === undefined ? 'missing required field: type' : `unsupported type: ${text(type)}`);
    checkIds(at(spot, 'blocks'));
  });
}

/** `view_too_large` */
export function viewTooLarge(view: unknown): boolean {
  return Buffer.byteLength(JSON.stringify(view)) > viewBytes;
}

const viewFields: Record<string, Rule> = {
  type: anything,
  private_metadata: words(3000, 0),
  callback_id: words(255, 0),
  external_id: words(255, 0),
};

const modalFields = shape(
  { title: plain(24), blocks: items(viewBlock, 100) },
  {
    ...viewFields,
    submit: orNull(plain(24)),
    close: orNull(plain(24)),
    clear_on_close: flag,
    notify_on_close: flag,
    submit_disabled: flag,
  },
);

const home: Rule = shape({ blocks: items(viewBlock, 100) }, viewFields);

/** The SDK sends null for what was left out. */
function orNull(rule: Rule): Rule {
  return (spot) => {
    if (spot.value !== null) rule(spot);
  };
}

const modal: Rule = (spot) => {
  modalFields(spot);
  const { blocks, submit } = record(spot.value);
  const hasInput = list(blocks).some((block) => record(block)['type'] === 'input');
  if (hasInput && !submit) problem(spot, 'missing required field: submit');
};

function checkIds(spot: Spot): void {
  const blocks = list(spot.value).map(record);
  distinct(spot, blocks, 'block_id');
  for (const [index, block] of blocks.entries()) {
    const elements: Json[] = placedElements([block]).map((placed) => placed.element);
    distinct(at(spot, index), elements, 'action_id');
  }
}

function checkOncePerMessage(spot: Spot): void {
  const blocks = list(spot.value).map(record);
  if (blocks.filter((block) => block['type'] === 'table').length > 1) problem(spot, 'only one table allowed');
  const markdown = blocks.filter((block) => block['type'] === 'markdown').map((block) => text(block['text']));
  if (codePoints(markdown.join('')) > markdownCharacters) problem(spot, `must be less than ${markdownCharacters + 1} characters`);
}
