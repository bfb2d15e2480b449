import type { Around, Decider } from './decider.ts';
import type { Policy, Voter } from './policy.ts';
import { approversText, assertMayApprove, qualifies } from './policy.ts';
import { assertFits, Refusal } from './refusal.ts';
import type { Of, RollbackCommand } from './rollback-commands.ts';
import { can } from './rollback-commands.ts';
import { conclude, isHalted, isMoving, nextUndo, runnable, undoable } from './rollback-flow.ts';
import type { By, KnownRollback, Place, Rollback, RollbackEvent, StepRun, Vote } from './rollback-state.ts';
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
export { can, isUnderWay, liveStatuses, type RollbackCommand, type StepChoice } from './rollback-commands.ts';

function decide(state: Rollback, command: RollbackCommand, { number, incidentOver }: Around): RollbackEvent[] {
  if (incidentOver && (command.type === 'rollback.request' || command.type === 'rollback.approve')) {
    const { number: over, status } = incidentOver;
    throw new Refusal('incident_over', { number: over, status, command: 'a rollback' });
  }
  if (command.type === 'rollback.request') return request(state, command, number);
  if (state.status === 'absent') throw new Refusal('no_rollback', { ref: 'behind this button' });
  if (!can(command.type, state)) return notNow(state, command);

  switch (command.type) {
    case 'rollback.approve':
      return approve(state, command);
    case 'rollback.reject':
      return reject(state, command);
    case 'rollback.expire':
      return command.at < state.approveBy ? [] : [{ ...command, type: 'rollback.expired', phase: 'approval' }];
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
  }
}

const maxReason = 500;

/** What comes too late: from a job it is settled already; a person is told how things stand. */
function notNow(state: KnownRollback, command: RollbackCommand): RollbackEvent[] {
  if (command.by === 'warroom') return [];
  if (command.type === 'rollback.approve' && state.votes.some(({ user }) => user === command.by) && state.planHash === command.planHash)
    return []; // a double click is not a second opinion
  throw notPossible(state, command.type.replace('rollback.', '').replaceAll('-', ' '));
}

const notPossible = ({ number, status }: KnownRollback, command: string): Refusal =>
  new Refusal('rollback_not_now', { rollback: rollbackName(number), status, command });

function request(state: Rollback, command: Of<'rollback.request'>, number: number): RollbackEvent[] {
  if (state.status !== 'absent') return [];
  const blocked = command.checks.filter((check) => check.level === 'block');
  if (blocked.length > 0) throw new Refusal('checks_block', { reasons: blocked.map((check) => check.text).join(' ') });
  if (command.reason.trim().length === 0) throw new Refusal('reason_missing');
  assertFits(command.reason, maxReason);
  const approveBy = command.at + command.policy.approveWithinMs;
  return [{ ...command, type: 'rollback.requested', number, reason: command.reason.trim(), approveBy }];
}

function approve(state: KnownRollback, { voter, planHash, by, at }: Of<'rollback.approve'>): RollbackEvent[] {
  if (planHash !== state.planHash) throw new Refusal('plan_changed');
  if (at >= state.approveBy) throw new Refusal('approval_expired', { time: utc(state.approveBy) });
  assertMayApprove(state.policy, voter, state.requestedBy);
  if (state.votes.some(({ user }) => user === by)) return []; // a double click is not a second opinion

  const vote: Vote = { user: by, roles: voter.roles, groups: voter.groups, at };
  const approved: RollbackEvent = { type: 'rollback.approved', vote, planHash, by, at };
  const quorumReached = state.votes.length + 1 >= state.policy.approvals;
  return quorumReached
    ? [approved, { type: 'rollback.cleared', executeBy: at + state.policy.executeWithinMs, by: 'warroom', at }]
    : [approved];
}

const utc = (at: number): string => `${new Date(at).toISOString().slice(11, 16)} UTC`;

function reject(state: KnownRollback, { voter, reason, by, at }: Of<'rollback.reject'>): RollbackEvent[] {
  // The requester may take the own request back; anybody else has to be somebody who could have approved it.
  assertTrusted(state, voter, by);
  assertFits(reason, maxReason);
  return [{ type: 'rollback.rejected', reason, by, at }];
}

function beginStep(state: KnownRollback, command: Of<'rollback.begin-step'>): RollbackEvent[] {
  const { step, back, fingerprint, voters, by, at } = command;
  const place = { step, ...(back ? { back } : {}), by, at };
  if (runOf(state, command)?.status !== 'pending') return []; // intended before a crash: the job goes on by looking, not by starting
  if (back) return nextUndo(state) === step ? [{ type: 'rollback.step-intended', ...place }] : [];
  if (!runnable(state).includes(step)) return [];

  const isFirst = state.startedAt === undefined;
  if (isFirst && state.executeBy !== undefined && at >= state.executeBy) return [{ type: 'rollback.expired', phase: 'execution', by, at }];
  if (fingerprint !== state.plan.steps[step]?.fingerprint) return drifted(state, { step, by, at });
  // Once production is touched, stopping half-way because a voter left would be worse than going on.
  const lost = isFirst ? state.votes.filter((vote) => !stillCounts(state.policy, vote, voters)).map(({ user }) => user) : [];
  if (state.votes.length - lost.length < state.policy.approvals) return [{ type: 'rollback.votes-voided', users: lost, by, at }];
  return [{ type: 'rollback.step-intended', ...place }];
}

/** Somebody changed production since the approval. Before the first step nothing happened yet; later the plan's own rule for failure holds. */
function drifted(state: KnownRollback, where: Place & By): RollbackEvent[] {
  if (state.startedAt === undefined) return [{ type: 'rollback.drifted', ...where }];
  return withConclusion(state, { type: 'rollback.step-failed', reason: 'production changed since this was approved', ...where });
}

/** A role given up after the vote does not void it; leaving the group or the workspace does. */
function stillCounts(policy: Policy, vote: Vote, voters: readonly Voter[]): boolean {
  const now = voters.find(({ user }) => user === vote.user);
  return now !== undefined && qualifies(policy, { ...now, roles: vote.roles });
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
  const isTurn = where.back ? nextUndo(state) === where.step : runnable(state).includes(where.step);
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

/** Whoever may approve may also steer what runs; and the one who asked for it. */
function assertTrusted(state: KnownRollback, voter: Voter, by: UserId): void {
  if (voter.standing !== 'member') assertMayApprove(state.policy, voter, state.requestedBy);
  if (qualifies(state.policy, voter) || by === state.requestedBy) return;
  throw new Refusal('not_an_approver', { needs: approversText(state.policy) });
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
  return choice === 'verify' ? [{ type: 'rollback.verification-started', by, at }] : [{ type: 'rollback.abandoned', reason, by, at }];
}

export const rollback: Decider<Rollback, RollbackCommand, RollbackEvent> = {
  kind: 'rollback',
  initial: { status: 'absent' },
  decide,
  evolve,
};
