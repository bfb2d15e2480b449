import type { Around, Decider, LiveRollback } from './decider.ts';
import type { ClosedPath, Hold, HoldCommand, HoldEvent } from './hold.ts';
import { freeze, recordPath, unfreeze, withHold } from './hold.ts';
import type { Choice, Decide, Decision } from './decision.ts';
import { decideOn, dueNow, withDecision, withDue } from './decision.ts';
import { leaks } from './update.ts';
import { assertFits, Refusal } from './refusal.ts';
import type { Actor, Audience, IncidentStatus, OpenStatus, Role, Severity, UserId } from './words.ts';
import { openStatuses } from './words.ts';

export interface Update {
  id: string;
  audience: Audience;
  text: string;
  by: Actor;
  at: number;
  nextAt?: number;
}

export interface Room {
  id: string;
  name: string;
}

export interface KnownIncident {
  status: IncidentStatus;
  number: number;
  title: string;
  severity: Severity;
  declaredBy: UserId;
  declaredAt: number;
  services: string[];
  impact?: string;
  roles: Partial<Record<Role, UserId>>;
  /** Where the declarer was, so that the answer reaches them there. */
  declaredIn?: string;
  room?: Room;
  roomTrouble?: string;
  /** The last update per audience. */
  updates: Partial<Record<Audience, Update>>;
  resolvedAt?: number;
  resolution?: string;
  /** Deploys held because of it; they outlive its end until somebody releases them. */
  holds?: Hold[];
  /** How many holds it ever had, so that each has its own id. */
  holdCount?: number;
  /** What was closed for them and is not open again yet. */
  closedPaths?: ClosedPath[];
  /** What was decided last, and before it: its card says that it was replaced. */
  decision?: Decision;
  decisionBefore?: Decision;
}

export type Incident = { status: 'absent' } | KnownIncident;

interface By<A = Actor> {
  by: A;
  at: number;
}

export type IncidentCommand =
  | ({ type: 'incident.declare'; title: string; severity: Severity; service?: string; impact?: string; declaredIn?: string } & By<UserId>)
  | ({ type: 'incident.attach-room'; room: Room } & By)
  | ({ type: 'incident.report-room-trouble'; reason: string } & By)
  | ({ type: 'incident.assign-role'; role: Role; user: UserId | null } & By)
  | ({ type: 'incident.set-status'; status: OpenStatus; note?: string } & By)
  | ({
      type: 'incident.publish-update';
      id: string;
      audience: Audience;
      text: string;
      nextAt?: number;
      /** Words customers must not read: versions, service hosts, people. Facts of the moment, looked up by the edge. */
      secrets: readonly string[];
    } & By)
  | ({ type: 'incident.record-delivery'; update: string; audience: Audience; channel: string; trouble?: string } & By)
  | Decide
  /** The time of a decision is over. */
  | ({ type: 'incident.revisit-decision'; number: number } & By)
  | ({ type: 'incident.resolve'; note?: string } & By)
  | HoldCommand;

export type IncidentEvent =
  | ({
      type: 'incident.declared';
      number: number;
      title: string;
      severity: Severity;
      services: string[];
      impact?: string;
      declaredIn?: string;
    } & By<UserId>)
  | ({ type: 'incident.room-opened'; room: Room } & By)
  | ({ type: 'incident.room-failed'; reason: string } & By)
  | ({ type: 'incident.role-assigned'; role: Role; user: UserId | null; before?: UserId } & By)
  | ({ type: 'incident.status-changed'; status: OpenStatus; before: IncidentStatus; note?: string } & By)
  | ({ type: 'incident.update-published'; update: Update } & By)
  | ({ type: 'incident.update-delivered'; update: string; audience: Audience; channel: string } & By)
  | ({ type: 'incident.update-undelivered'; update: string; audience: Audience; channel: string; reason: string } & By)
  | ({ type: 'incident.decided'; decision: Decision } & By<UserId>)
  | ({ type: 'incident.decision-due'; number: number; choice: Choice } & By)
  | ({ type: 'incident.resolved'; note?: string } & By)
  | HoldEvent;

const known = [...openStatuses, 'resolved'] as const;

/** Which statuses allow which command. Buttons and `decide` read the same table, so they cannot disagree. */
const allowed = {
  'incident.declare': ['absent'],
  'incident.attach-room': known,
  'incident.report-room-trouble': known,
  'incident.assign-role': openStatuses,
  'incident.set-status': openStatuses,
  'incident.publish-update': known,
  'incident.record-delivery': known,
  'incident.decide': openStatuses,
  'incident.revisit-decision': known,
  'incident.resolve': openStatuses,
  'incident.freeze': openStatuses,
  'incident.unfreeze': known,
  'incident.record-path': known,
} as const satisfies Record<IncidentCommand['type'], readonly Incident['status'][]>;

/** Is this command possible in this state? Rights are checked by `decide`. */
export const can = (command: IncidentCommand['type'], state: Incident): boolean =>
  (allowed[command] as readonly string[]).includes(state.status);

export const isOpen = (state: Incident): state is KnownIncident => state.status !== 'absent' && state.status !== 'resolved';

const maxNote = 1000;
const maxTitle = 200;
const maxUpdate = 3000;

function decide(state: Incident, command: IncidentCommand, { number, live = [] }: Around): IncidentEvent[] {
  if (command.type === 'incident.declare') return declare(state, command, number);
  if (state.status === 'absent') throw new Refusal('no_incident', { ref: 'behind this button' });
  if (!can(command.type, state)) {
    const said = command.type.replace('incident.', '').replaceAll('-', ' ');
    throw new Refusal('incident_over', { number: state.number, status: state.status, command: said });
  }

  switch (command.type) {
    case 'incident.attach-room':
      return state.room ? [] : [{ ...command, type: 'incident.room-opened' }];
    case 'incident.report-room-trouble':
      return state.room || state.roomTrouble === command.reason ? [] : [{ ...command, type: 'incident.room-failed' }];
    case 'incident.assign-role':
      return assignRole(state, command);
    case 'incident.set-status':
      assertFits(command.note, maxNote);
      return state.status === command.status ? [] : [{ ...command, type: 'incident.status-changed', before: state.status }];
    case 'incident.publish-update':
      return publishUpdate(command);
    case 'incident.record-delivery':
      return [recordDelivery(command)];
    case 'incident.decide':
      return [{ type: 'incident.decided', decision: decideOn(state, command), by: command.by, at: command.at }];
    case 'incident.revisit-decision':
      return dueNow(state, command.number, live).map(({ choice }) => ({ ...command, type: 'incident.decision-due', choice }));
    case 'incident.resolve':
      return resolve(command, live);
    case 'incident.freeze':
      assertFits(command.reason, maxNote);
      return freeze(state, command);
    case 'incident.unfreeze':
      assertFits(command.reason, maxNote);
      return unfreeze(state, command);
    case 'incident.record-path':
      return recordPath(state, command);
  }
}

type Of<T extends IncidentCommand['type']> = Extract<IncidentCommand, { type: T }>;

function declare(state: Incident, command: Of<'incident.declare'>, number: number): IncidentEvent[] {
  if (state.status !== 'absent') throw new Refusal('already_declared');
  const title = command.title.trim();
  if (title.length === 0) throw new Refusal('title_missing');
  if (title.length > maxTitle) throw new Refusal('title_too_long', { length: title.length });
  assertFits(command.impact, maxNote);

  const { service, ...rest } = command;
  return [{ ...rest, type: 'incident.declared', title, number, services: service === undefined ? [] : [service] }];
}

function assignRole(state: KnownIncident, { role, user, by, at }: Of<'incident.assign-role'>): IncidentEvent[] {
  const before = state.roles[role];
  if (user === (before ?? null)) return [];
  if (role === 'ic' && user === null) throw new Refusal('role_needed');
  return [{ type: 'incident.role-assigned', role, user, ...(before === undefined ? {} : { before }), by, at }];
}

function publishUpdate(command: Of<'incident.publish-update'>): IncidentEvent[] {
  const { id, audience, by, at, nextAt } = command;
  const text = command.text.trim();
  if (text.length === 0) throw new Refusal('update_empty');
  if (text.length > maxUpdate) throw new Refusal('update_too_long', { length: text.length });
  const found = audience === 'external' ? leaks(text, command.secrets) : [];
  if (found.length > 0) throw new Refusal('update_leaks', { findings: found.map((word) => `“${word}”`).join(', ') });

  const update: Update = { id, audience, text, by, at, ...(nextAt === undefined ? {} : { nextAt }) };
  return [{ type: 'incident.update-published', update, by, at }];
}

function recordDelivery({ update, audience, channel, trouble, by, at }: Of<'incident.record-delivery'>): IncidentEvent {
  const where = { update, audience, channel, by, at };
  return trouble === undefined
    ? { type: 'incident.update-delivered', ...where }
    : { type: 'incident.update-undelivered', reason: trouble, ...where };
}

function resolve({ note, by, at }: Of<'incident.resolve'>, [running]: readonly LiveRollback[]): IncidentEvent[] {
  assertFits(note, maxNote);
  if (running) throw new Refusal('rollback_running', { ...running });
  return [{ type: 'incident.resolved', by, at, ...(note === undefined ? {} : { note }) }];
}

function evolve(state: Incident, event: IncidentEvent): Incident {
  if (event.type === 'incident.declared') return declared(event);
  if (state.status === 'absent') return state;

  switch (event.type) {
    case 'incident.room-opened':
      return { ...withoutTrouble(state), room: event.room };
    case 'incident.room-failed':
      return { ...state, roomTrouble: event.reason };
    case 'incident.role-assigned':
      return { ...state, roles: withRole(state.roles, event.role, event.user) };
    case 'incident.status-changed':
      return { ...state, status: event.status };
    case 'incident.update-published':
      return { ...state, updates: { ...state.updates, [event.update.audience]: event.update } };
    case 'incident.update-delivered':
    case 'incident.update-undelivered':
      return state;
    case 'incident.decided':
      return { ...state, ...withDecision(state, event.decision) };
    case 'incident.decision-due':
      return { ...state, ...withDue(state, event) };
    case 'incident.resolved':
      return { ...state, status: 'resolved', resolvedAt: event.at, ...(event.note === undefined ? {} : { resolution: event.note }) };
    case 'incident.frozen':
    case 'incident.unfrozen':
    case 'incident.path-recorded':
      return withHold(state, event);
  }
}

function declared({ type: _, by, at, ...facts }: Extract<IncidentEvent, { type: 'incident.declared' }>): KnownIncident {
  // An incident always has a commander: the declarer, until somebody takes the role.
  return { status: 'investigating', ...facts, declaredBy: by, declaredAt: at, roles: { ic: by }, updates: {} };
}

const withoutTrouble = ({ roomTrouble: _, ...state }: KnownIncident): KnownIncident => state;

function withRole(roles: KnownIncident['roles'], role: Role, user: UserId | null): KnownIncident['roles'] {
  const { [role]: _, ...others } = roles;
  return user === null ? others : { ...others, [role]: user };
}

export const incident: Decider<Incident, IncidentCommand, IncidentEvent> = {
  kind: 'incident',
  initial: { status: 'absent' },
  decide,
  evolve,
};
