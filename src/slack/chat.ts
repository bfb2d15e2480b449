import type { ChatPostMessageArguments } from '@slack/web-api';
import { ErrorCode, WebClient } from '@slack/web-api';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Standing } from '../domain/policy.ts';
import type { UserId } from '../domain/words.ts';
import type { Chat, Post } from '../ports.ts';
import { ChatError } from '../ports.ts';
import { remembered, shared } from './remembered.ts';

export interface ChatOptions {
  token: string;
  apiUrl?: string;
}

const callMs = 10_000;
/** Looking somebody up stands in the way of an answer that Slack wants within 3 seconds. */
const standingMs = 1500;
const inviteAtOnce = 100;

/** Slack's Web API as Warroom uses it. It never retries by itself: jobs do, after looking. */
export function createChat({ token, apiUrl }: ChatOptions): Omit<Chat, 'standing'> {
  const client = new WebClient(token, {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: callMs,
  });
  return { ...rooms(client), ...posts(client), ...people(client) };
}

type RoomCalls = Pick<Chat, 'createRoom' | 'invite' | 'setTopic' | 'addBookmark' | 'bookmarks' | 'channelId' | 'isShared' | 'openDm'>;

function rooms(client: WebClient): RoomCalls {
  const ids = new Map<string, string>();
  const isShared = shared((channel) =>
    call(async () => {
      const { channel: found } = await client.conversations.info({ channel });
      return found?.is_ext_shared === true || found?.is_pending_ext_shared === true;
    }),
  );
  return {
    createRoom: (name) =>
      call(async () => {
        const { channel } = await client.conversations.create({ name });
        return { id: channel?.id ?? '', name: channel?.name ?? name };
      }),
    invite: async (channel, users) => {
      for (let start = 0; start < users.length; start += inviteAtOnce) {
        await inviteSome(client, channel, users.slice(start, start + inviteAtOnce));
      }
    },
    setTopic: async (channel, topic) => void (await call(() => client.conversations.setTopic({ channel, topic }))),
    addBookmark: async (channel, { title, link, emoji }) =>
      void (await call(() =>
        client.bookmarks.add({ channel_id: channel, title, link, type: 'link', ...(emoji === undefined ? {} : { emoji }) }),
      )),
    bookmarks: (channel) =>
      call(async () => ((await client.bookmarks.list({ channel_id: channel })).bookmarks ?? []).map(({ title }) => title ?? '')),
    channelId: async (name) => {
      if (/^[CG][A-Z0-9]{6,}$/.test(name)) return name;
      const wanted = name.replace(/^#/, '');
      const id = ids.get(wanted) ?? (await call(() => findChannel(client, wanted)));
      if (id === undefined) throw new ChatError('final', 'channel_not_found');
      ids.set(wanted, id);
      return id;
    },
    isShared,
    openDm: (user) => call(async () => (await client.conversations.open({ users: user })).channel?.id ?? ''),
  };
}

/** Those who are in already, or cannot be invited, do not keep the others out. */
async function inviteSome(client: WebClient, channel: string, users: readonly UserId[]): Promise<void> {
  try {
    await call(() => client.conversations.invite({ channel, users: users.join(','), force: true }));
  } catch (error) {
    const harmless = ['already_in_channel', 'cant_invite_self', 'cant_invite', 'user_not_found', 'user_is_restricted', 'no_user'];
    if (!(error instanceof ChatError) || !harmless.includes(error.code)) throw error;
  }
}

async function findChannel(client: WebClient, name: string): Promise<string | undefined> {
  let cursor: string | undefined;
  do {
    const page = await client.conversations.list({
      limit: 1000,
      exclude_archived: true,
      types: 'public_channel',
      ...(cursor ? { cursor } : {}),
    });
    const found = page.channels?.find((channel) => channel.name === name);
    if (found?.id !== undefined) return found.id;
    cursor = page.response_metadata?.next_cursor;
  } while (cursor);
  return undefined;
}

type PostCalls = Pick<Chat, 'post' | 'update' | 'pin' | 'whisper'>;

const quiet = { unfurl_links: false, unfurl_media: false, link_names: false, parse: 'none' } as const;
const eventType = 'warroom_post';

function posts(client: WebClient): PostCalls {
  return {
    post: async (post) => {
      const { channel, message, key, lookFirst } = post;
      const before = lookFirst ? await findPost(client, post) : undefined;
      if (before !== undefined) return { channel, ts: before };
      const thread = post.threadTs === undefined ? {} : { thread_ts: post.threadTs, reply_broadcast: post.broadcast ?? false };
      const metadata = { event_type: eventType, event_payload: { key } };
      // The type wants thread_ts and reply_broadcast literally together; both come from `thread`.
      const args = { channel, ...message, ...quiet, ...thread, metadata } as ChatPostMessageArguments;
      const { ts } = await call(() => client.chat.postMessage(args));
      return { channel, ts: ts ?? '' };
    },
    update: async (channel, ts, message) =>
      void (await call(() => client.chat.update({ channel, ts, ...message, link_names: false, parse: 'none' }))),
    pin: async (channel, timestamp) => {
      await call(() => client.pins.add({ channel, timestamp })).catch((error: unknown) => {
        if (!(error instanceof ChatError) || error.code !== 'already_pinned') throw error;
      });
    },
    whisper: async (channel, user, message) =>
      void (await call(() => client.chat.postEphemeral({ channel, user, ...message, parse: 'none' }))),
  };
}

/** A lost answer leaves a post nobody knows of: it is found again by its key, and not posted twice. */
async function findPost(client: WebClient, { channel, key, threadTs }: Post): Promise<string | undefined> {
  const page = { channel, limit: 100, include_all_metadata: true };
  try {
    const { messages } = await call(() =>
      threadTs === undefined ? client.conversations.history(page) : client.conversations.replies({ ...page, ts: threadTs }),
    );
    return messages?.find(({ metadata }) => metadata?.event_type === eventType && keyOf(metadata.event_payload) === key)?.ts;
  } catch (error) {
    // Direct messages cannot be read without a scope we do not ask for: there, twice is better than never.
    if (error instanceof ChatError && ['missing_scope', 'channel_not_found', 'thread_not_found', 'not_in_channel'].includes(error.code))
      return undefined;
    throw error;
  }
}

const keyOf = (payload: { key?: string } | undefined): string | undefined => payload?.key;

type PeopleCalls = Pick<Chat, 'person' | 'membersOf' | 'responders'>;

function people(client: WebClient): PeopleCalls {
  let team: string | undefined;
  const groupIds = remembered(
    async () => new Map((await client.usergroups.list()).usergroups?.map(({ handle, id }) => [handle ?? '', id ?? ''])),
  );
  const userIds = remembered(() => idsByName(client));
  const membersOf = (handle: string, names: 'fresh' | 'last'): Promise<UserId[]> =>
    call(async () => {
      if (/^[UW][A-Z0-9]{6,}$/.test(handle)) return [handle];
      const name = handle.replace(/^@/, '');
      const group = /^S[A-Z0-9]{6,}$/.test(handle) ? handle : (await groupIds[names]()).get(name);
      if (group !== undefined) return (await client.usergroups.users.list({ usergroup: group })).users ?? [];
      const person = (await userIds[names]()).get(name);
      return person === undefined ? [] : [person];
    });
  const justAsked = shared((handle) => membersOf(handle, 'last'));
  const person: Chat['person'] = (user) => {
    const asked = call(async () => {
      team ??= (await client.auth.test()).team_id;
      const found = (await client.users.info({ user })).user ?? {};
      return { standing: standingOf(found, team), name: found.real_name ?? found.name ?? user };
    });
    const late = sleep(standingMs, undefined, { ref: false }).then(() => Promise.reject(new ChatError('again', 'no_answer')));
    return Promise.race([asked, late]);
  };
  return {
    person,
    membersOf: (handle) => membersOf(handle, 'fresh'),
    responders: async (handles) => [...new Set((await Promise.all(handles.map(justAsked))).flat())],
  };
}

async function idsByName(client: WebClient): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  let cursor: string | undefined;
  do {
    const page = await client.users.list({ limit: 500, ...(cursor ? { cursor } : {}) });
    for (const { name, id } of page.members ?? []) ids.set(name ?? '', id ?? '');
    cursor = page.response_metadata?.next_cursor;
  } while (cursor);
  return ids;
}

interface SlackUser {
  deleted?: boolean;
  is_bot?: boolean;
  is_restricted?: boolean;
  is_ultra_restricted?: boolean;
  is_stranger?: boolean;
  team_id?: string;
}

function standingOf(user: SlackUser, team: string | undefined): Standing {
  if (user.deleted) return 'deactivated';
  if (user.is_bot) return 'bot';
  if (user.is_stranger || (user.team_id !== undefined && user.team_id !== team)) return 'external';
  return user.is_restricted || user.is_ultra_restricted ? 'guest' : 'member';
}

const passing = [
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
];

/** @throws ChatError for everything that Slack or the way to it answers */
async function call<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (cause) {
    throw chatError(cause);
  }
}

function chatError(cause: unknown): unknown {
  const error = cause as { code?: string; data?: { error?: string }; retryAfter?: number; statusCode?: number };
  if (error.code === ErrorCode.PlatformError) {
    const code = error.data?.error ?? 'unknown_error';
    return new ChatError(passing.includes(code) ? 'again' : 'final', code, { cause });
  }
  if (error.code === ErrorCode.RateLimitedError) {
    return new ChatError('again', 'ratelimited', { cause, retryAfterMs: (error.retryAfter ?? 1) * 1000 });
  }
  if (error.code === ErrorCode.HTTPError) return new ChatError('again', `http_${error.statusCode ?? 0}`, { cause });
  if (error.code === ErrorCode.RequestError) return new ChatError('again', 'no_answer', { cause });
  return cause;
}
