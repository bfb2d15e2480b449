/** What `state.values` holds for each kind of element, and what an action reports when it was used. */
import { list, record, text, type Json } from '../state/json.ts';
import type { Values } from '../state/model.ts';
import { optionsOf, placedElements, type Placed } from './walk.ts';

/** The field a value lives in, the field it starts from, and what it holds. */
interface Slot {
  field: string;
  initial: string;
  kind: 'text' | 'option' | 'options' | 'texts' | 'number';
}

const slots: Record<string, Slot> = {
  plain_text_input: { field: 'value', initial: 'initial_value', kind: 'text' },
  email_text_input: { field: 'value', initial: 'initial_value', kind: 'text' },
  url_text_input: { field: 'value', initial: 'initial_value', kind: 'text' },
  number_input: { field: 'value', initial: 'initial_value', kind: 'text' },
  rich_text_input: { field: 'rich_text_value', initial: 'initial_value', kind: 'text' },
  static_select: { field: 'selected_option', initial: 'initial_option', kind: 'option' },
  external_select: { field: 'selected_option', initial: 'initial_option', kind: 'option' },
  radio_buttons: { field: 'selected_option', initial: 'initial_option', kind: 'option' },
  overflow: { field: 'selected_option', initial: 'initial_option', kind: 'option' },
  checkboxes: { field: 'selected_options', initial: 'initial_options', kind: 'options' },
  multi_static_select: { field: 'selected_options', initial: 'initial_options', kind: 'options' },
  multi_external_select: { field: 'selected_options', initial: 'initial_options', kind: 'options' },
  users_select: { field: 'selected_user', initial: 'initial_user', kind: 'text' },
  conversations_select: { field: 'selected_conversation', initial: 'initial_conversation', kind: 'text' },
  channels_select: { field: 'selected_channel', initial: 'initial_channel', kind: 'text' },
  multi_users_select: { field: 'selected_users', initial: 'initial_users', kind: 'texts' },
  multi_conversations_select: { field: 'selected_conversations', initial: 'initial_conversations', kind: 'texts' },
  multi_channels_select: { field: 'selected_channels', initial: 'initial_channels', kind: 'texts' },
  datepicker: { field: 'selected_date', initial: 'initial_date', kind: 'text' },
  timepicker: { field: 'selected_time', initial: 'initial_time', kind: 'text' },
  datetimepicker: { field: 'selected_date_time', initial: 'initial_date_time', kind: 'number' },
  file_input: { field: 'files', initial: 'initial_files', kind: 'texts' },
};

/** Options an app offered for an external select: they are in no block. */
export type Offered = (actionId: string, value: string) => Json | undefined;

const nothingOffered: Offered = () => undefined;

/** The state of freshly shown blocks; `before` keeps what the person had typed under the same two ids. */
export function startingValues(blocks: readonly unknown[], before: Values = {}): Values {
  const values: Values = {};
  for (const placed of placedElements(blocks)) {
    const slot = slots[text(placed.element['type'])];
    if (!slot || placed.element['type'] === 'overflow') continue;
    const kept = record(before[placed.blockId]?.[placed.actionId]);
    const start = placed.element[slot.initial] ?? (slot.kind === 'options' || slot.kind === 'texts' ? [] : null);
    const fresh = { type: placed.element['type'], [slot.field]: start };
    (values[placed.blockId] ??= {})[placed.actionId] = kept['type'] === fresh.type ? kept : fresh;
  }
  return values;
}

/** Turns what the page or a test sends into a state value. A state value itself passes as it is. */
export function stateValue({ element }: Placed, value: unknown, offered: Offered = nothingOffered): Json {
  const type = text(element['type']);
  const slot = slots[type];
  if (!slot) return { type, ...(typeof value === 'string' && { value }) };
  const given = record(value);
  if (slot.field in given) return { type, ...given };
  return { type, [slot.field]: slotValue(slot, value, (one) => optionFor(element, one, offered)) };
}

function slotValue(slot: Slot, value: unknown, option: (value: unknown) => Json): unknown {
  if (slot.kind === 'options') return (Array.isArray(value) ? list(value) : value ? [value] : []).map(option);
  if (slot.kind === 'texts') return (Array.isArray(value) ? list(value) : value ? [value] : []).map(text);
  if (value === null || value === undefined || value === '') return null;
  if (slot.kind === 'option') return option(value);
  return slot.kind === 'number' ? Number(value) : text(value);
}

function optionFor(element: Json, value: unknown, offered: Offered): Json {
  const given = record(value);
  if ('text' in given && 'value' in given) return given;
  const wanted = text(value);
  const found = optionsOf(element).find((option) => option['value'] === wanted) ?? offered(text(element['action_id']), wanted);
  return found ?? { text: { type: 'plain_text', text: wanted, emoji: true }, value: wanted };
}

/** Whether an input holds nothing: such a field keeps a form from being submitted. */
export function isEmpty(value: unknown): boolean {
  const { type: _type, ...held } = record(value);
  const inner = Object.values(held)[0];
  return inner === null || inner === undefined || inner === '' || (Array.isArray(inner) && inner.length === 0);
}

/** The `actions[]` entry of block_actions for a used element. */
export function actionEntry(placed: Placed, value: unknown, part: { ts: string; offered?: Offered }): Json {
  const { element } = placed;
  const base = { action_id: placed.actionId, block_id: placed.blockId, action_ts: part.ts };
  const type = text(element['type']);
  if (type === 'button' || type === 'workflow_button' || type === 'icon_button' || type === 'feedback_buttons') {
    return { type, ...pick(element, ['text', 'value', 'style', 'url']), ...(typeof value === 'string' && { value }), ...base };
  }
  return { ...stateValue(placed, value, part.offered), ...pick(element, ['placeholder']), ...base };
}

function pick(element: Json, keys: readonly string[]): Json {
  return Object.fromEntries(keys.flatMap((key) => (element[key] === undefined ? [] : [[key, element[key]]])));
}
