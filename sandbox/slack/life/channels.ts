/** The life of a channel: made, joined, named, archived. Methods of the app and acts of people both end here. */
import { seconds, type Core } from '../core.ts';
import { SlackError } from '../state/slack-error.ts';
import { codePoints } from '../state/json.ts';
import type { Channel, ChannelKind } from '../state/model.ts';
import { directMessage, emptyChannel, userOf } from '../state/store.ts';
import { publishEvent } from './events.ts';
import { addSystemMessage, showChannel } from './messages.ts';

const maxName = 80;

/** Checks a channel name the way conversations.create does; answers the name as it will be stored. */
export function checkName(core: Core, name: string, own?: Channel): string {
  if (name === '') throw new SlackError('invalid_name_required');
  if (codePoints(name) > maxName) throw new SlackError('invalid_name_maxlength');
  if (!/^[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}_-]+$/u.test(name)) throw new SlackError('invalid_name_specials');
  if (!/[\p{L}\p{N}]/u.test(name)) throw new SlackError('invalid_name_punctuation');
  const taken = [...core.store.channels.values()].some((channel) => channel.name === name && channel !== own && channel.kind !== 'im');
  if (taken) throw new SlackError('name_taken');
  return name;
}

/** A new channel with its creator in it. */
export function createChannel(core: Core, part: { name: string; kind: ChannelKind; creator: string }): Channel {
  const channel = emptyChannel({ ...part, id: core.ids.next('C'), created: seconds(core) });
  core.store.channels.set(channel.id, channel);
  joinChannel(core, channel, { user: part.creator });
  const { id, name, created, creator } = channel;
  if (channel.kind === 'public')
    publishEvent(core, { type: 'channel_created', channel: { id, name, created, creator }, event_ts: core.ids.ts() });
  return channel;
}

/** Lets somebody in: the grey line, and the event. */
export function joinChannel(core: Core, channel: Channel, part: { user: string; inviter?: string }): void {
  if (channel.members.has(part.user)) return;
  channel.members.add(part.user);
  const inviter = part.inviter === undefined ? {} : { inviter: part.inviter };
  channel.lastRead.set(part.user, core.ids.ts());
  addSystemMessage(core, channel, {
    subtype: 'channel_join',
    user: part.user,
    text: `<@${part.user}> has joined the channel`,
    extra: inviter,
  });
  const event = {
    type: 'member_joined_channel',
    user: part.user,
    channel: channel.id,
    channel_type: letter(channel),
    team: core.store.team.id,
  };
  publishEvent(core, { ...event, ...inviter, event_ts: core.ids.ts() }, channel);
}

/** Somebody goes, or is made to go. */
export function leaveChannel(core: Core, channel: Channel, user: string): void {
  if (!channel.members.has(user)) return;
  addSystemMessage(core, channel, { subtype: 'channel_leave', user, text: `<@${user}> has left the channel` });
  const event = { type: 'member_left_channel', user, channel: channel.id, channel_type: letter(channel), team: core.store.team.id };
  publishEvent(core, { ...event, event_ts: core.ids.ts() }, channel);
  channel.members.delete(user);
  core.changes.publish((as) => (as === user ? { type: 'channel', channel: goneFor(channel) } : undefined));
  showChannel(core, channel);
}

/** What somebody who left a private channel still learns: that they are out. */
function goneFor(channel: Channel) {
  const { id, name, kind, isArchived } = channel;
  return { id, name, kind, isArchived, topic: '', purpose: '', isMember: false, members: [], bookmarks: [], pins: [], unread: 0 };
}

/** Sets topic or purpose; the same words again are no news. */
export function setWords(core: Core, channel: Channel, part: { what: 'topic' | 'purpose'; value: string; user: string }): void {
  const { what, value, user } = part;
  if (codePoints(value) > 250) throw new SlackError('too_long');
  if (channel[what].value === value) return;
  channel[what] = { value, creator: user, last_set: seconds(core) };
  const done = value === '' ? `cleared the channel ${what}` : `set the channel ${what}: ${value}`;
  addSystemMessage(core, channel, { subtype: `channel_${what}`, user, text: done, extra: { [what]: value } });
}

/** Gives a channel another name. */
export function renameChannel(core: Core, channel: Channel, part: { name: string; user: string }): void {
  const previous = channel.name;
  channel.name = checkName(core, part.name, channel);
  if (channel.name === previous) return;
  channel.previousNames.push(previous);
  const words = `has renamed the channel from "${previous}" to "${channel.name}"`;
  addSystemMessage(core, channel, {
    subtype: 'channel_name',
    user: part.user,
    text: words,
    extra: { old_name: previous, name: channel.name },
  });
  const { id, name, created } = channel;
  const renamed = { id, name, name_normalized: name, created, is_channel: true, is_mpim: false };
  publishEvent(core, { type: 'channel_rename', channel: renamed, event_ts: core.ids.ts() }, channel);
}

/** Closes a channel for good, or opens it again. */
export function setArchived(core: Core, channel: Channel, part: { archived: boolean; user: string }): void {
  const { archived, user } = part;
  if (archived && channel.isGeneral) throw new SlackError('cant_archive_general');
  if (channel.isArchived === archived) throw new SlackError(archived ? 'already_archived' : 'not_archived');
  channel.isArchived = archived;
  const subtype = archived ? 'channel_archive' : 'channel_unarchive';
  addSystemMessage(core, channel, { subtype, user, text: `${archived ? 'archived' : 'unarchived'} the channel` });
  publishEvent(core, { type: subtype, channel: channel.id, user, event_ts: core.ids.ts() }, channel);
}

/** The direct message between two, opened when it was not. */
export function openDirectMessage(core: Core, one: string, other: string): Channel {
  userOf(core.store, one);
  userOf(core.store, other);
  const known = directMessage(core.store, one, other);
  if (known) return known;
  const channel = emptyChannel({ id: core.ids.next('D'), name: 'directmessage', kind: 'im', creator: one, created: seconds(core) });
  channel.members.add(one).add(other);
  core.store.channels.set(channel.id, channel);
  showChannel(core, channel);
  return channel;
}

function letter(channel: Channel): 'C' | 'G' {
  return channel.kind === 'public' ? 'C' : 'G';
}
