/** Every socket of the house on one page: what the rooms below `execute` and the jobs need from the outside, as types only. */
import type { IncidentEvent, KnownIncident } from './domain/incident.ts';
import type { Around, Decider, Fact } from './domain/decider.ts';
import type { CalendarFreeze, PeakHours } from './domain/calendar.ts';
import type { HeldPath, PlacedHold } from './domain/hold.ts';
import type { Change, Check, Compensation, DatabaseStep, Gate, OnFailure, StepGate, StepKind, Version } from './domain/plan.ts';
import type { BreakGlassRule, Policy, PolicyRule, Standing, Voter } from './domain/policy.ts';
import type { Job, JobKind } from './domain/job.ts';
import type { KnownRollback, RollbackEvent } from './domain/rollback.ts';
import type { Measurement } from './domain/measurement.ts';
import type { Audience, Role, Severity, UserId } from './domain/words.ts';
import type { Message } from './views/blocks.ts';

// ── the store ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export type EntityKind = 'incident' | 'rollback';
export type AnyEvent = IncidentEvent | RollbackEvent;

/** A fact as it stands in an incident's timeline: numbered without gaps, chained by hash. */
export interface RecordedFact {
  incidentId: string;
  seq: number;
  entity: EntityKind;
  entityId: string;
  event: AnyEvent;
  at: number;
  hash: string;
}

/** A row of an entity, loaded under the lock of its incident's chain. */
export interface Loaded {
  state: unknown;
  version: number;
  incidentId: string;
}

/** What stands still until the transaction ends. */
export interface Locked {
  loaded: Loaded | undefined;
  head: ChainHead;
  around: Pick<Around, 'live' | 'incidentOver' | 'roles' | 'asked'>;
}

/** The last fact of an incident's chain. */
export interface ChainHead {
  seq: number;
  hash: string;
}

/** All that one command changes, stored at once or not at all. */
export interface Save {
  entity: EntityKind;
  id: string;
  incidentId: string;
  /** 0 for an entity that does not exist yet. */
  version: number;
  state: KnownIncident | KnownRollback;
  events: readonly AnyEvent[];
  head: ChainHead;
  jobs: readonly Job[];
  /** The key of the input that caused this; a second input with it stores nothing. */
  inboxKey?: string;
}

/** A job as the queue sees it: where it waits and when it is due. */
export interface StoredJob {
  id: string;
  kind: JobKind;
  dueAt: number;
}

export interface LedgerTransaction {
  /** Locks the incident's chain, then reads the entity and the chain's head. `incidentId` is the chain an absent entity would join. */
  load: (entity: EntityKind, id: string, incidentId: string | undefined) => Promise<Locked>;
  /** The next free INC- or RB- number, without gaps: taken back when the transaction is. */
  nextNumber: (entity: EntityKind) => Promise<number>;
  /** How often this person broke the glass since then; a second one of theirs waits until this transaction ends. */
  glassBroken: (user: UserId, since: number) => Promise<number>;
  /** Is this worker still the one that holds the job? Checked inside the transaction, so a late one cannot write. */
  holds: (fence: Fence) => Promise<boolean>;
  /** @throws DuplicateInput when the inbox knows the key; LiveConflict when another rollback of the service is under way. */
  save: (save: Save) => Promise<StoredJob[]>;
}

export interface Ledger {
  /** One transaction, tried again (3 times, with jitter) when the database asks for it. */
  transact: <T>(work: (tx: LedgerTransaction) => Promise<T>) => Promise<T>;
  /** Which entity an input with this key changed, if it was recorded before. */
  outcome: (inboxKey: string) => Promise<{ entityId: string } | undefined>;
}

/** The same input was recorded before. */
export class DuplicateInput extends Error {
  override name = 'DuplicateInput' as const;
}

/** Another rollback of the same service and environment is under way. */
export class LiveConflict extends Error {
  override name = 'LiveConflict' as const;
}

/** Proof that a worker holds a job: a write with an outdated token is refused. */
export interface Fence {
  jobId: string;
  token: number;
}

export interface StoredIncident {
  id: string;
  version: number;
  state: KnownIncident;
}

export interface StoredRollback {
  id: string;
  version: number;
  state: KnownRollback;
}

/** A posted card: where it is and what it showed. */
export interface PostedCard {
  channel: string;
  ts: string;
  digest: string;
  drawnAt: number;
}

/** Read questions, and the few plain rows that are not facts. */
export interface Queries {
  incident: (id: string) => Promise<StoredIncident | undefined>;
  incidentByNumber: (number: number) => Promise<StoredIncident | undefined>;
  incidentByRoom: (channel: string) => Promise<StoredIncident | undefined>;
  /** Remembered: it never changes. */
  incidentIdByRoom: (channel: string) => Promise<string | undefined>;
  openIncidents: () => Promise<StoredIncident[]>;
  /** Those of these ids that exist, in no order. */
  incidents: (ids: readonly string[]) => Promise<StoredIncident[]>;
  rollback: (id: string) => Promise<StoredRollback | undefined>;
  rollbackByNumber: (number: number) => Promise<StoredRollback | undefined>;
  rollbacksOf: (incidentId: string) => Promise<StoredRollback[]>;
  /** Newest first. `only` narrows it to those before a number, or of one named plan. */
  rollbackHistory: (service: string, limit: number, only?: { before?: number; plan?: string }) => Promise<StoredRollback[]>;
  liveRollback: (service: string, environment: string) => Promise<StoredRollback | undefined>;
  /** All that change production just now, or are about to. */
  liveRollbacks: () => Promise<StoredRollback[]>;
  /** Rollbacks that left something behind which this person sees to and which is not done yet; the oldest first. */
  openCareOf: (owner: UserId) => Promise<StoredRollback[]>;
  /** Everything that is held just now, of all incidents, the oldest first. */
  holds: () => Promise<PlacedHold[]>;
  /** The incidents that hold something, or for which something is still closed; the oldest first. */
  holdingIncidents: () => Promise<StoredIncident[]>;
  facts: (incidentId: string, page?: { after?: number; limit?: number }) => Promise<RecordedFact[]>;
  fact: (incidentId: string, seq: number) => Promise<RecordedFact | undefined>;
  card: (key: string) => Promise<PostedCard | undefined>;
  saveCard: (key: string, card: PostedCard) => Promise<void>;
}

/** A job taken for execution: nobody else has it until the lease ends. */
export interface ClaimedJob extends Fence {
  kind: JobKind;
  payload: unknown;
  /** How many earlier tries failed. */
  attempts: number;
  /** How often it was taken before this time; more than `attempts` means a worker died while it had it. */
  claims: number;
}

/** Why a job runs again: after a failure, or because it wants to, and then how soon it may if somebody has news for it. */
export interface Repetition {
  failure?: string;
  /** Absent: news does not bring it forward. */
  soonest?: number;
}

/** The jobs' own table: the truth about what is still to do. The queue only wakes workers up. */
export interface Outbox {
  /** Takes a due job whose order has nothing older waiting; `undefined` when there is nothing to take. */
  claim: (jobId: string, now: number) => Promise<ClaimedJob | undefined>;
  renew: (fence: Fence) => Promise<boolean>;
  /** Done; returns the job that may run now because this one is out of its way. */
  finish: (fence: Fence) => Promise<StoredJob | undefined>;
  /** Runs again at a time of its own choice (not a failure), or after a failure. */
  again: (fence: Fence, at: number, why?: Repetition) => Promise<StoredJob | undefined>;
  /** Given up: kept with its reason, out of the way of the others. */
  park: (fence: Fence, reason: string) => Promise<StoredJob | undefined>;
  /**
   * There is news for the jobs of this kind and order: one that waits is due as soon as it allows, and one that runs, if it wants to
   * run again, does so then. Returns those that wait and became due earlier.
   */
  hurry: (job: { kind: JobKind; order: string }, now: number) => Promise<StoredJob[]>;
  /** Due jobs that nobody holds and whose turn it is, oldest first. */
  due: (now: number, limit: number) => Promise<StoredJob[]>;
  /** `due` are those of `waiting` whose time has come. */
  counts: (now: number) => Promise<{ waiting: number; due: number; parked: number; oldestDueMs: number }>;
}

/** Writes down that an input came; false when it had come before. */
export type RememberInput = (key: string, entityId: string) => Promise<boolean>;

/** Removes at most `limit` inputs and `limit` jobs that were done long ago. Facts stay for ever, and parked jobs until a person looked. */
export type Purge = (limit: number) => Promise<{ inputs: number; jobs: number }>;

/** Wakes workers up. Losing a wake-up costs the sweeper's interval, nothing else. */
export interface WakeUp {
  push: (jobs: readonly StoredJob[]) => void;
}

// ── Slack ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Post {
  channel: string;
  message: Message;
  /** Names this post for ever: after a lost answer it is looked for by this key before it is posted again. */
  key: string;
  threadTs?: string;
  /** Also show a thread's reply in the channel. */
  broadcast?: boolean;
  /** True when an earlier try may have gone through. */
  lookFirst: boolean;
}

/** What Warroom does in Slack. Every method throws `ChatError`. */
export interface Chat {
  createRoom: (name: string) => Promise<{ id: string; name: string }>;
  invite: (channel: string, users: readonly UserId[]) => Promise<void>;
  setTopic: (channel: string, topic: string) => Promise<void>;
  addBookmark: (channel: string, bookmark: { title: string; link: string; emoji?: string }) => Promise<void>;
  bookmarks: (channel: string) => Promise<string[]>;
  post: (post: Post) => Promise<{ channel: string; ts: string }>;
  update: (channel: string, ts: string, message: Message) => Promise<void>;
  pin: (channel: string, ts: string) => Promise<void>;
  /** Only this person sees it; never the only record of anything. */
  whisper: (channel: string, user: UserId, message: Message) => Promise<void>;
  openDm: (user: UserId) => Promise<string>;
  channelId: (name: string) => Promise<string>;
  /** Are people of another workspace in this channel? An answer of some seconds ago will do. */
  isShared: (channel: string) => Promise<boolean>;
  standing: (user: UserId) => Promise<Standing>;
  /** As `standing`, but says when Slack was silent. @throws ChatError */
  person: (user: UserId) => Promise<{ standing: Standing; name: string }>;
  /** The people behind a handle or id: a user group (`@sre-leads`, `S…`) or a person (`@ada`, `U…`); empty when nobody has it. */
  membersOf: (handle: string) => Promise<UserId[]>;
  /** Everybody behind these, for an invitation: an answer of some seconds ago will do. Never for a right. */
  responders: (handles: readonly string[]) => Promise<UserId[]>;
}

/** Slack said no, or nothing. `kind` decides: again later (after `retryAfterMs` if given), or never. */
export class ChatError extends Error {
  override name = 'ChatError' as const;
  readonly kind: 'again' | 'final';
  /** Slack's error code, for example `name_taken`. */
  readonly code: string;
  readonly retryAfterMs: number | undefined;

  constructor(kind: 'again' | 'final', code: string, { retryAfterMs, cause }: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(`Slack answered ${code}`, { cause });
    this.kind = kind;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

// ── when Slack is silent ──────────────────────────────────────────────────────────────────────────────────────────────────

/** What Slack last said about a person, and when. */
export interface Membership {
  name: string;
  standing: Standing;
  standingAt: number;
  /** By handle. */
  groups: Readonly<Record<string, { isIn: boolean; at: number }>>;
}

/** Slack's last answers about people, kept for the time in which it does not answer. */
export interface Memberships {
  rememberPerson: (user: UserId, person: { standing: Standing; name: string }, at: number) => Promise<void>;
  rememberGroup: (user: UserId, group: string, answer: { isIn: boolean; at: number }) => Promise<void>;
  recall: (user: UserId) => Promise<Membership | undefined>;
  names: () => Promise<ReadonlyMap<UserId, string>>;
}

/** A personal key to the command line and the page. Its secret is known to its holder only. Times in epoch milliseconds. */
export interface OperatorToken {
  id: string;
  user: UserId;
  label: string;
  createdAt: number;
  expiresAt: number;
  lastUsedAt?: number;
  revokedAt?: number;
}

/** Whom a secret belongs to. `id` alone: such a key exists, and this is not its secret. */
export interface Holder {
  id?: string;
  token?: OperatorToken;
}

/** The keys, of which only hashes are stored; and the visits to the page that were begun with one. */
export interface OperatorTokens {
  /** The only time the secret is seen. */
  create: (token: Pick<OperatorToken, 'user' | 'label' | 'createdAt' | 'expiresAt'>) => Promise<{ id: string; secret: string }>;
  /** Newest first. */
  list: () => Promise<OperatorToken[]>;
  /** False when there is no such key, or it was revoked before. */
  revoke: (id: string, at: number) => Promise<boolean>;
  /** Compared in constant time; an expired or revoked key is as good as none. */
  check: (secret: string, at: number) => Promise<Holder>;
  openSession: (tokenId: string, until: number) => Promise<string>;
  /** The key a visit was begun with, while both last. */
  session: (secret: string, at: number) => Promise<OperatorToken | undefined>;
  closeSession: (secret: string) => Promise<void>;
}

/** The keys as they are worth just now: one of somebody whom Slack calls no member (any more) opens nothing. */
export interface OperatorKeys {
  identify: (secret: string) => Promise<Holder>;
  /** A visit to the page, for a while. */
  open: (token: OperatorToken) => Promise<{ secret: string; untilMs: number }>;
  visitor: (session: string) => Promise<OperatorToken | undefined>;
  close: (session: string) => Promise<void>;
}

/** An input that did not come through Slack. */
export interface OperatorInput {
  user: UserId;
  at: number;
  inboxKey: string;
}

export type OperatorField = 'reason' | 'typed';

/** What an operator says about a rollback. `verb` is one of the offers'; the rest is what that verb asks for. */
export interface OperatorCommand {
  verb: string;
  /** The plan that was seen; needed by what may start it. */
  planHash?: string | undefined;
  reason?: string | undefined;
  /** The service's name, where it has to be typed. */
  typed?: string | undefined;
  /** A step's name. */
  step?: string | undefined;
  choice?: string | undefined;
}

/** Something that can be done with a rollback just now. */
export interface OperatorOffer {
  verb: string;
  label: string;
  /** Asked before it counts; names the target. */
  question: string;
  /** What has to be said with it. */
  fields: readonly OperatorField[];
  fixed?: { step?: string; choice?: string };
  /** The key has to be shown once more. */
  again?: boolean;
}

/** A rollback as an operator sees it. */
export interface OperatorView {
  rollback: string;
  incident: string;
  service: string;
  environment: string;
  from: string;
  to: string;
  status: string;
  planHash: string;
  requestedBy: UserId;
  card: Message;
  offers: readonly OperatorOffer[];
}

/** An incident as an operator sees it. */
export interface OpenIncident {
  incident: string;
  title: string;
  severity: Severity;
  status: string;
  room?: { id: string; name: string };
}

/** What can be done without Slack; the same decisions as behind the buttons. Every method throws `Refusal` for no. */
export interface Operator {
  /** A dry run. `text` as after `/rollback plan`. @throws ProviderError */
  plan: (text: string, incident?: string) => Promise<Message>;
  /** `text` as after `/rollback request`, `incident` like `INC-12`. @throws ProviderError */
  request: (by: OperatorInput, wish: { incident: string; text: string }) => Promise<OperatorView>;
  act: (by: OperatorInput, rollback: string, command: OperatorCommand) => Promise<OperatorView>;
  show: (rollback: string) => Promise<OperatorView>;
  rollbacksOf: (incident: string) => Promise<OperatorView[]>;
  /** Requests that this person neither asked for nor voted on. */
  waiting: (user: UserId) => Promise<OperatorView[]>;
  declare: (
    by: OperatorInput,
    incident: { severity: Severity; title: string; service?: string | undefined },
  ) => Promise<{ incident: string; reply: Message }>;
  openIncidents: () => Promise<
    { incident: string; title: string; severity: Severity; status: string; room?: { id: string; name: string } }[]
  >;
  /** People by what Slack last called them. */
  names: () => Promise<ReadonlyMap<UserId, string>>;
}

// ── providers ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * What happens after an unknown outcome: `desired-state` and `keyed` are called again, `observe` is looked for first,
 * `manual` waits for a person.
 */
export type EffectClass = 'desired-state' | 'keyed' | 'observe' | 'manual';

/** What a provider knows before anything is changed. */
export interface Preview {
  current: Version | undefined;
  /** Versions that were deployed here, newest first, without the current one. */
  candidates: Version[];
  /** The newest candidate that was healthy. */
  lastKnownGood: Version | undefined;
  /** Set when a target was asked for or recommended. */
  target: Version | undefined;
  change: Change | undefined;
  checks: Check[];
  /** Digest of current, target and guards: another one at the start means `drifted`. */
  fingerprint: string;
  estimateSeconds?: number;
  /** Of providers that change data: what kind of change it is, and how well the provider knows it was rehearsed. */
  database?: Partial<DatabaseStep>;
}

/** The order a provider carries out: one named target, one correlation id for all attempts. */
export interface Order {
  operationId: string;
  to: Version;
  reason: string;
}

/** A run at the provider. */
export interface Run {
  ref: string;
  url?: string;
}

export interface Observation {
  state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'unknown';
  /** One line for the card, for example `job 2 of 3: smoke test`. */
  message: string;
  /** When to look again, in milliseconds. */
  nextLookMs: number;
}

/** What a provider can do besides starting and watching. */
export interface Capabilities {
  cancel: 'yes' | 'best-effort' | 'no';
  /** The change is done when the call is answered; there is no run to watch. */
  instant: boolean;
  /** It can be undone by an order back to the version before. */
  reversible: boolean;
}

/**
 * The way by which new versions get deployed, as far as the provider can close it: what a freeze does so that nothing new ships.
 * Closing what is closed and opening what is open are fine, and change nothing; all three throw ProviderError.
 */
export interface DeployPath {
  /** For cards and for remembering what was closed, for example `deploy.yml of acme/shop`. */
  name: string;
  /** Read now. Look before closing: what somebody else closed is not ours to open again. */
  state: () => Promise<'open' | 'closed'>;
  close: () => Promise<void>;
  open: () => Promise<void>;
}

/** One configured thing that can be rolled back: a provider bound to one target. */
export interface RollbackTarget {
  effect: EffectClass;
  capabilities: Capabilities;
  /** Are the credentials valid, and which permissions are missing? Reads only. */
  check: () => Promise<{ ok: boolean; missing: string[] }>;
  /** Reads only. `to` is a version id, label, `previous`, or absent for the last known good. @throws ProviderError */
  preview: (to?: string) => Promise<Preview>;
  /** The fingerprint as of now, for exactly these two versions. @throws ProviderError */
  fingerprint: (from: Version, to: Version) => Promise<string>;
  /** Looks for a run of this order. @throws ProviderError */
  find: (order: Order) => Promise<Run | undefined>;
  /** Starts it once, with no transport retry. @throws ProviderError, `unknown` when it may have been accepted. */
  start: (order: Order, signal: AbortSignal) => Promise<Run>;
  observe: (run: Run, order: Order) => Promise<Observation>;
  /** Asks the provider to stop a run. @throws ProviderError */
  cancel: (run: Run) => Promise<{ accepted: boolean; note?: string }>;
  /** Which version is really in effect, read back. @throws ProviderError */
  effective: () => Promise<Version | undefined>;
  /** Absent when the provider has none, or none is configured. */
  deployPath?: DeployPath;
}

/** Which run something may be about: by the operation it was ordered with, or by the provider's own name for it. */
export interface Hint {
  operationId?: string;
  ref?: string;
}

/**
 * A provider that calls when something happened to its runs. What it says is never believed, only taken as a reason to look: so a
 * call that comes twice, late, in another order, from somebody else or not at all changes nothing but when that is.
 */
export interface Webhook {
  /** The delivery's own id. Nothing when the signature over exactly these bytes is not ours; compared in constant time. */
  verify: (header: (name: string) => string | undefined, rawBody: Uint8Array) => { delivery: string } | undefined;
  /** What a verified body is about; empty when nothing of ours can be. */
  hints: (header: (name: string) => string | undefined, body: unknown) => Hint[];
}

/** A system that answers metric queries. */
export interface MetricSource {
  /**
   * One number, now or as of `at`; nothing, NaN and more than one series are `missing`, never zero. So is the past, for a source
   * that only knows the present. @throws ProviderError
   */
  measure: (query: string, when?: { at: number }) => Promise<Measurement>;
}

export type ProviderErrorKind = 'refused' | 'not_found' | 'unauthorized' | 'rate_limited' | 'unavailable' | 'unknown' | 'unexpected';

/** A provider's no, or silence. `kind` decides what happens next; `unknown` = the call may have had its effect. */
export class ProviderError extends Error {
  override name = 'ProviderError' as const;
  readonly provider: string;
  readonly kind: ProviderErrorKind;
  readonly retryAfterMs: number | undefined;

  constructor(
    provider: string,
    kind: ProviderErrorKind,
    { message, retryAfterMs, cause }: { message: string; retryAfterMs?: number; cause?: unknown },
  ) {
    super(`${provider}: ${message}`, { cause });
    this.provider = provider;
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

// ── the house itself ─────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Cause {
  /** Names the input (a click, a submit, an event) for ever: the same one twice is recorded once. */
  inboxKey?: string;
  /** Set by jobs: the write counts only while this worker still holds the job. */
  fence?: Fence;
}

export interface Executed<State> {
  id: string;
  state: State;
  /** True when this input had been recorded before: nothing happened now. */
  repeated: boolean;
  /** Did the command change anything? */
  changed: boolean;
}

/** The one door: every command of a person, a machine or a job goes through here. @throws Refusal when the answer is no */
export type Execute = <State extends { status: string }, C extends { type: string; at: number }, E extends Fact>(
  decider: Decider<State, C, E>,
  id: string,
  command: C,
  cause?: Cause,
) => Promise<Executed<Exclude<State, { status: 'absent' }>>>;

export type Cadence = { readonly kind: 'every'; readonly everyMs: number } | { readonly kind: 'on-change' } | { readonly kind: 'none' };

export interface ServiceSettings {
  readonly id: string;
  /** User group or person, by handle or id. */
  readonly owner: string;
  readonly links: readonly { readonly name: string; readonly url: string }[];
  readonly environments: readonly EnvironmentSettings[];
}

/** A step as configured: everything but the versions, which are looked up when a plan is made. */
export interface StepSettings {
  readonly id: string;
  readonly needs: readonly string[];
  readonly service: string;
  readonly environment: string;
  readonly kind: StepKind;
  readonly provider: string;
  readonly target: Readonly<Record<string, unknown>>;
  /** A fixed target version or value, as the provider's `preview` takes it; absent = chosen at the request, else the last known good. */
  readonly to?: string;
  readonly gate?: StepGate;
  readonly compensation: Compensation;
  readonly onFailure: OnFailure;
  readonly timeoutMs: number;
  /** Of kind `database` only: what the file vouches for; the class comes from the provider. */
  readonly database?: { readonly automated: boolean; readonly drilledAt?: number };
  readonly pauses?: 'auto-sync';
}

/** A named plan of several steps. */
export interface PlanSettings {
  readonly id: string;
  readonly description: string;
  readonly service: string;
  readonly environment: string;
  readonly steps: readonly StepSettings[];
  /** Absent = the environment's own. */
  readonly verify?: readonly Gate[];
  /** Feature flags whose code goes back with the plan, besides those of its environments. */
  readonly flags?: readonly string[];
}

export interface EnvironmentSettings {
  readonly id: string;
  /** How its code alone is rolled back, without a plan; the provider's target as a step has it. */
  readonly code: Readonly<Record<string, unknown>> & { readonly provider: string };
  /** What policies match on: production, staging or development. */
  readonly class: string;
  readonly verify: readonly Gate[];
  /** Something keeps shipping what git says, so a rollback of code lasts only while that is paused. */
  readonly autoSync?: boolean;
  /** Feature flags whose code is rolled back with the code. */
  readonly flags?: readonly string[];
  readonly peakHours?: PeakHours;
}

export interface SeveritySettings {
  readonly id: Severity;
  readonly impact: string;
  readonly emoji: string;
  readonly cadence: Readonly<Record<Audience, Cadence>>;
  readonly invite: readonly string[];
  readonly publishExternal: 'automatic' | 'manual';
}

/** warroom.yml as the rooms below see it. */
export interface Settings {
  readonly slack: { readonly digest: string; readonly channelName: string; readonly announce: 'none' | 'here' | 'channel' };
  readonly services: readonly ServiceSettings[];
  readonly plans: readonly PlanSettings[];
  /** Times in which nothing new shall ship. */
  readonly freezes?: readonly CalendarFreeze[];
  /** `owners`: the owners of the service may approve as well. */
  readonly policies: readonly (PolicyRule & { readonly owners: boolean })[];
  readonly breakGlass: BreakGlassRule;
  readonly severities: Readonly<Record<Severity, SeveritySettings>>;
  readonly audiences: Readonly<Record<Audience, { readonly channels: readonly string[] }>>;
  readonly templates: Readonly<Partial<Record<Audience, string>>>;
}

/** Who holds which role. */
type Roles = Readonly<Partial<Record<Role, UserId>>>;

/** `none` where much can be lost, `recent` for a quarter of an hour, `any` for the last resort. A no of Slack always counts. */
export type Memory = 'none' | 'recent' | 'any';

/** For which decision somebody's rights are asked. */
export interface VoterContext {
  policy: Policy;
  /** May still be on its way from the store: Slack is asked meanwhile. */
  roles: Roles | Promise<Roles>;
  /** Which earlier yes of Slack counts while it is silent; `recent` unless said otherwise. */
  memory?: Memory;
}

/** A voter, and why the answer is no when Slack was silent. */
export interface KnownVoter extends Voter {
  silence?: { why: string };
  /** Why Slack did not tell of every group. What it told is enough for a vote; whether an earlier one still counts it does not say. */
  unsaid?: string;
}

/** What features and jobs work with; put together in main. */
export interface Deps {
  execute: Execute;
  queries: Queries;
  chat: Chat;
  settings: Settings;
  /** The code of a service's environment as it is configured now. @throws Refusal when there is none */
  target: (service: string, environment: string) => RollbackTarget;
  /** Everything by which new versions are deployed and that can be switched off, by the configuration as it is now. */
  deployPaths: () => readonly { path: HeldPath; provider: DeployPath }[];
  /** Binds a provider to a target as it stands in a plan. @throws ProviderError when the provider is not configured (any more) */
  open: (provider: string, target: Readonly<Record<string, unknown>>) => RollbackTarget;
  /** @throws ProviderError when no such source is configured */
  metrics: (provider: string) => MetricSource;
  /** Who this person is for a policy, asked of Slack just now; while Slack is silent, as it last said, if that was a moment ago. */
  voter: (user: UserId, context: VoterContext) => Promise<KnownVoter>;
  /** How long to wait before an attempt that is nowhere to be found may be repeated: longer than a lease and a call together. */
  settleMs: number;
  log: Log;
  now: () => number;
  newId: (prefix: string) => string;
}

/** Static message, data in fields; ERROR means somebody should look. Secrets are cut out of everything. */
export interface Log {
  info: (fields: object, message: string) => void;
  warn: (fields: object, message: string) => void;
  error: (fields: object, message: string) => void;
}
