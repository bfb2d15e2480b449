/** Pinning: the same for the app and for people. */
import { seconds, type Core } from '../core.ts';
import type { Channel } from '../state/model.ts';
import { SlackError } from '../state/slack-error.ts';
import { publishEvent } from './events.ts';
import { showChannel, showMessage } from './messages.ts';

const maxPins = 100;

/** Pins a message. */
export function pin(core: Core, channel: Channel, part: { ts: string; user: string }): void {
  if (channel.pins.has(part.ts)) throw new SlackError('already_pinned');
  if (channel.pins.size >= maxPins) throw new SlackError('too_many_pins');
  channel.pins.set(part.ts, { user: part.user, created: seconds(core) });
  show(core, channel, part.ts);
  publishEvent(core, event(core, channel, { ...part, type: 'pin_added' }), channel);
}

/** Takes a pin out. */
export function unpin(core: Core, channel: Channel, part: { ts: string; user: string }): void {
  if (!channel.pins.delete(part.ts)) throw new SlackError('no_pin');
  show(core, channel, part.ts);
  publishEvent(core, event(core, channel, { ...part, type: 'pin_removed' }), channel);
}

function event(core: Core, channel: Channel, part: { type: string; ts: string; user: string }) {
  const item = { type: 'message', channel: channel.id, message: { ts: part.ts } };
  return { type: part.type, user: part.user, channel_id: channel.id, item, event_ts: core.ids.ts() };
}

function show(core: Core, channel: Channel, ts: string): void {
  const message = channel.messages.get(ts);
  if (message) showMessage(core, channel, message);
  showChannel(core, channel);
}
