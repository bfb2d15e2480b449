import { describe, expect, it } from '@jest/globals';
import { startingValues, stateValue } from '../../../sandbox/slack/blocks/state.ts';
import { blockProblems, blocksTooLong, viewProblems, viewTooLarge } from '../../../sandbox/slack/blocks/validate.ts';
import { findElement, placedElements, withIds } from '../../../sandbox/slack/blocks/walk.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const long = (length: number) => 'x'.repeat(length);
const button = (part: object = {}) => ({ type: 'button', text: plain('Go'), action_id: 'go', ...part });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const options = (count: number) => Array.from({ length: count }, (_, index) => ({ text: plain(`o${index}`), value: `v${index}` }));
const select = (part: object = {}) => ({ type: 'static_select', action_id: 's', options: options(2), ...part });
const input = (element: object, part: object = {}) => ({ type: 'input', label: plain('Label'), element, ...part });
const modal = (part: object = {}) => ({ type: 'modal', title: plain('Title'), blocks: [{ type: 'divider' }], ...part });

describe('blocks that fit', () => {
  it.each([
    ['a header', { type: 'header', text: plain(long(150)) }],
    ['a section of 3000 characters', { type: 'section', text: mrkdwn(long(3000)) }],
    ['a section counted in code points', { type: 'section', text: mrkdwn('🚨'.repeat(3000)) }],
    ['ten fields', { type: 'section', fields: Array.from({ length: 10 }, () => mrkdwn('f')) }],
    [
      'a button that asks first',
      actions(button({ style: 'danger', confirm: { title: plain('t'), text: plain('x'), confirm: plain('y'), deny: plain('n') } })),
    ],
    [
      'menus of every kind',
      actions(select(), { type: 'users_select', action_id: 'u' }, { type: 'datepicker', action_id: 'd', initial_date: '2026-11-23' }),
    ],
    [
      'an overflow next to words',
      { type: 'section', text: mrkdwn('x'), accessory: { type: 'overflow', action_id: 'o', options: options(5) } },
    ],
    ['a picture', { type: 'image', image_url: 'https://example.com/a.png', alt_text: 'a' }],
    [
      'a context',
      { type: 'context', elements: [mrkdwn('by ada'), { type: 'image', image_url: 'https://example.com/a.png', alt_text: 'a' }] },
    ],
    ['a table', { type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] }],
    ['an alert', { type: 'alert', text: mrkdwn('down'), level: 'error' }],
    ['rich text', { type: 'rich_text', elements: [] }],
  ])('%s', (_name, block) => expect(blockProblems([block])).toEqual([]));
});

describe('blocks that do not fit are refused in the words Slack uses', () => {
  it.each([
    [
      'too long a section',
      { type: 'section', text: mrkdwn(long(3001)) },
      'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
    ],
    ['empty words', { type: 'section', text: mrkdwn('') }, 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
    [
      'too long a field',
      { type: 'section', fields: [mrkdwn(long(2001))] },
      'must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]',
    ],
    [
      'eleven fields',
      { type: 'section', fields: Array.from({ length: 11 }, () => mrkdwn('f')) },
      'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
    ],
    ['a section of nothing', { type: 'section' }, 'missing required field: text [json-pointer:/blocks/0]'],
    ['a header in mrkdwn', { type: 'header', text: mrkdwn('x') }, 'must be plain_text [json-pointer:/blocks/0/text/type]'],
    [
      'too long a header',
      { type: 'header', text: plain(long(151)) },
      'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
    ],
    ['an unknown block', { type: 'marquee' }, 'unsupported type: marquee [json-pointer:/blocks/0/type]'],
    ['a block without a type', {}, 'missing required field: type [json-pointer:/blocks/0]'],
    ['an unknown field', { type: 'divider', colour: 'red' }, 'invalid additional property: colour [json-pointer:/blocks/0]'],
    [
      '26 elements',
      actions(...Array.from({ length: 26 }, (_, i) => button({ action_id: `a${i}` }))),
      'no more than 25 items allowed [json-pointer:/blocks/0/elements]',
    ],
    [
      'too long a label',
      actions(button({ text: plain(long(76)) })),
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
    ],
    [
      'too long a value',
      actions(button({ value: long(2001) })),
      'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
    ],
    [
      'a made-up style',
      actions(button({ style: 'loud' })),
      'must be a valid enum value. Valid values: primary, danger [json-pointer:/blocks/0/elements/0/style]',
    ],
    [
      'an action id too long',
      actions(button({ action_id: long(256) })),
      'must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]',
    ],
    [
      'an option value too long',
      actions(select({ options: [{ text: plain('a'), value: long(151) }] })),
      'must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]',
    ],
    [
      '101 options',
      actions(select({ options: options(101) })),
      'no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]',
    ],
    [
      'eleven radio buttons',
      actions({ type: 'radio_buttons', options: options(11) }),
      'no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]',
    ],
    [
      'no options at all',
      actions({ type: 'static_select', action_id: 's' }),
      'must provide exactly one of: options, option_groups [json-pointer:/blocks/0/elements/0]',
    ],
    [
      'eleven things in a context',
      { type: 'context', elements: Array.from({ length: 11 }, () => mrkdwn('x')) },
      'no more than 10 items allowed [json-pointer:/blocks/0/elements]',
    ],
    [
      'an input among buttons',
      actions({ type: 'plain_text_input', action_id: 'p' }),
      'unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]',
    ],
  ])('%s', (_name, block, problem) => expect(blockProblems([block])).toContain(problem));

  it('allows fifty blocks and not one more', () => {
    const blocks = Array.from({ length: 51 }, () => ({ type: 'divider' }));
    expect(blockProblems(blocks.slice(1))).toEqual([]);
    expect(blockProblems(blocks)).toEqual(['no more than 50 items allowed [json-pointer:/blocks]']);
  });

  it('wants every block_id once, and every action_id once in its block', () => {
    const twice = [
      { type: 'divider', block_id: 'b' },
      { type: 'divider', block_id: 'b' },
    ];
    expect(blockProblems(twice)).toEqual(['`block_id` "b" already exists for another block [json-pointer:/blocks]']);
    expect(blockProblems([actions(button(), button())])).toEqual([
      '`action_id` "go" already exists for another element [json-pointer:/blocks/0]',
    ]);
    expect(blockProblems([actions(button()), actions(button())])).toEqual([]);
  });

  it('adds up the words of a message', () => {
    const blocks = Array.from({ length: 5 }, () => ({ type: 'section', text: mrkdwn(long(2700)) }));
    expect(blocksTooLong(blocks.slice(1))).toBe(false);
    expect(blocksTooLong(blocks)).toBe(true);
  });
});

describe('views', () => {
  it('point at /view and keep to the sizes of a form', () => {
    expect(viewProblems(modal())).toEqual([]);
    expect(viewProblems(modal({ title: plain(long(25)) }))).toEqual(['must be less than 25 characters [json-pointer:/view/title/text]']);
    expect(viewProblems(modal({ private_metadata: long(3001) }))).toEqual([
      'must be less than 3001 characters [json-pointer:/view/private_metadata]',
    ]);
    expect(viewProblems(modal({ blocks: [] }))).toEqual(['no less than 1 items required [json-pointer:/view/blocks]']);
    expect(viewProblems({ type: 'home', blocks: [{ type: 'header', text: plain('Hi') }] })).toEqual([]);
    expect(viewProblems({ type: 'window' })).toContain('unsupported type: window [json-pointer:/view/type]');
  });

  it('need a submit button as soon as there is an input', () => {
    const blocks = [input({ type: 'plain_text_input', action_id: 'a' })];
    expect(viewProblems(modal({ blocks }))).toEqual(['missing required field: submit [json-pointer:/view]']);
    expect(viewProblems(modal({ blocks, submit: plain('Save') }))).toEqual([]);
  });

  it('may weigh 250 KB', () => {
    expect(viewTooLarge(modal({ private_metadata: 'x' }))).toBe(false);
    expect(viewTooLarge(modal({ private_metadata: long(250_001) }))).toBe(true);
  });
});

describe('ids and values', () => {
  it('makes up the ids that are missing and leaves the others', () => {
    let count = 0;
    const [first, second] = withIds(
      [actions(button({ action_id: undefined })), { type: 'divider', block_id: 'mine' }],
      () => `made${++count}`,
    );
    expect(first).toMatchObject({ block_id: 'made1', elements: [{ action_id: 'made2' }] });
    expect(second).toMatchObject({ block_id: 'mine' });
  });

  it('starts from the initial values and keeps what was typed under the same two ids', () => {
    const blocks = [
      input({ type: 'plain_text_input', action_id: 'a', initial_value: 'start' }, { block_id: 'b' }),
      input({ type: 'checkboxes', action_id: 'c', options: options(2) }, { block_id: 'd' }),
    ];
    const fresh = { b: { a: { type: 'plain_text_input', value: 'start' } }, d: { c: { type: 'checkboxes', selected_options: [] } } };
    expect(startingValues(blocks)).toEqual(fresh);
    const typed = { type: 'plain_text_input', value: 'typed' };
    expect(startingValues(blocks, { b: { a: typed, old: typed } })).toEqual({ ...fresh, b: { a: typed } });
  });

  it('turns a picked value into the whole option', () => {
    const block = { type: 'actions', block_id: 'b', elements: [select()] };
    const placed = findElement([block], 'b', 's');
    expect(placed && stateValue(placed, 'v1')).toEqual({ type: 'static_select', selected_option: { text: plain('o1'), value: 'v1' } });
    expect(
      placedElements([block, { type: 'section', block_id: 'x', text: mrkdwn('y'), accessory: button() }]).map((one) => one.actionId),
    ).toEqual(['s', 'go']);
  });
});
