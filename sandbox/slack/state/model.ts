/** What the workspace remembers. Words follow Slack's, shapes are ours; `wire/` turns them into Slack's objects. */
import type { Json } from './json.ts';

export interface User {
  id: string;
  name: string;
  realName: string;
  title: string;
  tz: string;
  email: string;
  colour: string;
  isBot: boolean;
  isGuest: boolean;
  /** Of another workspace: Slack calls such a person a stranger. */
  team?: string;
  isDeleted: boolean;
}

export interface UserGroup {
  id: string;
  handle: string;
  name: string;
  users: string[];
}

export interface Bookmark {
  id: string;
  title: string;
  link: string;
  emoji?: string;
  created: number;
}

/** A topic or a purpose, with who set it and when (seconds). */
export interface Words {
  value: string;
  creator: string;
  last_set: number;
}

export type ChannelKind = 'public' | 'private' | 'im';

export interface Channel {
  id: string;
  name: string;
  kind: ChannelKind;
  isGeneral: boolean;
  isArchived: boolean;
  /** People of another workspace are in it, by Slack Connect. */
  isExtShared: boolean;
  creator: string;
  created: number;
  topic: Words;
  purpose: Words;
  previousNames: string[];
  members: Set<string>;
  bookmarks: Bookmark[];
  /** Pinned messages by ts. */
  pins: Map<string, { user: string; created: number }>;
  /** By ts, oldest first. */
  messages: Map<string, Message>;
  /** "Only visible to you", oldest first; not part of history. */
  ephemerals: Message[];
  /** user id -> ts of the last message seen */
  lastRead: Map<string, string>;
}

export interface Reaction {
  name: string;
  users: string[];
}

export interface Message {
  channel: string;
  ts: string;
  user: string;
  text: string;
  blocks: Json[];
  attachments: Json[];
  reactions: Reaction[];
  threadTs?: string;
  editedTs?: string;
  subtype?: string;
  /** Fields a system message carries besides its text: inviter, topic, name … */
  extra?: Json;
  ephemeralFor?: string;
  /** Set when the app posted it. */
  botId?: string;
  metadata?: Json;
  files?: string[];
  /** An ephemeral or visible message made through a response_url remembers which. */
  responseUrl?: string;
  broadcast?: boolean;
}

/** block_id -> action_id -> state value */
export type Values = Record<string, Record<string, unknown>>;

export interface StoredView {
  id: string;
  type: 'modal' | 'home';
  user: string;
  hash: string;
  callbackId: string;
  externalId: string;
  privateMetadata: string;
  title: Json | null;
  submit: Json | null;
  close: Json | null;
  blocks: Json[];
  values: Values;
  errors: Record<string, string>;
  clearOnClose: boolean;
  notifyOnClose: boolean;
  rootId: string;
  previousId: string | null;
  /** Where the person was when it opened: response_url_enabled fields need it. */
  channel?: string;
}

export interface StoredFile {
  id: string;
  name: string;
  title: string;
  size: number;
  uploaded: boolean;
  shared: string[];
}
