import type { Around, Decider } from './decider.ts';
import { careFor, openCare } from './after-care.ts';
import { assertFits, Refusal } from './refusal.ts';
import * as approval from './rollback-approval.ts';
import { assertTrusted } from './rollback-approval.ts';
import type { Of, RollbackCommand } from './rollback-commands.ts';
import { can, mayLeaveSomething } from './rollback-commands.ts';
import { canMeasure, conclude, isHalted, isMoving, isTurnOf, isUntouched, nextUndo, runnable, unasked, undoable } from './rollback-flow.ts';
import type { By, KnownRollback, Place, Rollback, RollbackEvent, StepRun } from './rollback-state.ts';
import { evolve, runOf } from './rollback-state.ts';
import { reasonOf, verdictOf } from './verification.ts';
import type { UserId } from './words.ts';
import { rollbackName } from './words.ts';

export { operationId, runnable } from './rollback-flow.ts';
export {
  runOf,
  type KnownRollback,
  type Place,
  type Rollback,
  type RollbackEvent,
  type RollbackStatus,
  type StepRun,
  type Vote,
} from './rollback-state.ts';
export { can, canRetry, isUnderWay, liveStatuses, type RollbackCommand, type StepChoice } from './rollback-commands.ts';

/** Whatever ends a rollback also says what it leaves behind. */
function decide(state: Rollback, command: RollbackCommand, around: Around): RollbackEvent[] {
  const events = decideAlone(state, command, around);
  if (events.length === 0) return events;
  const after = events.reduce(evolve, state);
  return after.status === 'absent' || !mayLeaveSomething(after)
    ? events
    : [...events, ...openAfterCare(after, { ...around, at: command.at })];
}

function openAfterCare(state: KnownRollback, { roles = {}, at }: Pick<Around, 'roles'> & { at: number }): RollbackEvent[] {
  const items = careFor(state);
  const isSame = items.length === state.care.length && items.every(({ id }) => state.care.some((item) => item.id === id));
  const owner = state.careOwner ?? roles.tl ?? roles.ic ?? state.requestedBy;
  return isSame ? [] : [{ type: 'rollback.care-opened', items, owner, by: 'warroom', at }];
}

function decideAlone(
  state: Rollback,
  command: RollbackCommand,
  { number, incidentOver, asked = [], glassBroken = 0 }: Around,
): RollbackEvent[] {
  if (incidentOver && beginnings.includes(command.type)) {
    const { number: over, status } = incidentOver;
    throw new Refusal('incident_over', { number: over, status, command: 'a rollback' });
  }
  if (command.type === 'rollback.request') return approval.request(state, command, { number, asked });
  if (state.status === 'absent') throw new Refusal('no_rollback', { ref: 'behind this button' });
  if (!can(command.type, state)) return notNow(state, command);

  switch (command.type) {
    case 'rollback.approve':
      return approval.approve(state, command);
    case 'rollback.revoke':
      return approval.revoke(state, command);
    case 'rollback.edit':
      return approval.edit(state, command);
    case 'rollback.start':
      return approval.start(state, command);
    case 'rollback.break-glass':
      return approval.breakGlass(state, command, glassBroken);
    case 'rollback.escalate':
      return approval.escalate(state, command);
    case 'rollback.reject':
      return approval.reject(state, command);
    case 'rollback.expire':
      return approval.expire(state, command);
    case 'rollback.begin-step':
      return beginStep(state, command);
    case 'rollback.defer-step':
      return deferStep(state, command);
    case 'rollback.repeat-step':
      return runOf(state, command)?.status === 'intended' ? [{ ...command, type: 'rollback.step-repeated' }] : [];
    case 'rollback.record-start':
      return runOf(state, command)?.status === 'intended' ? [{ ...command, type: 'rollback.step-started' }] : [];
    case 'rollback.record-progress':
      return runOf(state, command)?.message === command.message ? [] : [{ ...command, type: 'rollback.step-progressed' }];
    case 'rollback.pass-gate':
      return passGate(state, command);
    case 'rollback.cancel':
      return cancel(state, command);
    case 'rollback.record-cancel':
      return recordCancel(state, command);
    case 'rollback.compensate':
      return compensate(state, command);
    case 'rollback.settle-step':
      return settleStep(state, command);
    case 'rollback.finish-step':
      return finishStep(state, command);
    case 'rollback.record-readings':
      return recordReadings(state, command);
    case 'rollback.settle':
      return settle(state, command);
    case 'rollback.finish-care':
      return finishCare(state, command);
    case 'rollback.take-care':
      return state.careOwner === command.by || openCare(state).length === 0 ? [] : [{ ...command, type: 'rollback.care-taken' }];
    case 'rollback.remind-care':
      return openCare(state).length === 0 ? [] : [{ ...command, type: 'rollback.care-reminded' }];
    case 'rollback.call-help':
      return wasJustCalled(state, command.at) ? [] : [{ ...command, type: 'rollback.help-called' }];
  }
}

/** What leads to a change in production; none of it once the incident is over. */
const beginnings: readonly RollbackCommand['type'][] = [
  'rollback.request',
  'rollback.approve',
  'rollback.edit',
  'rollback.start',
  'rollback.break-glass',
  'rollback.compensate',
];

const maxReason = 500;

/** Whoever was called just now need not be called again. */
const wasJustCalled = ({ helpCalledAt }: KnownRollback, at: number): boolean =>
  helpCalledAt !== undefined && at - helpCalledAt < 5 * 60_000;

function finishCare(state: KnownRollback, { item: id, note, by, at }: Of<'rollback.finish-care'>): RollbackEvent[] {
  const item = state.care.find((each) => each.id === id);
  if (item === undefined) return [];
  assertFits(note, maxReason);
  if (item.kind === 'review' && by === state.glass?.by) throw new Refusal('own_review');
  if (item.kind === 'review' && (note ?? '').trim() === '') throw new Refusal('reason_missing');
  return item.done === undefined ? [{ type: 'rollback.care-done', item: id, by, at, ...(note === undefined ? {} : { note }) }] : [];
}

/** What comes too late: from a job it is settled already; a person is told how things stand. */
function notNow(state: KnownRollback, command: RollbackCommand): RollbackEvent[] {
  if (command.by === 'warroom') return [];
  if (command.type === 'rollback.approve' && state.votes.some(({ user }) => user === command.by) && state.planHash === command.planHash)
    return []; // a double click is not a second opinion
  approval.assertNotBegun(state, command);
  throw notPossible(state, command.type.replace('rollback.', '').replaceAll('-', ' '));
}

const notPossible = ({ number, status }: KnownRollback, command: string): Refusal =>
  new Refusal('rollback_not_now', { rollback: rollbackName(number), status, command });

function beginStep(state: KnownRollback, command: Of<'rollback.begin-step'>): RollbackEvent[] {
  const { step, back, planHash, fingerprint, voters, by, at } = command;
  if (planHash !== state.planHash) return [];
  const place = { step, ...(back ? { back } : {}), by, at };
  if (runOf(state, command)?.status !== 'pending') return []; // intended before a crash: the job goes on by looking, not by starting
  if (back) return nextUndo(state) === step ? [{ type: 'rollback.step-intended', ...place }] : [];
  // Its job asks the other gates, which look at the world; the manual one only a person opens. Approved is not yet ordered to start.
  if (!isTurnOf(state, { step })) return [];

  const isFirst = isUntouched(state);
  if (isFirst && state.executeBy !== undefined && at >= state.executeBy) return tooLate(state, { step, by, at });
  // Somebody said yes while the job looked: it looks again.
  if (isFirst && unasked(state, voters)) return [];
  if (fingerprint !== state.plan.steps[step]?.fingerprint) return drifted(state, { step, by, at });
  // Once production is touched, stopping half-way because a voter left would be worse than going on.
  const lost = isFirst ? approval.lostVotes(state, voters) : [];
  if (lost.length > 0) return voided(state, lost, { step, by, at });
  return [{ type: 'rollback.step-intended', ...place }];
}

function tooLate(state: KnownRollback, where: Place & By): RollbackEvent[] {
  const { by, at } = where;
  if (state.startedAt === undefined) return [{ type: 'rollback.expired', phase: 'execution', by, at }];
  return withConclusion(state, { type: 'rollback.step-failed', reason: 'nothing had begun when the time to start was over', ...where });
}

function voided(state: KnownRollback, users: UserId[], where: Place & By): RollbackEvent[] {
  const { by, at } = where;
  if (state.startedAt === undefined) return [{ type: 'rollback.votes-voided', users, by, at }];
  return withConclusion(state, { type: 'rollback.step-failed', reason: 'too few approvals still count', ...where });
}

/** Somebody changed production since the approval. Before the first step nothing happened yet; later the plan's own rule for failure holds. */
function drifted(state: KnownRollback, where: Place & By): RollbackEvent[] {
  if (state.startedAt === undefined) return [{ type: 'rollback.drifted', ...where }];
  return withConclusion(state, { type: 'rollback.step-failed', reason: 'production changed since this was approved', ...where });
}

/** Only what has certainly not started can wait; a step that is intended becomes pending again, whatever was said last. */
function deferStep(state: KnownRollback, command: Of<'rollback.defer-step'>): RollbackEvent[] {
  const run = runOf(state, command);
  const known = run?.status === 'pending' && run.message === command.message;
  if (known || (run?.status !== 'pending' && run?.status !== 'intended')) return [];
  // What was half-way when the plan was halted does not begin any more, and then nothing keeps the plan open.
  return withConclusion(state, { ...command, type: 'rollback.step-deferred' });
}

function finishStep(state: KnownRollback, { outcome, reason, type: _, ...where }: Of<'rollback.finish-step'>): RollbackEvent[] {
  const run = runOf(state, where);
  if (run === undefined || isSettled(run)) return [];
  // A pending step may only fail, and only when it is its turn: the provider could not even be read.
  const isTurn = where.back ? nextUndo(state) === where.step : state.startOrderedAt !== undefined && runnable(state).includes(where.step);
  if (run.status === 'pending' && (outcome !== 'failed' || !isTurn)) return [];

  switch (outcome) {
    case 'failed':
      // What cannot be undone is never tried in a loop: a person has to look.
      if (where.back) return [{ type: 'rollback.held', reason: `it could not be undone: ${reason ?? 'no reason given'}`, ...where }];
      return withConclusion(state, { type: 'rollback.step-failed', reason: reason ?? 'no reason given', ...where });
    case 'unknown':
      return [{ type: 'rollback.held', reason: reason ?? 'the outcome is not known', ...where }];
    case 'succeeded':
      return withConclusion(state, { type: 'rollback.step-succeeded', ...where });
  }
}

const isSettled = ({ status }: StepRun): boolean =>
  status === 'succeeded' || status === 'skipped' || status === 'failed' || status === 'cancelled';

/** A fact, and what follows from it for the whole. */
function withConclusion(state: KnownRollback, event: RollbackEvent): RollbackEvent[] {
  const after = evolve(state, event);
  return after.status === 'absent' ? [event] : [event, ...conclude(after, event.at)];
}

function passGate(state: KnownRollback, { step, voter, by, at }: Of<'rollback.pass-gate'>): RollbackEvent[] {
  assertTrusted(state, voter, by);
  const run = state.steps[step];
  const isManual = state.plan.steps[step]?.gate?.kind === 'manual';
  return isManual && run?.status === 'pending' && run.gatePassedAt === undefined ? [{ type: 'rollback.gate-passed', step, by, at }] : [];
}

function cancel(state: KnownRollback, { voter, reason, by, at }: Of<'rollback.cancel'>): RollbackEvent[] {
  assertTrusted(state, voter, by);
  assertFits(reason, maxReason);
  if (state.undoing.length > 0) throw notPossible(state, 'cancel'); // the way back is not called off
  return state.cancelledBy === undefined ? withConclusion(state, { type: 'rollback.cancel-requested', reason, by, at }) : [];
}

/** Only a run on the way forth is called off: one that undoes something either did so, or a person has to look. */
function recordCancel(state: KnownRollback, command: Of<'rollback.record-cancel'>): RollbackEvent[] {
  const isCalledOff = state.cancelledBy !== undefined && !command.back && runOf(state, command)?.status === 'started';
  return isCalledOff ? withConclusion(state, { ...command, type: 'rollback.step-cancelled' }) : [];
}

function compensate(state: KnownRollback, { voter, by, at }: Of<'rollback.compensate'>): RollbackEvent[] {
  assertTrusted(state, voter, by);
  const steps = undoable(state, true);
  if (steps.length === 0) throw new Refusal('nothing_to_undo', { rollback: rollbackName(state.number) });
  return [{ type: 'rollback.compensation-started', steps, by, at }];
}

function settleStep(state: KnownRollback, command: Of<'rollback.settle-step'>): RollbackEvent[] {
  const { step, back, choice, voter, reason, by, at } = command;
  assertTrusted(state, voter, by);
  if (runOf(state, command)?.status !== 'unknown') return [];
  const where = { step, ...(back ? { back } : {}), by, at };
  switch (choice) {
    case 'ran':
      return withConclusion(state, { type: 'rollback.step-succeeded', ...where });
    case 'again':
      // Nothing new starts once the plan is halted: a run that waits for ever would keep it open.
      if (!back && isHalted(state)) throw new Refusal('no_new_start', { rollback: rollbackName(state.number) });
      return [{ type: 'rollback.step-requeued', reason, ...where }];
    case 'skip':
      return withConclusion(state, { type: 'rollback.step-skipped', reason, ...where });
  }
}

function recordReadings(state: KnownRollback, { readings, by, at }: Of<'rollback.record-readings'>): RollbackEvent[] {
  const measured: RollbackEvent = { type: 'rollback.measured', readings, by, at };
  const verdict = verdictOf(state.plan.verify, [...state.readings, ...readings]);
  if (verdict === undefined) return readings.length === 0 ? [] : [measured];
  const reason = reasonOf(verdict, state.plan.verify, [...state.readings, ...readings]);
  const verified: RollbackEvent = { type: 'rollback.verified', verdict, by, at, ...(reason === undefined ? {} : { reason }) };
  return readings.length === 0 ? [verified] : [measured, verified];
}

function settle(state: KnownRollback, { choice, voter, reason, by, at }: Of<'rollback.settle'>): RollbackEvent[] {
  assertTrusted(state, voter, by);
  // What runs would go on with nobody looking at it, beside the next rollback of the service.
  if (isMoving(state)) throw new Refusal('still_moving', { rollback: rollbackName(state.number) });
  if (choice === 'verify' && !canMeasure(state)) throw notPossible(state, 'verify');
  return choice === 'verify' ? [{ type: 'rollback.verification-started', by, at }] : [{ type: 'rollback.abandoned', reason, by, at }];
}

export const rollback: Decider<Rollback, RollbackCommand, RollbackEvent> = {
  kind: 'rollback',
  initial: { status: 'absent' },
  decide,
  evolve,
};
