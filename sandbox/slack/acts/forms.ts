/** What a person does inside a modal or App Home: fill, use, submit, close. */
import type { Act, ActResult } from '../client-api.ts';
import { actionEntry, isEmpty, stateValue } from '../blocks/state.ts';
import { findElement, placedElements, type Placed } from '../blocks/walk.ts';
import { tell, type Core } from '../core.ts';
import type { Receipt } from '../delivery/envelope.ts';
import { publishEvent } from '../life/events.ts';
import { openDirectMessage } from '../life/channels.ts';
import { pushModal, removeModals, showView, updateView } from '../life/views.ts';
import { codePoints, record, text, type Json } from '../state/json.ts';
import type { StoredView } from '../state/model.ts';
import { SlackError } from '../state/slack-error.ts';
import { viewObject } from '../wire/objects.ts';
import { closedEnvelope, submissionEnvelope, viewActionsEnvelope } from '../wire/payloads.ts';
import { buttonTrouble, failed } from './interact.ts';
import { acked, done, refused } from './result.ts';
import { offeredTo } from './suggest.ts';

type Of<T extends Act['type']> = Act & { type: T };

/** The banner on a modal whose submission got no good answer. */
const modalTrouble = 'We had some trouble connecting. Try again?';

function ownView(core: Core, act: { as: string; viewId: string }): StoredView {
  const view = core.store.views.get(act.viewId);
  if (view?.user !== act.as) throw new SlackError('view_not_found');
  return view;
}

function placedIn(view: StoredView, blockId: string, actionId: string): Placed {
  const placed = findElement(view.blocks, blockId, actionId);
  if (!placed) throw new SlackError('element_not_found');
  return placed;
}

function keep(core: Core, view: StoredView, input: { placed: Placed; value: unknown }): void {
  const { placed, value } = input;
  const held = (view.values[placed.blockId] ??= {});
  if (held[placed.actionId] === undefined && placed.block['type'] !== 'input') return;
  held[placed.actionId] = stateValue(placed, value, offeredTo(core, view.user));
}

/** Uses a button or menu in a view. */
export async function viewAction(core: Core, act: Of<'view_action'>): Promise<ActResult> {
  const view = ownView(core, act);
  const placed = placedIn(view, act.blockId, act.actionId);
  keep(core, view, { placed, value: act.value });
  return deliverAction(core, view, { placed, value: act.value });
}

async function deliverAction(core: Core, view: StoredView, input: { placed: Placed; value: unknown }): Promise<ActResult> {
  const { placed, value } = input;
  const action = actionEntry(placed, value, { ts: core.ids.ts(), offered: offeredTo(core, view.user) });
  const receipt = await core.hub.deliver(viewActionsEnvelope(core, view, action));
  if (receipt.ok) return acked(receipt);
  tell(core, view.user, { type: 'trouble', where: 'button', text: buttonTrouble, actionId: placed.actionId });
  return failed(receipt, buttonTrouble);
}

/** Fills a field; the app hears of it only with `dispatch_action`. */
export async function viewInput(core: Core, act: Of<'view_input'>): Promise<ActResult> {
  const view = ownView(core, act);
  const placed = placedIn(view, act.blockId, act.actionId);
  keep(core, view, { placed, value: act.value });
  if (placed.block['dispatch_action'] === true) return deliverAction(core, view, { placed, value: act.value });
  showView(core, view);
  return done;
}

/** Submits the form, unless a field would keep Slack's client from sending it. */
export async function submit(core: Core, act: Of<'submit'>): Promise<ActResult> {
  const view = ownView(core, act);
  for (const [blockId, held] of Object.entries(act.values ?? {})) {
    for (const [actionId, value] of Object.entries(held)) keep(core, view, { placed: placedIn(view, blockId, actionId), value });
  }
  view.errors = missing(view);
  if (Object.keys(view.errors).length > 0) {
    showView(core, view);
    return refused('required', Object.values(view.errors).join(' '));
  }
  const receipt = await core.hub.deliver(submissionEnvelope(core, view, responseUrls(core, view)));
  if (!receipt.ok) return modalFailed(core, view, receipt);
  return applyAnswer(core, view, receipt);
}

/** What the client itself asks for before it sends anything. */
function missing(view: StoredView): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { block, element, blockId, actionId } of placedElements(view.blocks)) {
    if (block['type'] !== 'input') continue;
    const value = view.values[blockId]?.[actionId];
    const length = codePoints(text(record(value)['value']));
    if (isEmpty(value)) {
      if (block['optional'] !== true) errors[blockId] = 'Please complete this required field.';
    } else if (length < Number(element['min_length'] ?? 0)) errors[blockId] = `Enter at least ${text(element['min_length'])} characters.`;
    else if (length > Number(element['max_length'] ?? 3000))
      errors[blockId] = `Enter no more than ${text(element['max_length']) || '3000'} characters.`;
  }
  return errors;
}

function responseUrls(core: Core, view: StoredView): Json[] {
  return placedElements(view.blocks).flatMap(({ element, blockId, actionId }) => {
    if (element['response_url_enabled'] !== true) return [];
    const held = record(view.values[blockId]?.[actionId]);
    const channel = text(held['selected_conversation'] ?? held['selected_channel']);
    if (!core.store.channels.has(channel)) return [];
    const response_url = core.baseUrl + core.responseUrls.issue({ user: view.user, channel });
    return [{ block_id: blockId, action_id: actionId, channel_id: channel, response_url }];
  });
}

function modalFailed(core: Core, view: StoredView, receipt: Receipt & { ok: false }): ActResult {
  tell(core, view.user, { type: 'trouble', where: 'modal', text: modalTrouble });
  return failed(receipt, modalTrouble);
}

/** Empty closes, `errors` stays, `update` and `push` go on, `clear` ends it all. Anything Slack cannot use is trouble. */
function applyAnswer(core: Core, view: StoredView, receipt: Receipt & { ok: true }): ActResult {
  const body = record(receipt.payload);
  try {
    follow(core, view, body);
    return acked(receipt);
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    tell(core, view.user, { type: 'trouble', where: 'modal', text: modalTrouble });
    core.log.add({ kind: 'delivery', name: 'view_submission response', ok: false, error: error.code, response: error.extras });
    return { ok: false, error: error.code, message: modalTrouble, ms: receipt.ms };
  }
}

function follow(core: Core, view: StoredView, body: Json): void {
  const action = body['response_action'];
  switch (action) {
    case undefined:
      removeModals(core, view.user, view.id);
      return;
    case 'errors':
      showErrors(core, view, record(body['errors']));
      return;
    case 'update':
      updateView(core, view, body['view']);
      return;
    case 'push':
      pushModal(core, body['view'], { user: view.user });
      return;
    case 'clear':
      removeModals(core, view.user, view.rootId);
      return;
    default:
      throw new SlackError('invalid_response_action');
  }
}

/** Field errors are a good answer: the form stays open with them. */
function showErrors(core: Core, view: StoredView, errors: Json): void {
  const inputs = new Set(view.blocks.filter((block) => block['type'] === 'input').map((block) => block['block_id']));
  const entries = Object.entries(errors).map(([blockId, words]): [string, string] => [blockId, text(words)]);
  if (entries.length === 0 || entries.some(([blockId]) => !inputs.has(blockId))) throw new SlackError('invalid_block_id');
  view.errors = Object.fromEntries(entries);
  showView(core, view);
}

/** Cancel closes one modal, the cross (or `clear_on_close`) the whole stack. */
export function close(core: Core, act: Of<'close'>): ActResult {
  const view = ownView(core, act);
  const all = act.all === true || view.clearOnClose;
  const closed = removeModals(core, view.user, all ? view.rootId : view.id);
  for (const one of closed) if (one.notifyOnClose) void core.hub.deliver(closedEnvelope(core, one, all));
  return done;
}

/** Opens App Home: the app may draw it now. */
export function openHome(core: Core, act: Of<'open_home'>): ActResult {
  const { store } = core;
  const channel = openDirectMessage(core, act.as, store.app.botUserId);
  const home = store.views.get(store.homes.get(act.as) ?? '');
  const event = { type: 'app_home_opened', user: act.as, channel: channel.id, tab: 'home', event_ts: core.ids.ts() };
  publishEvent(core, { ...event, ...(home && { view: viewObject(core, home) }) });
  return done;
}
