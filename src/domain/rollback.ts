import type { Around, Decider } from './decider.ts';
import type { Policy, Voter } from './policy.ts';
import { approversText, assertMayApprove, qualifies } from './policy.ts';
import { assertFits, Refusal } from './refusal.ts';
import type { KnownRollback, Rollback, RollbackCommand, RollbackEvent, RollbackStatus, StepRun, Vote } from './rollback-facts.ts';
import { verdictOf } from './verification.ts';
import { rollbackName } from './words.ts';

export type { KnownRollback, Rollback, RollbackCommand, RollbackEvent, RollbackStatus, StepRun, Vote };

/** Which statuses allow which command. Buttons and `decide` read the same table, so they cannot disagree. */
const allowed = {
  'rollback.request': ['absent'],
  'rollback.approve': ['requested'],
  'rollback.reject': ['requested'],
  'rollback.expire': ['requested'],
  'rollback.begin-step': ['approved', 'executing'],
  'rollback.defer-step': ['approved', 'executing'],
  'rollback.repeat-step': ['executing'],
  'rollback.record-start': ['executing'],
  'rollback.record-progress': ['executing'],
  'rollback.finish-step': ['approved', 'executing'],
  'rollback.record-readings': ['verifying'],
  'rollback.settle': ['needs human', 'inconclusive', 'not recovered'],
} as const satisfies Record<RollbackCommand['type'], readonly Rollback['status'][]>;

/** Is this command possible in this state? Rights are checked by `decide`. */
export const can = (command: RollbackCommand['type'], state: Rollback): boolean =>
  (allowed[command] as readonly string[]).includes(state.status);

/** Nothing else may roll back the same service and environment meanwhile; the store keeps a unique index over these. */
export const liveStatuses = ['approved', 'executing', 'verifying', 'needs human'] as const satisfies readonly RollbackStatus[];

/** Statuses in which an incident cannot be resolved yet. */
export const isUnderWay = (state: KnownRollback): boolean =>
  state.status === 'requested' || (liveStatuses as readonly string[]).includes(state.status);

/** The correlation id a provider is given: the same for every attempt of a step, so a second start finds the first. */
export const operationId = (rollbackId: string, step: number): string => `${rollbackId}.${step + 1}`;

export const currentStep = (state: KnownRollback): number => state.steps.findIndex((step) => step.status !== 'succeeded');

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
      return state.steps[command.step]?.status === 'intended' ? [{ ...command, type: 'rollback.step-repeated' }] : [];
    case 'rollback.record-start':
      return state.steps[command.step]?.status === 'intended' ? [{ ...command, type: 'rollback.step-started' }] : [];
    case 'rollback.record-progress':
      return state.steps[command.step]?.message === command.message ? [] : [{ ...command, type: 'rollback.step-progressed' }];
    case 'rollback.finish-step':
      return finishStep(state, command);
    case 'rollback.record-readings':
      return recordReadings(state, command);
    case 'rollback.settle':
      return settle(state, command);
  }
}

const maxReason = 500;

type Of<T extends RollbackCommand['type']> = Extract<RollbackCommand, { type: T }>;

/** What comes too late: from a job it is settled already; a person is told how things stand. */
function notNow(state: KnownRollback, command: RollbackCommand): RollbackEvent[] {
  if (command.by === 'warroom') return [];
  if (command.type === 'rollback.approve' && state.votes.some(({ user }) => user === command.by) && state.planHash === command.planHash)
    return []; // a double click is not a second opinion
  const said = command.type.replace('rollback.', '').replaceAll('-', ' ');
  throw new Refusal('rollback_not_now', { rollback: rollbackName(state.number), status: state.status, command: said });
}

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
  if (voter.standing !== 'member') assertMayApprove(state.policy, voter, state.requestedBy);
  // The requester may take the own request back; anybody else has to be somebody who could have approved it.
  if (by !== state.requestedBy && !qualifies(state.policy, voter)) {
    throw new Refusal('not_an_approver', { needs: approversText(state.policy) });
  }
  assertFits(reason, maxReason);
  return [{ type: 'rollback.rejected', reason, by, at }];
}

function beginStep(state: KnownRollback, command: Of<'rollback.begin-step'>): RollbackEvent[] {
  const { step, fingerprint, voters, by, at } = command;
  if (state.steps[step]?.status !== 'pending') return []; // intended before a crash: the job goes on by looking, not by starting
  if (state.executeBy !== undefined && at >= state.executeBy && step === 0) {
    return [{ type: 'rollback.expired', phase: 'execution', by, at }];
  }
  if (fingerprint !== state.plan.steps[step]?.fingerprint) return [{ type: 'rollback.drifted', step, by, at }];

  const lost = state.votes.filter((vote) => !stillCounts(state.policy, vote, voters)).map(({ user }) => user);
  if (state.votes.length - lost.length < state.policy.approvals) return [{ type: 'rollback.votes-voided', users: lost, by, at }];
  return [{ type: 'rollback.step-intended', step, by, at }];
}

/** A role given up after the vote does not void it; leaving the group or the workspace does. */
function stillCounts(policy: Policy, vote: Vote, voters: readonly Voter[]): boolean {
  const now = voters.find(({ user }) => user === vote.user);
  return now !== undefined && qualifies(policy, { ...now, roles: vote.roles });
}

/** Only what has certainly not started can wait; a step that is intended becomes pending again, whatever was said last. */
function deferStep(state: KnownRollback, { step, message, by, at }: Of<'rollback.defer-step'>): RollbackEvent[] {
  const run = state.steps[step];
  const known = run?.status === 'pending' && run.message === message;
  if (known || (run?.status !== 'pending' && run?.status !== 'intended')) return [];
  return [{ type: 'rollback.step-deferred', step, message, by, at }];
}

function finishStep(state: KnownRollback, { step, outcome, reason, by, at }: Of<'rollback.finish-step'>): RollbackEvent[] {
  const run = state.steps[step];
  // A pending step may only fail: nothing was asked of the provider yet, because it could not even be read.
  if (run === undefined || run.status === 'succeeded' || (run.status === 'pending' && outcome !== 'failed')) return [];

  switch (outcome) {
    case 'failed':
      return [{ type: 'rollback.step-failed', step, reason: reason ?? 'no reason given', by, at }];
    case 'unknown':
      return [{ type: 'rollback.held', step, reason: reason ?? 'the outcome is not known', by, at }];
    case 'succeeded': {
      const done: RollbackEvent = { type: 'rollback.step-succeeded', step, by, at };
      return step === state.steps.length - 1 ? [done, { type: 'rollback.verification-started', by, at }] : [done];
    }
  }
}

function recordReadings(state: KnownRollback, { readings, by, at }: Of<'rollback.record-readings'>): RollbackEvent[] {
  const measured: RollbackEvent = { type: 'rollback.measured', readings, by, at };
  const verdict = verdictOf(state.plan.verify, [...state.readings, ...readings]);
  if (verdict === undefined) return readings.length === 0 ? [] : [measured];
  // The reason belongs to the gate that decided, perhaps in an earlier look; what another gate lacked explains nothing.
  const note = [...state.readings, ...readings].findLast((reading) => reading.verdict === verdict && reading.note !== undefined)?.note;
  const reason = state.plan.verify.length === 0 ? 'no verification is configured' : note;
  const verified: RollbackEvent = { type: 'rollback.verified', verdict, by, at, ...(reason === undefined ? {} : { reason }) };
  return readings.length === 0 ? [verified] : [measured, verified];
}

function settle(state: KnownRollback, { choice, voter, reason, by, at }: Of<'rollback.settle'>): RollbackEvent[] {
  if (voter.standing !== 'member') assertMayApprove(state.policy, voter, state.requestedBy);
  if (!qualifies(state.policy, voter) && by !== state.requestedBy) {
    throw new Refusal('not_an_approver', { needs: approversText(state.policy) });
  }
  return choice === 'verify' ? [{ type: 'rollback.verification-started', by, at }] : [{ type: 'rollback.abandoned', reason, by, at }];
}

function evolve(state: Rollback, event: RollbackEvent): Rollback {
  if (event.type === 'rollback.requested') return requested(event);
  if (state.status === 'absent') return state;
  const { at } = event;

  switch (event.type) {
    case 'rollback.approved':
      return { ...state, votes: [...state.votes, event.vote] };
    case 'rollback.cleared':
      return { ...state, status: 'approved', executeBy: event.executeBy };
    case 'rollback.votes-voided':
      return { ...state, status: 'requested', votes: state.votes.filter(({ user }) => !event.users.includes(user)) };
    case 'rollback.rejected':
    case 'rollback.abandoned':
      return { ...state, status: event.type === 'rollback.rejected' ? 'rejected' : 'abandoned', endedAt: at, outcome: event.reason };
    case 'rollback.expired':
      return { ...state, status: 'expired', endedAt: at };
    case 'rollback.drifted':
      return { ...state, status: 'drifted', endedAt: at };
    case 'rollback.step-intended':
      return withStep({ ...state, status: 'executing', startedAt: state.startedAt ?? at }, event.step, {
        status: 'intended',
        startedAt: at,
      });
    case 'rollback.step-deferred':
      return withStep(state, event.step, { status: 'pending', message: event.message });
    case 'rollback.step-repeated':
      return withStep(state, event.step, { repeatedAt: at });
    case 'rollback.step-started':
      return withStep(state, event.step, { status: 'started', ref: event.ref, ...(event.url === undefined ? {} : { url: event.url }) });
    case 'rollback.step-progressed':
      return withStep(state, event.step, { message: event.message });
    case 'rollback.step-succeeded':
      return withStep(state, event.step, { status: 'succeeded', endedAt: at });
    case 'rollback.step-failed': {
      const ended = { ...state, status: 'failed', endedAt: at, outcome: event.reason } as const;
      return withStep(ended, event.step, { status: 'failed', endedAt: at });
    }
    case 'rollback.held':
      return withStep({ ...state, status: 'needs human', outcome: event.reason }, event.step, { status: 'unknown' });
    case 'rollback.verification-started':
      return verifying(state, at);
    case 'rollback.measured':
      return { ...state, readings: [...state.readings, ...event.readings] };
    case 'rollback.verified':
      return { ...state, status: event.verdict, endedAt: at, ...(event.reason === undefined ? {} : { outcome: event.reason }) };
  }
}

function requested({ type: _, by, at, ...facts }: Extract<RollbackEvent, { type: 'rollback.requested' }>): KnownRollback {
  const steps: StepRun[] = facts.plan.steps.map(() => ({ status: 'pending' }));
  return { status: 'requested', ...facts, requestedBy: by, requestedAt: at, votes: [], steps, readings: [] };
}

function withStep(state: KnownRollback, step: number, change: Partial<StepRun>): KnownRollback {
  return { ...state, steps: state.steps.map((run, index) => (index === step ? { ...run, ...change } : run)) };
}

function verifying(state: KnownRollback, at: number): KnownRollback {
  const { outcome: _, endedAt: __, ...rest } = state;
  return { ...rest, status: 'verifying', verifyingSince: at, readings: [] };
}

export const rollback: Decider<Rollback, RollbackCommand, RollbackEvent> = {
  kind: 'rollback',
  initial: { status: 'absent' },
  decide,
  evolve,
};
