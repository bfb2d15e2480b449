/** What an app answers in its ack or by a response_url, shown where the person is. */
import { withIds } from '../blocks/walk.ts';
import type { Core } from '../core.ts';
import { list, maybe, record, text, type Json } from '../state/json.ts';
import type { Message } from '../state/model.ts';
import { channelOf } from '../state/store.ts';
import { addEphemeral, addMessage } from './messages.ts';

/** Posts the answer: to the person alone, or to all with `response_type: in_channel`. */
export function showAnswer(
  core: Core,
  place: { user: string; channel: string; responseUrl?: string; threadTs?: string },
  body: Json,
): Message {
  const channel = channelOf(core.store, place.channel);
  const part = {
    user: core.store.app.botUserId,
    botId: core.store.app.botId,
    text: text(body['text']),
    blocks: withIds(list(body['blocks']), () => core.ids.short()),
    attachments: list(body['attachments']).map(record),
    ...maybe('responseUrl', place.responseUrl),
    ...maybe('threadTs', place.threadTs),
  };
  return body['response_type'] === 'in_channel'
    ? addMessage(core, channel, part)
    : addEphemeral(core, channel, { ...part, ephemeralFor: place.user });
}
