/** Our records as the page and the test API see them (client-api.ts). */
import type { Channel as SeenChannel, Message as SeenMessage, Person, Snapshot, View } from '../client-api.ts';
import type { Core } from '../core.ts';
import { maybe, wordsOf } from '../state/json.ts';
import type { Channel, Message, StoredView, User } from '../state/model.ts';
import { maySee, modalsOf, repliesOf } from '../state/store.ts';

/** How many of a channel's newest messages a snapshot carries. */
const shownMessages = 500;

/** Everything one person sees, now. */
export function snapshot(core: Core, as: string): Snapshot {
  const { store, manifest } = core;
  const channels = [...store.channels.values()].filter((channel) => maySee(store, channel, as));
  const home = store.views.get(store.homes.get(as) ?? '');
  return {
    team: store.team,
    as,
    people: [...store.users.values()].filter((user) => !user.isDeleted).map(seenPerson),
    channels: channels.map((channel) => seenChannel(channel, as)),
    messages: Object.fromEntries(channels.map((channel) => [channel.id, seenMessages(channel, as)])),
    modals: modalsOf(store, as).map(seenView),
    ...(home && { home: seenView(home) }),
    commands: manifest.commands.map(({ command, description, usageHint }) => ({ command, description, usageHint })),
    shortcuts: manifest.shortcuts,
    app: seenApp(core),
    notice: core.notice,
    clock: { offsetMs: core.clock.offsetMs() },
    faults: core.faults.current(),
    seq: core.changes.seq(),
  };
}

/** The app and how it can be reached just now. */
export function seenApp({ store, hub }: Core): Snapshot['app'] {
  const mode = hub.mode();
  return { id: store.app.id, botUserId: store.app.botUserId, name: store.app.name, connected: mode !== 'none', mode };
}

function seenPerson({ id, name, realName, title, tz, isBot, isGuest, colour }: User): Person {
  return { id, name, realName, title, tz, isBot, isGuest, colour };
}

/** A channel in one person's sidebar. */
export function seenChannel(channel: Channel, as: string): SeenChannel {
  const peer = channel.kind === 'im' ? [...channel.members].find((member) => member !== as) : undefined;
  return {
    id: channel.id,
    name: channel.name,
    kind: channel.kind,
    topic: channel.topic.value,
    purpose: channel.purpose.value,
    isArchived: channel.isArchived,
    isMember: channel.members.has(as),
    members: [...channel.members],
    ...maybe('peer', peer),
    bookmarks: channel.bookmarks.map(({ id, title, link, emoji }) => ({ id, title, link, ...maybe('emoji', emoji) })),
    pins: [...channel.pins.keys()],
    unread: unreadCount(channel, as),
  };
}

/** Top-level messages by others since the last look; system lines do not count. */
function unreadCount(channel: Channel, as: string): number {
  if (!channel.members.has(as)) return 0;
  const read = channel.lastRead.get(as) ?? '';
  let count = 0;
  for (const { ts, user, subtype, threadTs } of channel.messages.values()) {
    const isReply = threadTs !== undefined && threadTs !== ts;
    if (ts > read && user !== as && subtype === undefined && !isReply) count += 1;
  }
  return count;
}

function seenMessages(channel: Channel, as: string): SeenMessage[] {
  const mine = channel.ephemerals.filter((message) => message.ephemeralFor === as);
  const replies = replyCounts(channel);
  const all = [...[...channel.messages.values()].slice(-shownMessages), ...mine].toSorted((a, b) => (a.ts < b.ts ? -1 : 1));
  return all.map((message) => seenMessage(channel, message, replies.get(message.ts) ?? 0));
}

/** Counted in one pass: a busy channel has many threads. */
function replyCounts(channel: Channel): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { ts, threadTs } of channel.messages.values()) {
    if (threadTs !== undefined && threadTs !== ts) counts.set(threadTs, (counts.get(threadTs) ?? 0) + 1);
  }
  return counts;
}

/** One message as drawn. */
export function seenMessage(channel: Channel, message: Message, replyCount = repliesOf(channel, message.ts).length): SeenMessage {
  return {
    channel: message.channel,
    ts: message.ts,
    user: message.user,
    text: message.text,
    blocks: message.blocks,
    ...maybe('threadTs', message.threadTs),
    replyCount,
    ...maybe('editedTs', message.editedTs),
    ...maybe('ephemeralFor', message.ephemeralFor),
    ...maybe('subtype', message.subtype ?? (message.broadcast ? 'thread_broadcast' : undefined)),
    reactions: message.reactions,
    isPinned: channel.pins.has(message.ts),
  };
}

/** A modal or a home as drawn. */
export function seenView(view: StoredView): View {
  return {
    id: view.id,
    type: view.type,
    hash: view.hash,
    title: wordsOf(view.title),
    ...maybe('submit', wordsOf(view.submit) || undefined),
    ...maybe('close', wordsOf(view.close) || undefined),
    blocks: view.blocks,
    values: view.values,
    errors: view.errors,
  };
}
