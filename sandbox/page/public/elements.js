// @ts-check
/** Block Kit's interactive elements: buttons, text, dates, boxes. Selects are in select.js. */
import { ask } from './confirm.js';
import { fieldStamp, momentOf } from './dates.js';
import { h, icon } from './dom.js';
import { jsonCard, picture } from './blocks.js';
import { safeUrl } from './mrkdwn.js';
import { menu } from './popover.js';
import { select } from './select.js';
import { store, troubleKey, viewer } from './store.js';
import { textObject, words } from './text.js';
import { choice, current, keep } from './values.js';

/**
 * @typedef {Record<string, any>} Element
 * @typedef {import('./blocks.js').Place} Place
 * @typedef {{ label: string, help: string, field: string }} Ids
 * @typedef {{ one: Element, place: Place, blockId: string, ids?: Ids, invalid: boolean }} Spot where an element stands
 */

/** @param {Element} one @param {Place} place @param {string} blockId @param {Ids} [ids] @param {boolean} [invalid] @returns {HTMLElement} */
export function element(one, place, blockId, ids, invalid = false) {
  const spot = { one: { ...one, action_id: one.action_id ?? '' }, place, blockId, ids, invalid };
  switch (one.type) {
    case 'button':
    case 'workflow_button':
      return button(spot);
    case 'overflow':
      return overflow(spot);
    case 'image':
      return picture(one, 'thumb');
    case 'plain_text_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'number_input':
      return textInput(spot);
    case 'datepicker':
      return dateInput(spot, 'date');
    case 'timepicker':
      return dateInput(spot, 'time');
    case 'datetimepicker':
      return dateInput(spot, 'datetime-local');
    case 'checkboxes':
    case 'radio_buttons':
      return boxes(spot);
    default:
      return /_select$/.test(one.type ?? '') ? select(spot) : jsonCard(one, `Unknown element: ${one.type}`);
  }
}

/** The hooks every interactive node carries, and its words for those who cannot see the page. @param {Spot} spot */
export function hooks({ one, blockId, ids, invalid }) {
  return {
    'data-block-id': blockId,
    'data-action-id': one.action_id,
    id: ids?.field,
    'aria-labelledby': ids?.label,
    'aria-describedby': ids?.help,
    'aria-invalid': invalid ? 'true' : undefined,
    'aria-label': ids ? undefined : one.accessibility_label || (one.placeholder ? words(one.placeholder) : undefined),
  };
}

/** A new value: kept, asked about if the element says so, then delivered or only remembered. @param {Spot} spot @param {unknown} value */
export async function commit({ one, place, blockId }, value) {
  const use = { blockId, actionId: one.action_id, value };
  if (one.in_input) {
    keep(place, blockId, one.action_id, value);
    return one.dispatch ? place.action(use) : place.input(use);
  }
  if (one.confirm && !(await ask(one.confirm))) return;
  keep(place, blockId, one.action_id, value);
  await place.action(use);
}

/** @param {Spot} spot */
function button(spot) {
  const { one, place, blockId } = spot;
  const trouble = store.buttonTrouble.get(troubleKey(place.ts, one.action_id));
  const style = one.style === 'primary' || one.style === 'danger' ? one.style : '';
  const node = h('button', { type: 'button', class: `button ${style}`, ...hooks(spot), title: trouble }, textObject(one.text));
  if (trouble) node.append(h('span', { class: 'trouble-mark' }, icon('warn', 'did not work')));
  node.addEventListener('click', async () => {
    if (node.classList.contains('busy')) return;
    if (one.confirm && !(await ask(one.confirm))) return;
    const url = safeUrl(String(one.url ?? ''));
    if (url) window.open(url, '_blank', 'noopener,noreferrer');
    store.buttonTrouble.delete(troubleKey(place.ts, one.action_id));
    node.classList.add('busy');
    await place.action({ blockId, actionId: one.action_id, value: one.value });
    node.classList.remove('busy');
  });
  return node;
}

/** @param {Spot} spot */
function overflow(spot) {
  const { one } = spot;
  const choose = (/** @type {Element} */ option) => {
    const url = safeUrl(String(option.url ?? ''));
    if (url) window.open(url, '_blank', 'noopener,noreferrer');
    void commit(spot, option.value);
  };
  const items = (one.options ?? []).map((/** @type {Element} */ option) => ({
    ...choice(option),
    detail: choice(option).description,
    run: () => choose(option),
  }));
  const node = h(
    'button',
    {
      type: 'button',
      class: 'button overflow',
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
      ...hooks(spot),
      'aria-label': one.accessibility_label ?? 'More actions',
    },
    icon('more'),
  );
  node.addEventListener('click', () => menu(node, 'More actions', items));
  return node;
}

const inputTypes = /** @type {Record<string, string>} */ ({ email_text_input: 'email', url_text_input: 'url', number_input: 'number' });

/** @param {Spot} spot */
function textInput(spot) {
  const { one, place, blockId } = spot;
  const limits = {
    minlength: one.min_length,
    maxlength: one.max_length,
    min: one.min_value,
    max: one.max_value,
    step: one.is_decimal_allowed ? 'any' : undefined,
  };
  const props = { class: 'field', ...hooks(spot), placeholder: words(one.placeholder), autocomplete: 'off', ...limits };
  const node = /** @type {HTMLInputElement} */ (
    one.multiline ? h('textarea', { ...props, rows: '4' }) : h('input', { ...props, type: inputTypes[one.type] ?? 'text' })
  );
  node.value = String(current(one, place, blockId) ?? '');
  const when = one.dispatch ? (one.dispatch_action_config?.trigger_actions_on ?? ['on_enter_pressed']) : [];
  const use = () => ({ blockId, actionId: one.action_id, value: node.value === '' ? null : node.value });
  node.addEventListener('input', () => {
    keep(place, blockId, one.action_id, node.value === '' ? null : node.value);
    if (when.includes('on_character_entered')) void place.action(use());
    // A field that dispatches is heard of when it does, not on the way.
    else if (!one.dispatch) place.input(use());
  });
  node.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing || !when.includes('on_enter_pressed')) return;
    if (one.multiline && event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    void place.action(use());
  });
  return node;
}

/** @param {Spot} spot @param {'date' | 'time' | 'datetime-local'} type */
function dateInput(spot, type) {
  const value = current(spot.one, spot.place, spot.blockId);
  const node = /** @type {HTMLInputElement} */ (h('input', { class: 'field date-field', type, ...hooks(spot) }));
  if (!spot.ids && !node.ariaLabel) node.ariaLabel = type === 'time' ? 'Time' : 'Date';
  node.value = type === 'datetime-local' && value ? fieldStamp(Number(value) * 1000, viewer().tz) : String(value ?? '');
  node.addEventListener('change', () => {
    const moment = type === 'datetime-local' && node.value ? momentOf(node.value, viewer().tz) / 1000 : node.value;
    void commit(spot, moment || null);
  });
  return node;
}

let group = 0;

/** @param {Spot} spot */
function boxes(spot) {
  const { one, place, blockId } = spot;
  const many = one.type === 'checkboxes';
  const chosen = current(one, place, blockId);
  group += 1;
  const { id: _id, ...rest } = hooks(spot);
  const holder = h('div', { class: 'boxes', role: many ? 'group' : 'radiogroup', ...rest });
  for (const option of one.options ?? []) {
    const on = many ? (chosen ?? []).includes(option.value) : chosen === option.value;
    const box = h('input', { type: many ? 'checkbox' : 'radio', name: `boxes-${group}`, value: option.value, checked: on });
    const detail = option.description && h('small', {}, textObject(option.description));
    holder.append(h('label', { class: 'box' }, box, h('span', {}, h('span', { class: 'text' }, textObject(option.text)), detail)));
  }
  holder.addEventListener('change', () => {
    const checked = [...holder.querySelectorAll('input')].filter((box) => box.checked).map((box) => box.value);
    void commit(spot, many ? checked : checked[0]);
  });
  return holder;
}
