import { SlackError } from './slack-error.ts';
import type { Channel, ChannelKind, Message, StoredFile, StoredView, User, UserGroup, Values } from './model.ts';

/** The app as the workspace knows it. */
export interface InstalledApp {
  id: string;
  name: string;
  botUserId: string;
  botId: string;
}

/** All state of the workspace, in memory. */
export interface Store {
  team: { id: string; name: string; domain: string };
  app: InstalledApp;
  users: Map<string, User>;
  channels: Map<string, Channel>;
  userGroups: Map<string, UserGroup>;
  /** Open modals and published homes, by view id. */
  views: Map<string, StoredView>;
  /** user id -> open modal view ids, bottom first */
  stacks: Map<string, string[]>;
  /** user id -> view id of the published App Home */
  homes: Map<string, string>;
  files: Map<string, StoredFile>;
  /** What people picked in message blocks: `user channel ts` -> values */
  picked: Map<string, Values>;
}

/** An empty workspace. */
export function createStore(team: Store['team'], app: InstalledApp): Store {
  return {
    team,
    app,
    users: new Map(),
    channels: new Map(),
    userGroups: new Map(),
    views: new Map(),
    stacks: new Map(),
    homes: new Map(),
    files: new Map(),
    picked: new Map(),
  };
}

/** A channel with nothing in it. */
export function emptyChannel(part: { id: string; name: string; kind: ChannelKind; creator: string; created: number }): Channel {
  const none = { value: '', creator: '', last_set: 0 };
  return {
    ...part,
    isGeneral: part.name === 'general',
    isArchived: false,
    isExtShared: false,
    topic: { ...none },
    purpose: { ...none },
    previousNames: [],
    members: new Set(),
    bookmarks: [],
    pins: new Map(),
    messages: new Map(),
    ephemerals: [],
    lastRead: new Map(),
  };
}

/** The channel, or `channel_not_found`. */
export function channelOf(store: Store, id: string): Channel {
  const channel = store.channels.get(id);
  if (!channel) throw new SlackError('channel_not_found');
  return channel;
}

/** The person or bot, or `user_not_found`. */
export function userOf(store: Store, id: string): User {
  const user = store.users.get(id);
  if (!user) throw new SlackError('user_not_found');
  return user;
}

/** The message, ephemeral ones included when `viewer` is the one who sees it, or `message_not_found`. */
export function messageOf(store: Store, place: { channel: string; ts: string }, viewer?: string): Message {
  const channel = channelOf(store, place.channel);
  const found =
    channel.messages.get(place.ts) ??
    channel.ephemerals.find((message) => message.ts === place.ts && viewer !== undefined && message.ephemeralFor === viewer);
  if (!found) throw new SlackError('message_not_found');
  return found;
}

/** The direct message between two, if it was ever opened. */
export function directMessage(store: Store, one: string, other: string): Channel | undefined {
  return [...store.channels.values()].find((channel) => channel.kind === 'im' && channel.members.has(one) && channel.members.has(other));
}

/** A person's open modals, bottom first. */
export function modalsOf(store: Store, user: string): StoredView[] {
  return (store.stacks.get(user) ?? []).flatMap((id) => store.views.get(id) ?? []);
}

/** Whether a person may see what is in a channel. Guests see only where they were invited. */
export function maySee(store: Store, channel: Channel, user: string): boolean {
  return channel.members.has(user) || (channel.kind === 'public' && store.users.get(user)?.isGuest !== true);
}

/** Replies of a thread, oldest first, without the parent. */
export function repliesOf(channel: Channel, parentTs: string): Message[] {
  return [...channel.messages.values()].filter((message) => message.threadTs === parentTs && message.ts !== parentTs);
}
