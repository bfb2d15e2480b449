/** What a rollback is, what happens to it, and how its facts fold into its state. */
import type { Check, Plan, Reading, Verdict } from './plan.ts';
import type { Policy, Voter } from './policy.ts';
import type { Actor, UserId } from './words.ts';

/** A vote counts for exactly one plan; the roles it was given in stay with it. */
export interface Vote {
  user: UserId;
  roles: Voter['roles'];
  groups: Voter['groups'];
  at: number;
}

export interface StepRun {
  status: 'pending' | 'intended' | 'started' | 'succeeded' | 'failed' | 'unknown' | 'skipped' | 'cancelled';
  /** Counts (from 1) how often a person had it run again: each time is another operation, so an old run is not taken for it. */
  round?: number;
  /** When a person let it pass its manual gate. */
  gatePassedAt?: number;
  /** The provider's own name for the run, and where a person can look at it. */
  ref?: string;
  url?: string;
  message?: string;
  startedAt?: number;
  /** When it was started once more because the first try was nowhere to be found. */
  repeatedAt?: number;
  endedAt?: number;
}

export type RollbackStatus =
  | 'requested'
  | 'approved'
  | 'executing'
  /** What was done is being undone, in reverse order. */
  | 'compensating'
  | 'verifying'
  | 'needs human'
  | 'recovered'
  | 'not recovered'
  | 'inconclusive'
  | 'failed'
  /** A step failed or it was cancelled, and what could be undone is undone. */
  | 'compensated'
  | 'cancelled'
  | 'rejected'
  | 'expired'
  | 'drifted'
  | 'abandoned';

export interface KnownRollback {
  status: RollbackStatus;
  number: number;
  incidentId: string;
  plan: Plan;
  planHash: string;
  checks: Check[];
  policy: Policy;
  reason: string;
  requestedBy: UserId;
  requestedAt: number;
  approveBy: number;
  votes: Vote[];
  executeBy?: number;
  startedAt?: number;
  steps: StepRun[];
  /** How each step is undone; pending until the plan is compensated and the step's turn comes. */
  undos: StepRun[];
  /** The steps to undo, in the order in which that happens. */
  undoing: number[];
  /** Set when somebody called it off: nothing new starts. */
  cancelledBy?: UserId;
  cancelReason?: string;
  verifyingSince?: number;
  readings: Reading[];
  endedAt?: number;
  /** Why it ended, or why it waits for a person. */
  outcome?: string;
}

export type Rollback = { status: 'absent' } | KnownRollback;

export interface By<A = Actor> {
  by: A;
  at: number;
}

export type RollbackEvent =
  | ({
      type: 'rollback.requested';
      number: number;
      incidentId: string;
      plan: Plan;
      planHash: string;
      checks: Check[];
      policy: Policy;
      reason: string;
      approveBy: number;
    } & By<UserId>)
  | ({ type: 'rollback.approved'; vote: Vote; planHash: string } & By<UserId>)
  | ({ type: 'rollback.cleared'; executeBy: number } & By)
  | ({ type: 'rollback.rejected'; reason: string } & By<UserId>)
  | ({ type: 'rollback.votes-voided'; users: UserId[] } & By)
  | ({ type: 'rollback.expired'; phase: 'approval' | 'execution' } & By)
  | ({ type: 'rollback.drifted'; step: number; back?: true } & By)
  | ({ type: 'rollback.step-intended'; step: number; back?: true } & By)
  | ({ type: 'rollback.step-deferred'; step: number; back?: true; message: string } & By)
  | ({ type: 'rollback.step-repeated'; step: number; back?: true } & By)
  | ({ type: 'rollback.step-started'; step: number; back?: true; ref: string; url?: string } & By)
  | ({ type: 'rollback.step-progressed'; step: number; back?: true; message: string } & By)
  | ({ type: 'rollback.step-succeeded'; step: number; back?: true } & By)
  | ({ type: 'rollback.step-failed'; step: number; back?: true; reason: string } & By)
  | ({ type: 'rollback.held'; step: number; back?: true; reason: string } & By)
  | ({ type: 'rollback.step-skipped'; step: number; back?: true; reason: string } & By<UserId>)
  | ({ type: 'rollback.step-requeued'; step: number; back?: true; reason: string } & By<UserId>)
  | ({ type: 'rollback.gate-passed'; step: number } & By<UserId>)
  | ({ type: 'rollback.cancel-requested'; reason: string } & By<UserId>)
  | ({ type: 'rollback.step-cancelled'; step: number; back?: true } & By)
  | ({ type: 'rollback.compensation-started'; steps: number[] } & By)
  | ({ type: 'rollback.compensated'; reason: string } & By)
  | ({ type: 'rollback.cancelled' } & By)
  | ({ type: 'rollback.failed'; reason: string } & By)
  | ({ type: 'rollback.verification-started' } & By)
  | ({ type: 'rollback.measured'; readings: Reading[] } & By)
  | ({ type: 'rollback.verified'; verdict: Verdict; reason?: string } & By)
  | ({ type: 'rollback.abandoned'; reason: string } & By<UserId>);

export function evolve(state: Rollback, event: RollbackEvent): Rollback {
  if (event.type === 'rollback.requested') return requested(event);
  if (state.status === 'absent') return state;
  return isStepEvent(event) ? phased(ofStep(state, event)) : ofWhole(state, event);
}

type StepEvent = Extract<RollbackEvent, { step: number }>;
type WholeEvent = Exclude<RollbackEvent, StepEvent | { type: 'rollback.requested' }>;

const isStepEvent = (event: RollbackEvent): event is StepEvent => 'step' in event;

function ofWhole(state: KnownRollback, event: WholeEvent): KnownRollback {
  const { at } = event;
  switch (event.type) {
    case 'rollback.approved':
      return { ...state, votes: [...state.votes, event.vote] };
    case 'rollback.cleared':
      return { ...state, status: 'approved', executeBy: event.executeBy };
    case 'rollback.votes-voided':
      return { ...state, status: 'requested', votes: state.votes.filter(({ user }) => !event.users.includes(user)) };
    case 'rollback.rejected':
      return { ...state, status: 'rejected', endedAt: at, outcome: event.reason };
    case 'rollback.abandoned':
      return { ...state, status: 'abandoned', endedAt: at, outcome: event.reason };
    case 'rollback.expired':
      return { ...state, status: 'expired', endedAt: at };
    case 'rollback.cancel-requested':
      return { ...state, cancelledBy: event.by, cancelReason: event.reason };
    case 'rollback.compensation-started':
      return phased({ ...withoutEnd(state), undoing: event.steps });
    case 'rollback.compensated':
      return { ...state, status: 'compensated', endedAt: at, outcome: event.reason };
    case 'rollback.cancelled':
      return { ...state, status: 'cancelled', endedAt: at, ...(state.cancelReason === undefined ? {} : { outcome: state.cancelReason }) };
    case 'rollback.failed':
      return { ...state, status: 'failed', endedAt: at, outcome: event.reason };
    case 'rollback.verification-started':
      return { ...withoutEnd(state), status: 'verifying', verifyingSince: at, readings: [] };
    case 'rollback.measured':
      return { ...state, readings: [...state.readings, ...event.readings] };
    case 'rollback.verified':
      return { ...state, status: event.verdict, endedAt: at, ...(event.reason === undefined ? {} : { outcome: event.reason }) };
  }
}

function ofStep(state: KnownRollback, event: StepEvent): KnownRollback {
  const { at } = event;
  switch (event.type) {
    case 'rollback.drifted':
      return { ...state, status: 'drifted', endedAt: at };
    case 'rollback.gate-passed':
      return withRun(silent(state, event), event, { gatePassedAt: at });
    case 'rollback.step-intended':
      return withRun({ ...silent(state, event), startedAt: state.startedAt ?? at }, event, { status: 'intended', startedAt: at });
    case 'rollback.step-deferred':
      return withRun(state, event, { status: 'pending', message: event.message });
    case 'rollback.step-repeated':
      return withRun(state, event, { repeatedAt: at });
    case 'rollback.step-started':
      return withRun(state, event, { status: 'started', ref: event.ref, ...(event.url === undefined ? {} : { url: event.url }) });
    case 'rollback.step-progressed':
      return withRun(state, event, { message: event.message });
    case 'rollback.step-succeeded':
      return withRun(state, event, { status: 'succeeded', endedAt: at });
    case 'rollback.step-skipped':
      return withRun(state, event, { status: 'skipped', endedAt: at, message: event.reason });
    case 'rollback.step-cancelled':
      return withRun(state, event, { status: 'cancelled', endedAt: at });
    case 'rollback.step-requeued': {
      const { round = 0, gatePassedAt } = runOf(state, event) ?? {};
      const passed = gatePassedAt === undefined ? {} : { gatePassedAt }; // who confirmed it once is not asked again
      return replaceRun(state, event, { status: 'pending', round: round + 1, ...passed });
    }
    case 'rollback.step-failed':
      return withRun({ ...state, outcome: event.reason }, event, { status: 'failed', endedAt: at, message: event.reason });
    case 'rollback.held':
      return withRun({ ...state, outcome: event.reason }, event, { status: 'unknown', message: event.reason });
  }
}

/** Which run is meant: a step's own, or the one that undoes it. */
export interface Place {
  step: number;
  back?: true;
}

export const runOf = (state: KnownRollback, { step, back }: Place): StepRun | undefined => (back ? state.undos : state.steps)[step];

const withRun = (state: KnownRollback, place: Place, change: Partial<StepRun>): KnownRollback => {
  const run = runOf(state, place);
  return run === undefined ? state : replaceRun(state, place, { ...run, ...change });
};

/** What a run waited for is old news once it goes on. */
function silent(state: KnownRollback, place: Place): KnownRollback {
  const { message: _, ...run } = runOf(state, place) ?? { status: 'pending' };
  return runOf(state, place) === undefined ? state : replaceRun(state, place, run);
}

function replaceRun(state: KnownRollback, { step, back }: Place, run: StepRun): KnownRollback {
  const runs = (back ? state.undos : state.steps).map((before, index) => (index === step ? run : before));
  return back ? { ...state, undos: runs } : { ...state, steps: runs };
}

/** Between its first step and its end, a rollback's status follows from its runs. */
function phased(state: KnownRollback): KnownRollback {
  if (state.startedAt === undefined || state.status === 'drifted') return state;
  if ([...state.steps, ...state.undos].some(({ status }) => status === 'unknown')) return { ...state, status: 'needs human' };
  return { ...state, status: state.undoing.length > 0 ? 'compensating' : 'executing' };
}

function requested({ type: _, by, at, ...facts }: Extract<RollbackEvent, { type: 'rollback.requested' }>): KnownRollback {
  const idle = (): StepRun[] => facts.plan.steps.map(() => ({ status: 'pending' }));
  const runs = { steps: idle(), undos: idle(), undoing: [], readings: [] };
  return { status: 'requested', ...facts, requestedBy: by, requestedAt: at, votes: [], ...runs };
}

const withoutEnd = ({ outcome: _, endedAt: __, ...state }: KnownRollback): KnownRollback => state;
