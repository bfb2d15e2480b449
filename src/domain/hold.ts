/** Deploys that are held: a lock of one service, or a freeze of everything. Each belongs to the incident in which it was set. */
import type { Check } from './plan.ts';
import { Refusal } from './refusal.ts';
import type { Actor, UserId } from './words.ts';
import { rollbackName } from './words.ts';

export interface Hold {
  /** Unique in its incident: `hold-1`. */
  id: string;
  /** A service, or `all`. */
  scope: string;
  reason: string;
  by: Actor;
  at: number;
  /** The rollback that set it, when it began. */
  rollback?: number;
}

/** A way by which new versions reach a service: at GitHub a workflow. */
export interface HeldPath {
  service: string;
  environment: string;
  name: string;
}

/** A path that is closed for an incident, may be, or is about to be, and has to be opened again. */
export interface ClosedPath extends HeldPath {
  /** What was recorded of it last. */
  outcome: PathOutcome;
}

export const everything = 'all';

/** A hold as others see it: with the incident it belongs to. */
export interface PlacedHold extends Hold {
  incidentId: string;
  incident: number;
}

interface Holding {
  number: number;
  holds?: Hold[];
  holdCount?: number;
  closedPaths?: ClosedPath[];
}

interface Freeze {
  type: 'incident.freeze';
  scope: string;
  reason: string;
  rollback?: number;
  by: Actor;
  at: number;
}

interface Unfreeze {
  type: 'incident.unfreeze';
  scope: string;
  reason: string;
  by: UserId;
  at: number;
}

export type HoldCommand =
  | Freeze
  | Unfreeze
  /** What became of a deploy path: by the job that closes or opens it. */
  | ({ type: 'incident.record-path' } & PathFacts);

interface PathFacts {
  path: HeldPath;
  outcome: PathOutcome;
  reason?: string;
  by: Actor;
  at: number;
}

/**
 * `closing` is written down before the call, so that what was closed is opened again whatever happens in between. `maybe closed`: the
 * call's outcome is not known, so it is opened again as well. `opening`: a person wants what could not be opened tried once more.
 * `kept closed`: another incident still holds it, and opens it when that one ends.
 */
export type PathOutcome = 'closing' | 'closed' | 'maybe closed' | 'not closed' | 'opening' | 'opened' | 'kept closed' | 'not opened';

export type HoldEvent =
  | { type: 'incident.frozen'; hold: Hold; by: Actor; at: number }
  | { type: 'incident.unfrozen'; hold: Hold; reason: string; by: UserId; at: number }
  | ({ type: 'incident.path-recorded' } & PathFacts);

/** “everything” or “shop” */
export const scopeText = (scope: string): string => (scope === everything ? 'everything' : scope);

export const holdsOf = ({ holds = [] }: Pick<Holding, 'holds'>): Hold[] => holds;

/** Is this service held by it? */
export const covers = ({ scope }: Pick<Hold, 'scope'>, service: string): boolean => scope === everything || scope === service;

/**
 * Sets a hold, once for each scope of an incident: a service stays locked when the freeze of everything ends before it. A rollback
 * that begins where somebody locked its service already adds nothing.
 */
export function freeze(state: Holding, { scope, reason, rollback, by, at }: Freeze): HoldEvent[] {
  const before = holdsOf(state).find((hold) => hold.scope === scope);
  if (before && by === 'warroom') return [];
  if (before) {
    throw new Refusal('already_held', { scope: upper(scopeText(before.scope)), time: utc(before.at), reason: before.reason });
  }
  const why = said(reason);
  const id = `hold-${(state.holdCount ?? 0) + 1}`;
  const hold: Hold = { id, scope, reason: why, by, at, ...(rollback === undefined ? {} : { rollback }) };
  return [{ type: 'incident.frozen', hold, by, at }];
}

/** Ends a hold. Where none is left it tries once more to open what could not be opened. @throws Refusal naming what is held instead */
export function unfreeze(state: Holding, { scope, reason, by, at }: Unfreeze): HoldEvent[] {
  const hold = holdsOf(state).find((each) => each.scope === scope);
  if (hold !== undefined) return [{ type: 'incident.unfrozen', hold, reason: said(reason), by, at }];

  const stuck = stuckPathsOf(state).filter(({ service }) => covers({ scope }, service));
  if (stuck.length > 0) {
    const why = said(reason);
    return stuck.map(({ outcome: _, ...path }) => ({ type: 'incident.path-recorded', path, outcome: 'opening', reason: why, by, at }));
  }
  const held = holdsOf(state).map((each) => scopeText(each.scope));
  const hint = held.length === 0 ? 'Nothing is.' : `Held: ${held.join(', ')}.`;
  throw new Refusal('not_held', { scope: upper(scopeText(scope)), hint });
}

/** @throws Refusal when nothing was said */
function said(reason: string): string {
  if (reason.trim().length === 0) throw new Refusal('reason_missing');
  return reason.trim();
}

/** The same news twice is no news. */
export function recordPath(state: Holding, { type: _, ...facts }: Extract<HoldCommand, { type: 'incident.record-path' }>): HoldEvent[] {
  return isNews(state, facts) ? [{ type: 'incident.path-recorded', ...facts }] : [];
}

function isNews(state: Holding, { path, outcome }: PathFacts): boolean {
  const known = closedPathsOf(state).find((each) => isSame(each, path));
  switch (outcome) {
    case 'closing': // what is released meanwhile is not closed any more
      return known === undefined && isHeldBy(state, path);
    case 'closed':
    case 'opening':
    case 'maybe closed':
      return known !== undefined && known.outcome !== outcome;
    case 'opened':
    case 'kept closed':
      return known !== undefined;
    case 'not closed':
    case 'not opened':
      return known?.outcome !== outcome;
  }
}

/** Does a hold of this incident cover the service that is deployed by it? */
export const isHeldBy = (state: Holding, { service }: HeldPath): boolean => holdsOf(state).some((hold) => covers(hold, service));

/** Ways of deploying that were closed for this incident and have to be opened again. */
export const closedPathsOf = ({ closedPaths = [] }: Pick<Holding, 'closedPaths'>): ClosedPath[] => closedPaths;

/** Those that nothing holds any more and that could not be opened: a person has to. */
export const stuckPathsOf = (state: Holding): ClosedPath[] =>
  closedPathsOf(state).filter((path) => path.outcome === 'not opened' && !isHeldBy(state, path));

/** Of what a scope covers, the services whose deploys nothing can switch off: there a hold is a word to people. */
export const heldByWordOnly = (scope: string, services: readonly string[], paths: readonly HeldPath[]): string[] =>
  services.filter((service) => covers({ scope }, service) && paths.every((path) => path.service !== service));

export const isSame = (a: HeldPath, b: HeldPath): boolean =>
  a.service === b.service && a.environment === b.environment && a.name === b.name;

/** The holds after an event. */
export function withHold<S extends Holding>(state: S, event: HoldEvent): S {
  const holds = holdsOf(state);
  switch (event.type) {
    case 'incident.frozen':
      return { ...state, holds: [...holds, event.hold], holdCount: (state.holdCount ?? 0) + 1 };
    case 'incident.unfrozen':
      return { ...state, holds: holds.filter(({ id }) => id !== event.hold.id) };
    case 'incident.path-recorded':
      return { ...state, closedPaths: pathsAfter(closedPathsOf(state), event) };
  }
}

function pathsAfter(closed: readonly ClosedPath[], { path, outcome }: PathFacts): ClosedPath[] {
  const others = closed.filter((each) => !isSame(each, path));
  const isGone = outcome === 'opened' || outcome === 'kept closed' || outcome === 'not closed';
  return isGone ? others : [...others, { ...path, outcome }];
}

/**
 * A person's hold leaves going back to what is known to be good possible, with a warning; anything else only by break-glass. The lock of
 * an earlier rollback only warns: it holds deploys that come by habit, and what is asked for here is looked at by the same people.
 */
export function holdChecks(holds: readonly PlacedHold[], { service, isKnownGood }: { service: string; isKnownGood: boolean }): Check[] {
  const mine = holds.filter((hold) => covers(hold, service));
  if (mine.length === 0) return [{ code: 'not_held', level: 'pass', text: 'not locked or frozen' }];
  return mine.map((hold): Check => {
    const text = heldText(hold);
    const code = hold.scope === everything ? 'frozen' : 'locked';
    if (hold.rollback !== undefined) return { code, level: 'warn', text: `${text}. This goes on top of it` };
    return isKnownGood
      ? { code, level: 'warn', text: `${text}. Rolling back to a version known to be good stays possible` }
      : { code, level: 'block', text: `${text}. The target is not known to be good`, override: 'break-glass' };
  });
}

function heldText({ scope, rollback, at, incident, reason }: PlacedHold): string {
  const what = scope === everything ? 'everything is frozen' : `${scope} is locked`;
  const who = rollback === undefined ? '' : `, set by ${rollbackName(rollback)}`;
  return `${what} since ${utc(at)} (INC-${incident}${who}): ${reason}`;
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const utc = (at: number): string => `${new Date(at).toISOString().slice(11, 16)} UTC`;
