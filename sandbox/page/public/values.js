// @ts-check
/**
 * What an interactive element holds, in the plain form the contract speaks (option value, id, date string, list of values), read from
 * what was chosen here, else from the view's state, else from the element's initial_*.
 */
import { words } from './text.js';

/** @typedef {Record<string, any>} Element */
/** @typedef {import('./blocks.js').Place} Place */
/** @typedef {{ value: string, label: string, description?: string, group?: string }} Choice */

/** @type {Map<string, unknown>} */
const drafts = new Map();
/** Labels of options that are not in the element: an external select's answers. @type {Map<string, Choice>} */
const known = new Map();

/** @param {string} scope @param {string} blockId @param {string} actionId */
function key(scope, blockId, actionId) {
  return JSON.stringify([scope, blockId, actionId]);
}

/** @param {Place} place @param {string} blockId @param {string} actionId @param {unknown} value */
export function keep(place, blockId, actionId, value) {
  drafts.set(key(place.scope, blockId, actionId), value);
}

/** @param {string} scope */
export function forget(scope) {
  for (const name of drafts.keys()) if (JSON.parse(name)[0] === scope) drafts.delete(name);
}

/** Everything chosen in a view but perhaps not yet sent: block_id -> action_id -> value. @param {string} scope */
export function draftsOf(scope) {
  /** @type {Record<string, Record<string, unknown>>} */
  const values = {};
  for (const [name, value] of drafts) {
    const [owner, blockId, actionId] = JSON.parse(name);
    if (owner === scope) (values[blockId] ??= {})[actionId] = value;
  }
  return values;
}

/** @param {Element} element @param {Place} place @param {string} blockId @returns {any} */
export function current(element, place, blockId) {
  const name = key(place.scope, blockId, element.action_id);
  if (drafts.has(name)) return drafts.get(name);
  const state = place.state(blockId, element.action_id);
  return state ? fromState(/** @type {Element} */ (state)) : initial(element);
}

/** @param {Element} state */
function fromState(state) {
  remember([state.selected_option, ...(state.selected_options ?? [])]);
  if (state.selected_options) return state.selected_options.map((/** @type {Element} */ one) => one.value);
  if ('selected_option' in state) return state.selected_option?.value;
  const plural = state.selected_users ?? state.selected_conversations ?? state.selected_channels;
  const single = state.selected_user ?? state.selected_conversation ?? state.selected_channel;
  return plural ?? single ?? state.selected_date ?? state.selected_time ?? state.selected_date_time ?? state.value ?? undefined;
}

/** @param {Element} element */
function initial(element) {
  remember([element.initial_option, ...(element.initial_options ?? [])]);
  if (element.initial_options) return element.initial_options.map((/** @type {Element} */ one) => one.value);
  if (element.initial_option) return element.initial_option.value;
  const plural = element.initial_users ?? element.initial_conversations ?? element.initial_channels;
  const single = element.initial_user ?? element.initial_conversation ?? element.initial_channel;
  return plural ?? single ?? element.initial_date ?? element.initial_time ?? element.initial_date_time ?? element.initial_value;
}

/** @param {(Element | undefined | null)[]} options */
function remember(options) {
  for (const option of options) if (option) known.set(option.value, choice(option));
}

/** @param {Element} option @param {string} [group] @returns {Choice} */
export function choice(option, group) {
  return {
    value: String(option.value ?? ''),
    label: words(option.text),
    description: option.description && words(option.description),
    group,
  };
}

/** @param {Choice[]} choices */
export function learn(choices) {
  for (const one of choices) known.set(one.value, one);
}

/** @param {string} value @param {Choice[]} choices */
export function labelOf(value, choices) {
  return (choices.find((one) => one.value === value) ?? known.get(value))?.label ?? value;
}
