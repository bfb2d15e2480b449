/** The life of a message: posted, changed, deleted, reacted to. Every way in ends here. */
import type { Core } from '../core.ts';
import { seenChannel, seenMessage } from '../wire/client.ts';
import { messageObject } from '../wire/objects.ts';
import { maybe, type Json } from '../state/json.ts';
import type { Channel, Message } from '../state/model.ts';
import { channelOf, maySee } from '../state/store.ts';
import { channelTypes, publishEvent } from './events.ts';

/** What is known of a message before it has a ts. */
export type NewMessage = Partial<Message> & { user: string; text: string };

const keptEphemerals = 500;

/** Puts a message into a channel and tells everyone who may see it, the app included. */
export function addMessage(core: Core, channel: Channel, part: NewMessage): Message {
  const message: Message = { blocks: [], attachments: [], reactions: [], ...part, channel: channel.id, ts: core.ids.ts() };
  channel.messages.set(message.ts, message);
  markParent(core, channel, message);
  channel.lastRead.set(message.user, message.ts);
  showMessage(core, channel, message);
  showChannel(core, channel);
  announce(core, channel, message);
  return message;
}

/** A thread's parent carries its own ts as threadTs, as in Slack. */
function markParent(core: Core, channel: Channel, message: Message): void {
  const parent = message.threadTs === undefined ? undefined : channel.messages.get(message.threadTs);
  if (!parent || parent === message) return;
  parent.threadTs = parent.ts;
  showMessage(core, channel, parent);
}

function announce(core: Core, channel: Channel, message: Message): void {
  const { botUserId } = core.store.app;
  const base = { ...messageObject(core, message, true), channel: channel.id, event_ts: message.ts };
  const person = core.store.users.get(message.user);
  const typed = message.blocks.length === 0 && person?.isBot === false && message.subtype === undefined;
  const event: Json = {
    ...base,
    ...(typed && { client_msg_id: message.ts.replace('.', '-'), blocks: typedBlocks(message.text) }),
    channel_type: channelTypes[channel.kind],
  };
  publishEvent(core, event, channel);
  const mentionsBot = message.text.includes(`<@${botUserId}>`) && message.user !== botUserId && message.subtype === undefined;
  if (mentionsBot && channel.kind !== 'im') publishEvent(core, { ...event, type: 'app_mention' }, channel);
}

/** What Slack's composer makes of typed words. */
function typedBlocks(words: string): Json[] {
  const section = { type: 'rich_text_section', elements: [{ type: 'text', text: words }] };
  return [{ type: 'rich_text', block_id: 'typed', elements: [section] }];
}

/** Shows a message to one person only; it is in nobody's history. */
export function addEphemeral(core: Core, channel: Channel, part: NewMessage & { ephemeralFor: string }): Message {
  const message: Message = { blocks: [], attachments: [], reactions: [], ...part, channel: channel.id, ts: core.ids.ts() };
  channel.ephemerals.push(message);
  if (channel.ephemerals.length > keptEphemerals) channel.ephemerals.shift();
  showMessage(core, channel, message);
  return message;
}

/** What may change about a message that is there. */
export type Edit = Partial<Pick<Message, 'text' | 'blocks' | 'attachments' | 'metadata'>>;

/** Changes a message in place; `quiet` leaves out the "(edited)" mark, as for bot messages. */
export function editMessage(core: Core, message: Message, edit: Edit & { quiet?: boolean }): void {
  const channel = channelOf(core.store, message.channel);
  const previous = messageObject(core, message);
  const { quiet, ...fields } = edit;
  Object.assign(message, fields);
  if (!quiet) message.editedTs = core.ids.ts();
  showMessage(core, channel, message);
  if (message.ephemeralFor !== undefined) return;
  publishEvent(
    core,
    { ...hidden(core, channel, 'message_changed'), message: messageObject(core, message), previous_message: previous },
    channel,
  );
}

/** Takes a message away; ephemeral ones too. */
export function removeMessage(core: Core, message: Message): void {
  const channel = channelOf(core.store, message.channel);
  const previous = messageObject(core, message);
  channel.messages.delete(message.ts);
  channel.pins.delete(message.ts);
  channel.ephemerals = channel.ephemerals.filter((one) => one !== message);
  const gone = { type: 'message_deleted' as const, channel: channel.id, ts: message.ts };
  const { ephemeralFor } = message;
  core.changes.publish((as) => ((ephemeralFor === undefined ? maySee(core.store, channel, as) : as === ephemeralFor) ? gone : undefined));
  if (ephemeralFor !== undefined) return;
  publishEvent(core, { ...hidden(core, channel, 'message_deleted'), deleted_ts: message.ts, previous_message: previous }, channel);
}

function hidden(core: Core, channel: Channel, subtype: string): Json {
  const ts = core.ids.ts();
  return { type: 'message', subtype, hidden: true, channel: channel.id, ts, event_ts: ts, channel_type: channelTypes[channel.kind] };
}

/** Adds or takes back a reaction; false when there was nothing to do. */
export function react(core: Core, message: Message, part: { user: string; name: string; remove?: boolean }): boolean {
  const channel = channelOf(core.store, message.channel);
  const known = message.reactions.find((reaction) => reaction.name === part.name);
  const has = known?.users.includes(part.user) ?? false;
  if (has !== (part.remove ?? false)) return false;
  if (part.remove && known) known.users = known.users.filter((user) => user !== part.user);
  else if (known) known.users.push(part.user);
  else message.reactions.push({ name: part.name, users: [part.user] });
  message.reactions = message.reactions.filter((reaction) => reaction.users.length > 0);
  showMessage(core, channel, message);
  const event = {
    type: part.remove ? 'reaction_removed' : 'reaction_added',
    user: part.user,
    reaction: part.name,
    item: { type: 'message', channel: channel.id, ts: message.ts },
    item_user: message.user,
    event_ts: core.ids.ts(),
  };
  publishEvent(core, event, channel);
  return true;
}

/** A grey line: joined, set the topic, archived. */
export function addSystemMessage(core: Core, channel: Channel, part: { subtype: string; user: string; text: string; extra?: Json }): void {
  const { extra, ...rest } = part;
  addMessage(core, channel, { ...rest, ...maybe('extra', extra) });
}

/** Tells everyone who may see it how a message looks now. */
export function showMessage(core: Core, channel: Channel, message: Message): void {
  const { ephemeralFor } = message;
  core.changes.publish((as) => {
    const visible = ephemeralFor === undefined ? maySee(core.store, channel, as) : as === ephemeralFor;
    return visible ? { type: 'message', message: seenMessage(channel, message) } : undefined;
  });
}

/** Tells everyone how a channel looks in their sidebar now. */
export function showChannel(core: Core, channel: Channel): void {
  core.changes.publish((as) => (maySee(core.store, channel, as) ? { type: 'channel', channel: seenChannel(channel, as) } : undefined));
}
