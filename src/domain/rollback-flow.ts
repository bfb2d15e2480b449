/** The way through a plan of many steps: what may start now, what ends it, and what is undone in which order. Pure, over the state alone. */
import type { Step } from './plan.ts';
import type { Voter } from './policy.ts';
import type { KnownRollback, Place, RollbackEvent, StepRun } from './rollback-state.ts';

/** A step that keeps no other waiting any more. A failed one only where the plan says so. */
function isDone(state: KnownRollback, index: number): boolean {
  const status = state.steps[index]?.status;
  if (status === 'succeeded' || status === 'skipped') return true;
  return status === 'failed' && state.plan.steps[index]?.onFailure === 'continue';
}

/** Nothing new may start: a step failed that stops the plan, or somebody called it off. */
export const isHalted = (state: KnownRollback): boolean =>
  state.cancelledBy !== undefined || state.steps.some(({ status }, index) => status === 'failed' && !isDone(state, index));

/** Steps that wait for no other one. Their gates are asked by their jobs. */
export function runnable(state: KnownRollback): number[] {
  if (isHalted(state) || state.undoing.length > 0) return [];
  const { steps } = state.plan;
  return steps.flatMap((step, index) =>
    state.steps[index]?.status === 'pending' && needsOf(steps, step).every((need) => isDone(state, need)) ? [index] : [],
  );
}

/** Does this step wait until a person lets it pass its manual gate? */
export const asksAtGate = ({ plan, steps }: KnownRollback, { step, back }: Place): boolean =>
  !back && plan.steps[step]?.gate?.kind === 'manual' && steps[step]?.gatePassedAt === undefined;

/** Steps that became runnable because this one is done: the others have their job already. */
export const unlockedBy = (state: KnownRollback, done: number): number[] =>
  runnable(state).filter((index) => needsOf(state.plan.steps, state.plan.steps[index]).includes(done));

const needsOf = (steps: readonly Step[], step: Step | undefined): number[] =>
  (step?.needs ?? []).map((need) => steps.findIndex(({ id }) => id === need)).filter((index) => index !== -1);

/** The step to undo now: one at a time, the latest first. */
export function nextUndo(state: KnownRollback): number | undefined {
  const next = state.undoing.find((index) => !['succeeded', 'skipped'].includes(state.undos[index]?.status ?? 'pending'));
  return next !== undefined && state.undos[next]?.status === 'pending' ? next : undefined;
}

/** What can be undone of what was done, the latest first. `byHand` also takes the steps that are only undone when a person says so. */
export function undoable(state: KnownRollback, byHand: boolean): number[] {
  const wanted = (step: Step): boolean => step.compensation === 'auto' || (byHand && step.compensation === 'manual');
  const done = state.plan.steps.flatMap((step, index) => {
    const isOpen = state.steps[index]?.status === 'succeeded' && state.undos[index]?.status !== 'succeeded';
    return isOpen && wanted(step) ? [index] : [];
  });
  return done.toSorted((a, b) => (state.steps[b]?.endedAt ?? 0) - (state.steps[a]?.endedAt ?? 0) || b - a);
}

const isBusy = ({ status }: StepRun): boolean => status === 'intended' || status === 'started' || status === 'unknown';

/** Something is under way at a provider just now, or is about to be. */
export const isMoving = ({ steps, undos }: KnownRollback): boolean =>
  [...steps, ...undos].some(({ status }) => status === 'intended' || status === 'started');

/** Certainly no run of it has reached a provider: what was put off or refused changed nothing. */
export const isUntouched = ({ startedAt, steps, undoing }: KnownRollback): boolean =>
  startedAt === undefined ||
  (undoing.length === 0 &&
    steps.every(({ status, ref, round }) => (status === 'pending' || status === 'failed') && ref === undefined && round === undefined));

/** Is there somebody whose yes carries it and about whom nobody has asked? */
export const unasked = ({ votes, glass }: KnownRollback, voters: readonly Voter[]): boolean =>
  (glass === undefined ? votes.map(({ user }) => user) : [glass.by]).some((user) => voters.every((voter) => voter.user !== user));

/** May this run begin, as far as the plan is concerned? */
export function isTurnOf(state: KnownRollback, { step, back }: Place): boolean {
  if (back) return nextUndo(state) === step;
  return state.startOrderedAt !== undefined && runnable(state).includes(step) && !asksAtGate(state, { step });
}

/** What follows when a run has ended: the verdict's beginning, the way back, the end, or nothing while others are still under way. */
export function conclude(state: KnownRollback, at: number): RollbackEvent[] {
  if ([...state.steps, ...state.undos].some(isBusy)) return [];
  const by = { by: 'warroom', at } as const;
  if (state.undoing.length > 0)
    return nextUndo(state) === undefined ? [{ type: 'rollback.compensated', reason: reasonOf(state), ...by }] : [];
  if (!isHalted(state)) return state.steps.every((_, index) => isDone(state, index)) ? [allDone(state, at)] : [];

  const back = wantsBack(state) ? undoable(state, false) : [];
  if (back.length > 0) return [{ type: 'rollback.compensation-started', steps: back, ...by }];
  return state.cancelledBy === undefined
    ? [{ type: 'rollback.failed', reason: reasonOf(state), ...by }]
    : [{ type: 'rollback.cancelled', ...by }];
}

/** Nothing is measured when no step did anything: a recovery would be somebody else's. */
function allDone({ steps }: KnownRollback, at: number): RollbackEvent {
  const by = { by: 'warroom', at } as const;
  const failed = steps.every(({ status }) => status === 'failed');
  return failed
    ? { type: 'rollback.failed', reason: steps.findLast(({ message }) => message !== undefined)?.message ?? 'every step failed', ...by }
    : { type: 'rollback.verification-started', ...by };
}

/** Why it goes no further: who called it off, or the step that stopped it, whatever was said about other steps since. */
function reasonOf(state: KnownRollback): string {
  const stopped = state.steps.find(({ status }, index) => status === 'failed' && !isDone(state, index));
  return state.cancelReason ?? stopped?.message ?? state.outcome ?? 'somebody had it undone';
}

/** A plan called off goes back as far as it can by itself; a failed one only where the failed step says so. */
const wantsBack = (state: KnownRollback): boolean =>
  state.cancelledBy !== undefined ||
  state.plan.steps.some((step, index) => state.steps[index]?.status === 'failed' && step.onFailure === 'compensate');

/** The correlation id a provider is given: the same for every attempt of a run, so a second start finds the first. */
export function operationId(rollbackId: string, { step, back }: Place, round = 0): string {
  const again = round === 0 ? '' : `.r${round}`;
  return `${rollbackId}.${step + 1}${back ? '.undo' : ''}${again}`;
}

/** One run of one step of one rollback. */
export interface Running {
  rollbackId: string;
  place: Place;
}

/** Which run an operation id names; nothing when it is none of ours. */
export function runOfOperation(operation: string): Running | undefined {
  const [, rollbackId, step, undo] = /^([\w-]{1,80})\.([1-9]\d{0,2})(\.undo)?(?:\.r\d{1,6})?$/.exec(operation) ?? [];
  if (rollbackId === undefined) return undefined;
  return { rollbackId, place: { step: Number(step) - 1, ...(undo !== undefined && { back: true as const }) } };
}

/** Which of its runs under way the provider knows by this name. */
export function runsNamed({ steps, undos }: KnownRollback, ref: string): Place[] {
  const at = (runs: readonly StepRun[]): number[] =>
    runs.flatMap((run, step) => (run.status === 'started' && run.ref === ref ? [step] : []));
  return [...at(steps).map((step) => ({ step })), ...at(undos).map((step) => ({ step, back: true as const }))];
}

/** Measuring would leave out what has not begun: in a plan of several steps each unknown one is decided for itself. */
export const canMeasure = ({ status, plan, undoing }: KnownRollback): boolean =>
  status !== 'needs human' || (plan.steps.length === 1 && undoing.length === 0);
