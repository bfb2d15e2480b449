/** What a Web API method is here, and how it reads its arguments. */
import type { Core } from '../core.ts';
import { filled, text, type Json } from '../state/json.ts';
import type { Channel } from '../state/model.ts';
import { invalid, SlackError } from '../state/slack-error.ts';

/** One call of the app. */
export interface Call {
  readonly core: Core;
  readonly args: Json;
  /** The bot's user id: who acts. */
  readonly bot: string;
}

export interface Method {
  /** Any one of these will do; none means no scope is needed. */
  scopes: readonly string[];
  /** Only apps.connections.open wants the app-level token. */
  token?: 'app' | 'none';
  /** The fields of the answer besides `ok`. */
  run(call: Call): Json | Promise<Json>;
}

export type Methods = Record<string, Method>;

/** A string that must be there. */
export function needed({ args }: Call, key: string): string {
  const value = filled(text(args[key]));
  if (value === undefined) throw invalid('invalid_arguments', [`missing required field: ${key} [json-pointer:/${key}]`]);
  return value;
}

/** A string that may be there. */
export function optional({ args }: Call, key: string): string | undefined {
  return filled(text(args[key]));
}

/** true, "true" or "1" */
export function yes({ args }: Call, key: string): boolean {
  return ['true', '1'].includes(text(args[key]));
}

/** A list given as a list, as JSON or with commas. */
export function ids(call: Call, key: string): string[] {
  const raw = parsed(call, key);
  if (Array.isArray(raw)) return raw.map(text).filter(Boolean);
  return text(raw)
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean);
}

/** An argument that is JSON in a form and plain in a JSON body. Text that is no JSON stays text. */
export function parsed({ args }: Call, key: string): unknown {
  const value = args[key];
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

const scopesByKind = {
  read: { public: ['channels:read'], private: ['groups:read'], im: ['im:read'] },
  history: { public: ['channels:history'], private: ['groups:history'], im: ['im:history'] },
  write: { public: ['channels:manage', 'channels:write'], private: ['groups:write'], im: ['im:write'] },
};

/** All scopes a conversations method may ask for; which one it is depends on the channel. */
export function conversationScopes(what: keyof typeof scopesByKind): string[] {
  return Object.values(scopesByKind[what]).flat();
}

/** The conversation, when the app may do this to it. A private channel without the bot does not exist for it. */
export function conversation(call: Call, what: keyof typeof scopesByKind, more: readonly string[] = []): Channel {
  const channel = call.core.store.channels.get(needed(call, 'channel'));
  if (!channel || (channel.kind !== 'public' && !channel.members.has(call.bot))) throw new SlackError('channel_not_found');
  requireScope(call.core, [...scopesByKind[what][channel.kind], ...more]);
  return channel;
}

/** A channel the bot is in and that is still open, to change it. */
export function ownChannel(call: Call, more: readonly string[] = []): Channel {
  const channel = conversation(call, 'write', more);
  if (channel.kind === 'im') throw new SlackError('method_not_supported_for_channel_type');
  if (!channel.members.has(call.bot)) throw new SlackError('not_in_channel');
  if (channel.isArchived) throw new SlackError('is_archived');
  return channel;
}

/** `missing_scope`, with what is needed and what there is. */
export function requireScope(core: Core, scopes: readonly string[]): void {
  const provided = core.manifest.scopes;
  if (scopes.length === 0 || scopes.some((scope) => provided.includes(scope))) return;
  throw new SlackError('missing_scope', { needed: scopes[0] ?? '', provided: provided.join(',') });
}

/** Cuts one page out of a list; the cursor is opaque to the app. */
export function page<T>(call: Call, all: readonly T[], defaultLimit = 100): { items: T[]; response_metadata: { next_cursor: string } } {
  const limit = Math.min(1000, Math.max(1, Number(text(call.args['limit'])) || defaultLimit));
  const cursor = optional(call, 'cursor');
  const start = cursor === undefined ? 0 : Number(/^page:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString())?.[1] ?? Number.NaN);
  if (Number.isNaN(start)) throw new SlackError('invalid_cursor');
  const end = start + limit;
  const next_cursor = end < all.length ? Buffer.from(`page:${end}`).toString('base64') : '';
  return { items: all.slice(start, end), response_metadata: { next_cursor } };
}
