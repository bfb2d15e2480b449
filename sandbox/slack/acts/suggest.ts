/** Typing in an external select: the app is asked for options. */
import type { Act, ActResult } from '../client-api.ts';
import type { Offered } from '../blocks/state.ts';
import { optionsOf } from '../blocks/walk.ts';
import type { Core } from '../core.ts';
import { record, type Json } from '../state/json.ts';
import { channelOf, messageOf } from '../state/store.ts';
import { messageObject, viewObject } from '../wire/objects.ts';
import { suggestionEnvelope } from '../wire/payloads.ts';
import { acked, refused } from './result.ts';

type Suggest = Act & { type: 'suggest' };

const maxOptions = 100;

/** Options offered last, so that a picked value gets its label back: core -> `user actionId` -> options */
const offers = new WeakMap<Core, Map<string, Json[]>>();

/** Looks up what the app offered this person for a menu. */
export function offeredTo(core: Core, user: string): Offered {
  return (actionId, value) =>
    offers
      .get(core)
      ?.get(`${user} ${actionId}`)
      ?.find((option) => option['value'] === value);
}

/** Asks the app; answers its options. */
export async function suggest(core: Core, act: Suggest): Promise<ActResult> {
  const where = placeOf(core, act);
  if (!where) return refused('view_not_found', 'That form is closed.');
  const { as: user, blockId, actionId, query } = act;
  const receipt = await core.hub.deliver(suggestionEnvelope(core, { user, blockId, actionId, query, where }));
  if (!receipt.ok) return { ok: false, error: receipt.error, message: 'No options: the app did not answer.', ms: receipt.ms };
  const options = optionsOf(record(receipt.payload));
  if (options.length > maxOptions)
    return refused('too_many_options', `The app answered ${options.length} options; ${maxOptions} is the most.`);
  const known = offers.get(core) ?? new Map<string, Json[]>();
  known.set(`${user} ${actionId}`, options);
  offers.set(core, known);
  return acked(receipt);
}

function placeOf(core: Core, act: Suggest): Json | undefined {
  if (act.viewId !== undefined) {
    const view = core.store.views.get(act.viewId);
    return view && { container: { type: 'view', view_id: view.id }, view: viewObject(core, view) };
  }
  const message = messageOf(core.store, { channel: act.channel ?? '', ts: act.ts ?? '' }, act.as);
  const { id, name } = channelOf(core.store, message.channel);
  const isEphemeral = message.ephemeralFor !== undefined;
  return {
    container: { type: 'message', message_ts: message.ts, channel_id: id, is_ephemeral: isEphemeral },
    channel: { id, name },
    ...(!isEphemeral && { message: messageObject(core, message) }),
  };
}
