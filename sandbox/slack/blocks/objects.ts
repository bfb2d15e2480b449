/** Composition objects: texts, options, confirm dialogs. */
import { all, anything, at, byType, exactlyOne, flag, items, oneOf, problem, shape, words, type Rule } from './check.ts';
import { record } from '../state/json.ts';

/** Only plain text, at most `max` long. */
export function plain(max: number, min = 1): Rule {
  return (spot) => {
    const type = record(spot.value)['type'];
    if (type !== undefined && type !== 'plain_text') return problem(at(spot, 'type'), 'must be plain_text');
    shape({ type: anything, text: words(max, min) }, { emoji: flag })(spot);
  };
}

/** Plain text or mrkdwn, at most `max` long. */
export function anyText(max: number): Rule {
  return byType({
    plain_text: shape({ type: anything, text: words(max) }, { emoji: flag }),
    mrkdwn: shape({ type: anything, text: words(max) }, { verbatim: flag }),
  });
}

/** "Are you sure?" */
export const confirm: Rule = shape(
  { title: plain(100), text: anyText(300), confirm: plain(30), deny: plain(30) },
  { style: oneOf('primary', 'danger') },
);

const option = (label: Rule): Rule => shape({ text: label, value: words(150) }, { description: anyText(75), url: words(3000) });

/** Options of menus: plain text only. */
export const menuOption = option(plain(75));

/** Options of radio buttons and checkboxes may be mrkdwn. */
export const choiceOption = option(anyText(75));

const group = shape({ label: plain(75), options: items(menuOption, 100) });

/** Up to a hundred options, or up to a hundred groups of them; never both. */
export const optionsOrGroups = exactlyOne('options', 'option_groups');

/** The two fields themselves. */
export const optionFields: Record<string, Rule> = { options: items(menuOption, 100), option_groups: items(group, 100) };

/** A picture: by address or by a file in Slack. */
export const imageElement: Rule = all(
  exactlyOne('image_url', 'slack_file'),
  shape({ type: anything, alt_text: words(2000) }, { image_url: words(3000), slack_file: anything }),
);
