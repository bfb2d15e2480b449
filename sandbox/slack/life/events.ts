/** Which of the things that happen the app hears about: those it subscribed to, in channels it is in. */
import type { Core } from '../core.ts';
import { text, type Json } from '../state/json.ts';
import type { Channel } from '../state/model.ts';
import { eventEnvelope } from '../wire/payloads.ts';

const messageEvents = { public: 'message.channels', private: 'message.groups', im: 'message.im' };

/** Slack's word for a kind of conversation in message events. */
export const channelTypes = { public: 'channel', private: 'group', im: 'im' };

/** Sends an event, when the manifest asks for it and the bot is a member of where it happened. */
export function publishEvent(core: Core, event: Json, channel?: Channel): void {
  const type = text(event['type']);
  const name = type === 'message' && channel ? messageEvents[channel.kind] : type;
  if (!core.manifest.botEvents.includes(name)) return;
  if (channel && !channel.members.has(core.store.app.botUserId)) return;
  core.hub.event(eventEnvelope(core, event));
}
