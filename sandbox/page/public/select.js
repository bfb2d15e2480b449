// @ts-check
/** Every select of Block Kit is this one listbox: single or many, fixed or searched, of options, people or channels. */
import { h, icon } from './dom.js';
import { commit, hooks } from './elements.js';
import { closePopover, isOpenFor, popover, reposition } from './popover.js';
import { channelLabel, snap } from './store.js';
import { words } from './text.js';
import { choice, current, labelOf, learn } from './values.js';

/** @typedef {import('./elements.js').Spot} Spot */
/** @typedef {import('./values.js').Choice} Choice */
/** @typedef {{ spot: Spot, trigger: HTMLElement, list: HTMLElement, search: HTMLInputElement, chosen: Set<string>, shown: Choice[], active: number, many: boolean }} Picker */

let serial = 0;

/** @param {Spot} spot */
export function select(spot) {
  const { one } = spot;
  const many = one.type.startsWith('multi_');
  const trigger = h('button', {
    type: 'button',
    class: 'select',
    role: 'combobox',
    'aria-haspopup': 'listbox',
    'aria-expanded': 'false',
    ...hooks(spot),
  });
  const show = () => trigger.replaceChildren(shownValue(spot, chosenOf(spot)), icon('down'));
  show();
  trigger.addEventListener('click', () => (isOpenFor(trigger) ? closePopover() : openPicker(spot, trigger, many, show)));
  trigger.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowDown' || isOpenFor(trigger)) return;
    event.preventDefault();
    openPicker(spot, trigger, many, show);
  });
  return trigger;
}

/** @param {Spot} spot @returns {string[]} */
function chosenOf({ one, place, blockId }) {
  const value = current(one, place, blockId);
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [String(value)];
}

/** @param {Spot} spot @param {string[]} chosen */
function shownValue({ one }, chosen) {
  if (chosen.length === 0) return h('span', { class: 'placeholder' }, words(one.placeholder) || 'Choose');
  const choices = choicesOf(one);
  const labels = chosen.map((value) =>
    h('span', { class: one.type.startsWith('multi_') ? 'chip' : 'value' }, h('bdi', {}, labelOf(value, choices))),
  );
  return h('span', { class: 'values' }, labels);
}

/** @param {Record<string, any>} one @returns {Choice[]} */
function choicesOf(one) {
  const kind = one.type.replace('multi_', '');
  if (kind === 'users_select') return snap().people.map((who) => ({ value: who.id, label: who.realName, description: `@${who.name}` }));
  if (kind === 'channels_select') return places(one).filter((place) => place.label.startsWith('#'));
  if (kind === 'conversations_select') return places(one);
  return kind === 'external_select' ? [] : listed(one);
}

/** @param {Record<string, any>} one @returns {Choice[]} */
function listed(one) {
  if (!one.option_groups) return (one.options ?? []).map((/** @type {Record<string, any>} */ option) => choice(option));
  return one.option_groups.flatMap((/** @type {Record<string, any>} */ group) =>
    group.options.map((/** @type {Record<string, any>} */ option) => choice(option, words(group.label))),
  );
}

/** @param {Record<string, any>} one @returns {Choice[]} */
function places(one) {
  const include = one.filter?.include;
  return snap()
    .channels.filter((channel) => !channel.isArchived && (!include || include.includes(channel.kind)))
    .map((channel) => ({ value: channel.id, label: `${channel.kind === 'im' ? '@' : '#'}${channelLabel(channel)}` }));
}

/** @param {Spot} spot @param {HTMLElement} trigger @param {boolean} many @param {() => void} show */
function openPicker(spot, trigger, many, show) {
  serial += 1;
  const all = choicesOf(spot.one);
  const external = spot.one.type.endsWith('external_select');
  const label = words(spot.one.placeholder) || 'Options';
  const list = h('div', {
    class: 'listbox',
    'data-testid': 'options',
    role: 'listbox',
    id: `listbox-${serial}`,
    'aria-label': label,
    'aria-multiselectable': many ? 'true' : undefined,
  });
  const search = searchField(list.id, label, !external && all.length <= 7);
  /** @type {Picker} */
  const picker = { spot, trigger, list, search, chosen: new Set(chosenOf(spot)), shown: [], active: -1, many };
  const before = [...picker.chosen].join('\n');
  const onclose = () => {
    const after = [...picker.chosen];
    if (after.join('\n') === before) return;
    void commit(spot, many ? after : after[0]).then(show);
    if (spot.one.in_input) show();
  };
  popover(trigger, h('div', { class: 'picker' }, search, list), { label, onclose });
  listen(picker, all, external);
  if (external) void suggest(picker);
  else showChoices(picker, all);
  search.focus();
}

/** A short list needs no search, but the keyboard needs a place. @param {string} listId @param {string} label @param {boolean} hidden */
function searchField(listId, label, hidden) {
  const role = { role: 'combobox', 'aria-expanded': 'true', 'aria-controls': listId, 'aria-label': `Search: ${label}` };
  const style = `list-search ${hidden ? 'visually-hidden' : 'field'}`;
  return /** @type {HTMLInputElement} */ (h('input', { class: style, type: 'text', ...role, placeholder: 'Search', autocomplete: 'off' }));
}

/** @param {Picker} picker @param {Choice[]} all @param {boolean} external */
function listen(picker, all, external) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  picker.search.addEventListener('input', () => {
    clearTimeout(timer);
    if (external) timer = setTimeout(() => void suggest(picker), 250);
    else showChoices(picker, filter(all, picker.search.value));
  });
  picker.search.addEventListener('keydown', (event) => onKey(picker, event));
  // A click on an option leaves the keyboard where it was.
  picker.list.addEventListener('mousedown', (event) => event.preventDefault());
}

/** @param {Choice[]} all @param {string} typed */
function filter(all, typed) {
  const wanted = typed.trim().toLowerCase();
  return all.filter((one) => `${one.label} ${one.description ?? ''}`.toLowerCase().includes(wanted));
}

/** @param {Picker} picker */
async function suggest(picker) {
  const { one, place, blockId } = picker.spot;
  const query = picker.search.value;
  const least = one.min_query_length ?? 3;
  if ([...query].length < least) return note(picker, `Type ${least} ${least === 1 ? 'character' : 'characters'} or more to search`);
  note(picker, 'Searching…');
  const answer = await place.suggest(blockId, one.action_id, query);
  if (picker.search.value !== query) return;
  if (!answer.ok) return note(picker, answer.message ?? 'The app did not answer. Try again.');
  const choices = listed(answer.response ?? {});
  learn(choices);
  showChoices(picker, choices);
}

/** @param {Picker} picker @param {string} text */
function note(picker, text) {
  picker.shown = [];
  picker.list.replaceChildren(h('div', { class: 'list-note', role: 'status' }, text));
}

/** @param {Picker} picker @param {Choice[]} choices */
function showChoices(picker, choices) {
  if (choices.length === 0) return note(picker, 'Nothing found');
  picker.shown = choices;
  picker.list.replaceChildren();
  let group = '';
  for (const [index, one] of choices.entries()) {
    if (one.group && one.group !== group)
      picker.list.append(h('div', { class: 'menu-heading', role: 'presentation' }, (group = one.group)));
    picker.list.append(row(picker, one, index));
  }
  const first = choices.findIndex((one) => picker.chosen.has(one.value));
  reposition();
  activate(picker, Math.max(0, first));
}

/** @param {Picker} picker @param {Choice} one @param {number} index */
function row(picker, one, index) {
  const on = picker.chosen.has(one.value);
  const props = { role: 'option', class: 'option', id: `${picker.list.id}-${index}`, 'aria-selected': String(on), 'data-value': one.value };
  const detail = one.description && h('small', {}, one.description);
  const node = h('div', props, h('span', {}, h('bdi', {}, one.label), detail), on && icon('check'));
  node.addEventListener('click', () => pick(picker, index));
  return node;
}

/** @param {Picker} picker @param {number} index */
function activate(picker, index) {
  picker.active = index;
  const rows = picker.list.querySelectorAll('.option');
  for (const [at, node] of rows.entries()) node.classList.toggle('active', at === index);
  rows[index]?.scrollIntoView({ block: 'nearest' });
  picker.search.setAttribute('aria-activedescendant', rows[index]?.id ?? '');
}

/** @param {Picker} picker @param {KeyboardEvent} event */
function onKey(picker, event) {
  const count = picker.shown.length;
  const to = { ArrowDown: picker.active + 1, ArrowUp: picker.active - 1, Home: 0, End: count - 1 }[event.key];
  if (to !== undefined && count > 0) {
    event.preventDefault();
    activate(picker, (to + count) % count);
  } else if (event.key === 'Enter') {
    event.preventDefault();
    event.stopPropagation();
    if (picker.shown[picker.active]) pick(picker, picker.active);
  }
}

/** @param {Picker} picker @param {number} index */
function pick(picker, index) {
  const { value } = picker.shown[index];
  if (!picker.many) {
    picker.chosen = new Set([value]);
    closePopover();
    picker.trigger.focus();
    return;
  }
  if (picker.chosen.has(value)) picker.chosen.delete(value);
  else picker.chosen.add(value);
  picker.list.querySelectorAll('.option')[index]?.replaceWith(row(picker, picker.shown[index], index));
  activate(picker, index);
}
