/**
 * What the workspace page (and any other client that acts for a person) speaks with the workspace server, on the same port as
 * the Web API. Everything a person sees is in `Snapshot`; everything that changes arrives as a `Change` over server-sent events.
 *
 *   GET  /client/snapshot?as=U…        -> Snapshot        what this person may see, now
 *   GET  /client/stream?as=U…          -> text/event-stream of Change (event name "change", id = sequence number)
 *   POST /client/act                   <- Act             -> { ok: true, ... } | { ok: false, error, message }
 *   GET  /client/log?after=N           -> { entries: LogEntry[] }   the inspector
 *   POST /client/admin                 <- Order           -> OrderResult           for tests and the host program
 *
 * The stream sends what came after `Last-Event-ID` (or `?after=N`, the snapshot's `seq`), so nothing is lost in between.
 */

export interface Person {
  id: string;
  name: string;
  realName: string;
  title: string;
  tz: string;
  isBot: boolean;
  /** Guests exist so that refusals can be tried. */
  isGuest: boolean;
  /** One CSS colour per person: avatars are initials on it. */
  colour: string;
}

export interface Channel {
  id: string;
  name: string;
  kind: 'public' | 'private' | 'im';
  topic: string;
  purpose: string;
  isArchived: boolean;
  isMember: boolean;
  members: string[];
  /** For a direct message: the other person. */
  peer?: string;
  bookmarks: { id: string; title: string; link: string; emoji?: string }[];
  pins: string[];
  unread: number;
}

export interface Message {
  channel: string;
  ts: string;
  user: string;
  text: string;
  blocks: unknown[];
  /** Set for a reply and for a thread's parent. */
  threadTs?: string;
  replyCount: number;
  editedTs?: string;
  /** "Only visible to you": set to the one person who sees it; lost on reload as in Slack. */
  ephemeralFor?: string;
  /** channel_join, channel_topic, …: drawn as a grey line. */
  subtype?: string;
  reactions: { name: string; users: string[] }[];
  isPinned: boolean;
}

export interface View {
  id: string;
  type: 'modal' | 'home';
  hash: string;
  title: string;
  submit?: string;
  close?: string;
  blocks: unknown[];
  /** block_id -> action_id -> state value, as in view.state.values */
  values: Record<string, Record<string, unknown>>;
  /** Field errors of the last submission: block_id -> text */
  errors: Record<string, string>;
}

export interface SlashCommand {
  command: string;
  description: string;
  usageHint: string;
}

export interface Shortcut {
  name: string;
  type: 'global' | 'message';
  callbackId: string;
  description: string;
}

export interface Snapshot {
  team: { id: string; name: string; domain: string };
  as: string;
  people: Person[];
  channels: Channel[];
  /** channel id -> its messages, oldest first, replies included, ephemeral ones of this person included */
  messages: Record<string, Message[]>;
  /** The open modal stack of this person, bottom first. */
  modals: View[];
  home?: View;
  commands: SlashCommand[];
  shortcuts: Shortcut[];
  app: { id: string; botUserId: string; name: string; connected: boolean; mode: 'socket' | 'http' | 'none' };
  /** Words shown in the banner on top, e.g. "embedded: for trying out"; set by the host program. */
  notice: string;
  clock: { offsetMs: number };
  faults: Faults;
  seq: number;
}

export type Change = { seq: number } & (
  | { type: 'channel'; channel: Channel }
  | { type: 'message'; message: Message }
  | { type: 'message_deleted'; channel: string; ts: string }
  | { type: 'modals'; modals: View[] }
  | { type: 'home'; home: View }
  /** What Slack shows in red when something did not answer: a toast, a banner in the modal, a warning on the button. */
  | { type: 'trouble'; where: 'composer' | 'modal' | 'button'; text: string; channel?: string; ts?: string; actionId?: string }
  | { type: 'app'; app: Snapshot['app'] }
  | { type: 'notice'; notice: string }
  | { type: 'faults'; faults: Faults }
  | { type: 'log'; entry: LogEntry }
);

/** One line of the inspector: an envelope to the app (with the time to its ack), or a Web API call from it. */
export interface LogEntry {
  id: number;
  at: number;
  kind: 'delivery' | 'api' | 'response_url' | 'socket';
  /** delivery: slash_commands, block_actions, view_submission, event name …; api: method name */
  name: string;
  ms?: number;
  ok?: boolean;
  error?: string;
  /** Tokens are never in here. */
  request?: unknown;
  response?: unknown;
}

/** Everything that can be made worse on purpose. All off by default. */
export interface Faults {
  /** Enforce Slack's per-method tiers (429 with Retry-After). */
  rateLimits: boolean;
  /** Milliseconds added to each Web API call, for all (`*`) or one method. */
  latencyMs: Record<string, number>;
  rules: FaultRule[];
}

export interface FaultRule {
  /** Method name or `*`. */
  method: string;
  /** `cut_after` carries the call out, then cuts the connection without an answer. */
  kind: 'status' | 'rate_limited' | 'hang' | 'cut_before' | 'cut_after' | 'error';
  /** For `status`: 500, 503 …; for `rate_limited`: Retry-After seconds. */
  value?: number;
  /** For `error`: the Slack error code answered. */
  error?: string;
  /** How many calls it hits before it wears off; absent = until cleared. */
  times?: number;
}

/** What a person can do. `as` is always the acting person's id. */
export type Act =
  | { type: 'post'; as: string; channel: string; text: string; threadTs?: string }
  /** "/incident declare api is down"; the first word picks the command. */
  | { type: 'slash'; as: string; channel: string; text: string }
  | { type: 'shortcut'; as: string; callbackId: string }
  | { type: 'message_shortcut'; as: string; callbackId: string; channel: string; ts: string }
  /** A block element of a message was used. `value` by element: button none; select option value; date string; users_select id; checkboxes string[] */
  | { type: 'action'; as: string; channel: string; ts: string; blockId: string; actionId: string; value?: unknown; threadTs?: string }
  /** The same inside a modal or App Home. */
  | { type: 'view_action'; as: string; viewId: string; blockId: string; actionId: string; value?: unknown }
  /** An input's value changed (no delivery unless dispatch_action); kept as view.state. */
  | { type: 'view_input'; as: string; viewId: string; blockId: string; actionId: string; value: unknown }
  | { type: 'submit'; as: string; viewId: string; values?: Record<string, Record<string, unknown>> }
  | { type: 'close'; as: string; viewId: string; all?: boolean }
  | { type: 'suggest'; as: string; viewId?: string; channel?: string; ts?: string; blockId: string; actionId: string; query: string }
  | { type: 'react'; as: string; channel: string; ts: string; name: string; remove?: boolean }
  | { type: 'edit' | 'delete' | 'pin'; as: string; channel: string; ts: string; text?: string }
  | { type: 'open_home'; as: string }
  | { type: 'join' | 'leave' | 'archive' | 'read'; as: string; channel: string }
  | { type: 'open_dm'; as: string; peer: string }
  | { type: 'set_faults'; as: string; faults: Partial<Faults> }
  | { type: 'advance_clock'; as: string; ms: number }
  /** Envelope of the kind Slack sends before it closes a socket, or a hard drop. */
  | { type: 'drop_sockets'; as: string; how: 'warning' | 'refresh_requested' | 'cut' };

/** What became of an act. When the app was asked, `ms` is the time to its answer and `response` what it said. */
export type ActResult =
  { ok: true; ms?: number; response?: unknown; ts?: string; channel?: string } | { ok: false; error: string; message: string; ms?: number };

/**
 * What no person in Slack can do, but a test or the host program may. POST /client/admin <- Order -> OrderResult.
 * Redelivering is for proving that a bot does a thing once, and that it believes only Slack.
 */
export type Order =
  /** `team`: of another workspace, as in a channel shared with it; `bot`: an app's or a workflow's user. */
  | { type: 'add_person'; name: string; realName?: string; title?: string; tz?: string; guest?: boolean; bot?: boolean; team?: string }
  /** `users` are ids. The same handle again replaces the group. */
  | { type: 'add_user_group'; handle: string; name?: string; users: string[] }
  | { type: 'deactivate'; user: string }
  /** From now on people of another workspace are in this channel, by Slack Connect; `shared: false` ends it. */
  | { type: 'share_channel'; channel: string; shared: boolean }
  | { type: 'clear_log' }
  | { type: 'set_notice'; notice: string }
  | { type: 'set_request_url'; url?: string }
  /** Sends the url_verification challenge Slack sends when a request URL is entered. */
  | { type: 'verify_request_url' }
  /** Answers once no delivery is under way. */
  | { type: 'settle' }
  /**
   * Sends what a delivery entry of the log sent, once more; without `entry` the last one. Signatures matter over HTTP only. `payload`
   * goes in place of what was sent: what nobody can send through Slack, and an app must survive all the same.
   */
  | { type: 'redeliver'; entry?: number; signature?: Signature; retry?: number; payload?: Record<string, unknown> };

/** How a redelivered HTTP request is signed: as Slack does, by somebody else, long ago, in ten minutes, or not at all. */
export type Signature = 'good' | 'forged' | 'stale' | 'future' | 'missing';

export type OrderResult =
  { ok: true; id?: string; ms?: number; response?: unknown } | { ok: false; error: string; message: string; ms?: number; status?: number };
