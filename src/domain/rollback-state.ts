/** How a rollback's facts fold into its state. */
import type { Plan } from './plan.ts';
import { missingFrom } from './policy.ts';
import type { By, KnownRollback, Rollback, RollbackEvent, StepRun } from './rollback-facts.ts';
import type { UserId } from './words.ts';

export type * from './rollback-facts.ts';

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
    case 'rollback.start-ordered':
      return { ...state, startOrderedAt: at };
    case 'rollback.revoked':
      return withoutVotes(state, [event.by]);
    case 'rollback.votes-voided':
      return withoutVotes(state, event.users);
    case 'rollback.edited':
      return edited(state, event);
    case 'rollback.escalated':
      return { ...state, escalatedAt: at };
    case 'rollback.glass-broken':
      return { ...state, glass: { by: event.by, at, reason: event.reason, ...(event.as === undefined ? {} : { as: event.as }) } };
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
    case 'rollback.care-opened':
      return { ...state, care: event.items, careOwner: event.owner };
    case 'rollback.care-done':
      return { ...state, care: state.care.map((item) => (item.id === event.item ? { ...item, done: doneOf(event) } : item)) };
    case 'rollback.care-taken':
      return { ...state, careOwner: event.by };
    case 'rollback.care-reminded':
      return state;
    case 'rollback.help-called':
      return { ...state, helpCalledAt: at };
  }
}

const doneOf = ({ by, at, note }: By & { note?: string }) => ({ by, at, ...(note === undefined ? {} : { note }) });

/** A vote fewer may be one too few: then it is open for approval again, and whoever starts it is asked again too. */
function withoutVotes(state: KnownRollback, users: readonly UserId[]): KnownRollback {
  const votes = state.votes.filter(({ user }) => !users.includes(user));
  const { glass, ...others } = state;
  const kept = glass === undefined || users.includes(glass.by) ? others : state;
  const isCleared = kept === state || missingFrom(state.policy, votes).length === 0;
  return isCleared ? { ...kept, votes } : { ...unordered(kept), status: 'requested', votes };
}

/** Whatever was said was said of another plan. */
function edited(
  state: KnownRollback,
  { plan, planHash, checks, policy, approveBy, by }: Extract<RollbackEvent, { type: 'rollback.edited' }>,
) {
  const { steps, undos } = idle(plan);
  // Whoever only had it looked at again is no author of it.
  const editedBy = planHash === state.planHash ? state.editedBy : [...new Set([...state.editedBy, by])];
  const now = { status: 'requested', plan, planHash, checks, policy, approveBy, editedBy, steps, undos, votes: [] } as const;
  const { glass: _, escalatedAt: __, ...rest } = unordered(state);
  return { ...rest, ...now, votes: [] };
}

const unordered = ({ executeBy: _, startOrderedAt: __, ...state }: KnownRollback): KnownRollback => state;

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
  const none = { undoing: [], readings: [], votes: [], editedBy: [], care: [] };
  return { status: 'requested', ...facts, requestedBy: by, requestedAt: at, ...idle(facts.plan), ...none };
}

function idle({ steps }: Plan): Pick<KnownRollback, 'steps' | 'undos'> {
  const waiting = (): StepRun[] => steps.map(() => ({ status: 'pending' }));
  return { steps: waiting(), undos: waiting() };
}

const withoutEnd = ({ outcome: _, endedAt: __, ...state }: KnownRollback): KnownRollback => state;
