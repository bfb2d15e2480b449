/** What a person does with a message's buttons and menus, and with shortcuts. */
import type { Act, ActResult } from '../client-api.ts';
import { actionEntry, stateValue } from '../blocks/state.ts';
import { findElement } from '../blocks/walk.ts';
import { tell, type Core } from '../core.ts';
import type { Envelope, Receipt } from '../delivery/envelope.ts';
import type { Message, Values } from '../state/model.ts';
import { startingValues } from '../blocks/state.ts';
import { messageOf } from '../state/store.ts';
import { messageActionsEnvelope, messageShortcutEnvelope, shortcutEnvelope } from '../wire/payloads.ts';
import { offeredTo } from './suggest.ts';
import { acked, refused } from './result.ts';

type Of<T extends Act['type']> = Act & { type: T };

/** What Slack shows on hover over the warning triangle. */
export const buttonTrouble = 'This app responded with an error, or not in time. Try again?';

/** Uses an element of a message. */
export async function messageAction(core: Core, act: Of<'action'>): Promise<ActResult> {
  const message = messageOf(core.store, act, act.as);
  const placed = findElement(message.blocks, act.blockId, act.actionId);
  if (!placed) return refused('element_not_found', 'That control is not there any more.');
  const offered = offeredTo(core, act.as);
  const values = pickedValues(core, message, act.as);
  const held = values[act.blockId];
  if (held?.[act.actionId] !== undefined) held[act.actionId] = stateValue(placed, act.value, offered);
  const action = actionEntry(placed, act.value, { ts: core.ids.ts(), offered });
  const receipt = await core.hub.deliver(messageActionsEnvelope(core, message, { user: act.as, action, values }));
  if (receipt.ok) return acked(receipt);
  const { channel, ts, actionId } = act;
  tell(core, act.as, { type: 'trouble', where: 'button', text: buttonTrouble, channel, ts, actionId });
  return failed(receipt, buttonTrouble);
}

/** What this person picked in this message so far. */
function pickedValues(core: Core, message: Message, user: string): Values {
  const key = `${user} ${message.channel} ${message.ts}`;
  const values = startingValues(message.blocks, core.store.picked.get(key));
  core.store.picked.set(key, values);
  return values;
}

/** A global shortcut, from the composer's menu. */
export async function shortcut(core: Core, act: Of<'shortcut'>): Promise<ActResult> {
  const known = core.manifest.shortcuts.some((one) => one.callbackId === act.callbackId && one.type === 'global');
  if (!known) return refused('unknown_shortcut', `There is no shortcut ${act.callbackId}.`);
  return fromMenu(core, act.as, shortcutEnvelope(core, act.as, act.callbackId));
}

/** A shortcut from a message's menu. */
export async function messageShortcut(core: Core, act: Of<'message_shortcut'>): Promise<ActResult> {
  const known = core.manifest.shortcuts.some((one) => one.callbackId === act.callbackId && one.type === 'message');
  if (!known) return refused('unknown_shortcut', `There is no message shortcut ${act.callbackId}.`);
  const message = messageOf(core.store, act);
  return fromMenu(core, act.as, messageShortcutEnvelope(core, message, { user: act.as, callbackId: act.callbackId }));
}

async function fromMenu(core: Core, user: string, envelope: Envelope): Promise<ActResult> {
  const receipt = await core.hub.deliver(envelope);
  if (receipt.ok) return acked(receipt);
  const words = `The shortcut did not work: ${receipt.error}`;
  tell(core, user, { type: 'trouble', where: 'composer', text: words });
  return failed(receipt, words);
}

/** A delivery that got no good answer. */
export function failed(receipt: Receipt & { ok: false }, message: string): ActResult {
  return { ok: false, error: receipt.error, message, ms: receipt.ms };
}
