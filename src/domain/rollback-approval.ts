/** From the request to the start: who may say yes, who may take it back, and what lets it begin. */
import type { Around } from './decider.ts';
import type { Check, Step } from './plan.ts';
import { changesData } from './plan.ts';
import { planDifference } from './plan-difference.ts';
import type { Policy, Voter } from './policy.ts';
import {
  approversText,
  assertMayApprove,
  assertMember,
  fits,
  mayBreakGlass,
  missingFrom,
  peopleText,
  qualifies,
  stricterOf,
} from './policy.ts';
import { assertFits, Refusal } from './refusal.ts';
import type { Of, RollbackCommand } from './rollback-commands.ts';
import { can } from './rollback-commands.ts';
import type { By, KnownRollback, Rollback, RollbackEvent, Vote } from './rollback-facts.ts';
import type { UserId } from './words.ts';
import { rollbackName } from './words.ts';

const maxReason = 500;

/** Checks that stop it for good refuse the request; one that a break-glass may override is written down and waits for that. */
export function request(state: Rollback, command: Of<'rollback.request'>, around: Pick<Around, 'number' | 'asked'>): RollbackEvent[] {
  if (state.status !== 'absent') return [];
  const { service, environment } = command.plan;
  const same = around.asked?.find((other) => other.service === service && other.environment === environment);
  if (same) throw new Refusal('already_requested', { rollback: same.rollback, service, environment });
  assertNoFinalBlock(command);
  if (command.reason.trim().length === 0) throw new Refusal('reason_missing');
  assertFits(command.reason, maxReason);
  const approveBy = command.at + command.policy.approveWithinMs;
  return [{ ...command, type: 'rollback.requested', number: around.number, reason: command.reason.trim(), approveBy }];
}

function assertNoFinalBlock({ checks }: Pick<KnownRollback, 'checks'>): void {
  const final = checks.filter(({ level, override }) => level === 'block' && override === undefined);
  if (final.length > 0) throw new Refusal('checks_block', { reasons: sentences(final.map(({ text }) => text)) });
}

/** One after another, each with its end. */
const sentences = (texts: readonly string[]): string => texts.map((text) => (/[.!?…]$/.test(text) ? text : `${text}.`)).join(' ');

/** What only a break-glass can go past. */
export const blocksOf = ({ checks }: Pick<KnownRollback, 'checks'>): string[] =>
  checks.filter(({ level }) => level === 'block').map(({ text }) => text);

/** A vote counts for exactly one plan, and once for each person. */
export function approve(state: KnownRollback, command: Of<'rollback.approve'>): RollbackEvent[] {
  const { voter, planHash, typed, by, at } = command;
  assertCurrent(state, planHash);
  assertInTime(state, at);
  const blocks = blocksOf(state);
  if (blocks.length > 0) {
    const glass = peopleText(state.policy.breakGlass);
    throw new Refusal('approval_blocked', { reasons: sentences(blocks), rollback: rollbackName(state.number), glass });
  }
  assertMayApprove(state.policy, voter, state);
  if (state.votes.some(({ user }) => user === by)) return []; // a double click is not a second opinion
  if (state.policy.typeServiceName || typed !== undefined) assertTyped(state, typed);

  const vote: Vote = { user: by, roles: voter.roles, groups: voter.groups, at };
  const approved: RollbackEvent = { type: 'rollback.approved', vote, planHash, by, at };
  if (missingFrom(state.policy, [...state.votes, vote]).length > 0) return [approved];
  const cleared = clear(state.policy, at);
  const isOrdered = state.policy.start === 'at-once' || command.start === true;
  return isOrdered ? [approved, cleared, { type: 'rollback.start-ordered', by, at }] : [approved, cleared];
}

const clear = ({ executeWithinMs }: Policy, at: number): RollbackEvent => ({
  type: 'rollback.cleared',
  executeBy: at + executeWithinMs,
  by: 'warroom',
  at,
});

function assertCurrent(state: KnownRollback, planHash: string): void {
  if (planHash !== state.planHash) throw new Refusal('plan_changed');
}

function assertInTime({ approveBy }: KnownRollback, at: number): void {
  if (at >= approveBy) throw new Refusal('approval_expired', { time: utc(approveBy) });
}

/** A name is typed as it is written; capitals do not matter on a phone. */
function assertTyped({ plan: { service } }: KnownRollback, typed: string | undefined): void {
  if (typed?.trim().toLowerCase() !== service.toLowerCase()) throw new Refusal('service_not_typed', { service });
}

const utc = (at: number): string => `${new Date(at).toISOString().slice(11, 16)} UTC`;

/** The requester may take the own request back; anybody else has to be somebody who could have approved it. */
export function reject(state: KnownRollback, { voter, reason, by, at }: Of<'rollback.reject'>): RollbackEvent[] {
  assertTrusted(state, voter, by);
  assertFits(reason, maxReason);
  return [{ type: 'rollback.rejected', reason, by, at }];
}

/** Nothing is taken back once production is touched: then it is called off. */
export function revoke(state: KnownRollback, { by, at }: Of<'rollback.revoke'>): RollbackEvent[] {
  const hasSaidYes = state.votes.some(({ user }) => user === by) || state.glass?.by === by;
  if (!hasSaidYes) throw new Refusal('no_vote', { rollback: rollbackName(state.number) });
  return [{ type: 'rollback.revoked', by, at }];
}

/** What has begun is called off, and who would take a word back is told so; what has ended is over. */
export function assertNotBegun(state: KnownRollback, { type }: RollbackCommand): void {
  if (!can('rollback.cancel', state)) return;
  const rollback = rollbackName(state.number);
  if (type === 'rollback.revoke') throw new Refusal('revoke_too_late', { rollback });
  if (type === 'rollback.edit') throw new Refusal('edit_too_late', { rollback });
}

/** Another plan in the place of this one; its policy is never looser than the one it was asked for under. */
export function edit(state: KnownRollback, command: Of<'rollback.edit'>): RollbackEvent[] {
  const { plan, planHash, checks, voter, by, at } = command;
  assertTrusted(state, voter, by);
  assertNoFinalBlock(command);
  if (planHash === state.planHash && isBlockedAlike(state, checks)) return [];
  const policy = stricterOf(state.policy, command.policy);
  const difference = planDifference(state.plan, plan);
  const voided = state.votes.map(({ user }) => user);
  const approveBy = at + policy.approveWithinMs;
  return [{ type: 'rollback.edited', plan, planHash, checks, policy, approveBy, difference, voided, by, at }];
}

/** Looking again is worth a fact only where it finds that something stands in the way, or does no more. Texts may tell the time. */
const isBlockedAlike = (before: Pick<KnownRollback, 'checks'>, checks: readonly Check[]): boolean =>
  blockCodes(before.checks).join() === blockCodes(checks).join();

const blockCodes = (checks: readonly Check[]): string[] => checks.flatMap(({ code, level }) => (level === 'block' ? code : [])).toSorted();

/** Pressed by anybody who may approve, or by the one who asked for it. */
export function start(state: KnownRollback, { voter, planHash, by, at }: Of<'rollback.start'>): RollbackEvent[] {
  assertCurrent(state, planHash);
  assertTrusted(state, voter, by);
  if (state.startOrderedAt !== undefined) return [];
  if (state.executeBy !== undefined && at >= state.executeBy) return [{ type: 'rollback.expired', phase: 'execution', by: 'warroom', at }];
  return [{ type: 'rollback.start-ordered', by, at }];
}

const minimumReason = 20;

/** Skips the quorum and the checks that may be overridden; plan, target, drift and rights of the person hold as ever. */
export function breakGlass(state: KnownRollback, command: Of<'rollback.break-glass'>, brokenToday: number): RollbackEvent[] {
  const { voter, planHash, typed, by, at } = command;
  const { policy, plan } = state;
  const reason = command.reason.trim();
  assertCurrent(state, planHash);
  assertInTime(state, at);
  assertMember(voter);
  if (!mayBreakGlass(policy, voter)) throw new Refusal('glass_not_yours', { needs: peopleText(policy.breakGlass) });
  const never = plan.steps.find(destroysData);
  if (never) throw new Refusal('glass_never', { step: never.id });
  if (reason.length < minimumReason) throw new Refusal('glass_reason', { length: reason.length });
  assertFits(reason, maxReason);
  assertTyped(state, typed);
  if (brokenToday >= policy.breakGlass.perDay) throw new Refusal('glass_used_up', { times: policy.breakGlass.perDay });
  const skipped = approversText({ require: missingFrom(policy, state.votes) });
  const as = { roles: voter.roles, groups: voter.groups };
  return [
    { type: 'rollback.glass-broken', reason, skipped, overridden: blocksOf(state), as, by, at },
    clear({ ...policy, executeWithinMs: Math.min(policy.executeWithinMs, longestGlassMs) }, at),
    { type: 'rollback.start-ordered', by, at },
  ];
}

/** What no later rollback brings back; a change of a database of a class nobody told is taken for one. */
function destroysData(step: Step): boolean {
  const { class: of } = step.database ?? {};
  return changesData(step) && (of === undefined || of === 'schema-down' || of === 'restore');
}

const longestGlassMs = 30 * 60_000;

/** Called once; who did not come then is not called every minute. */
export function escalate(state: KnownRollback, { by, at }: Of<'rollback.escalate'>): RollbackEvent[] {
  return state.escalatedAt === undefined && at < state.approveBy ? [{ type: 'rollback.escalated', by, at }] : [];
}

/** Two clocks: approvals must come in time, and what is approved must begin in time. */
export function expire(state: KnownRollback, { by, at }: By): RollbackEvent[] {
  if (state.status === 'requested') return at < state.approveBy ? [] : [{ type: 'rollback.expired', phase: 'approval', by, at }];
  const isLate = state.startedAt === undefined && state.executeBy !== undefined && at >= state.executeBy;
  return isLate ? [{ type: 'rollback.expired', phase: 'execution', by, at }] : [];
}

/**
 * Whose votes do not carry it any more when it begins; empty when it is still carried. A role given up after the vote does not void
 * it; leaving the group or the workspace does.
 */
export function lostVotes(state: KnownRollback, voters: readonly Voter[]): UserId[] {
  const { policy, votes, glass } = state;
  const now = (user: UserId): Voter | undefined => voters.find((voter) => voter.user === user && voter.standing === 'member');
  const since = (user: UserId, { roles }: Pick<Voter, 'roles'>): Pick<Voter, 'roles' | 'groups'> => {
    const voter = now(user);
    return voter === undefined ? nobody : { roles: [...roles, ...voter.roles], groups: voter.groups };
  };
  if (glass !== undefined) {
    const isTheirs = glass.as === undefined ? now(glass.by) !== undefined : fits(policy.breakGlass, since(glass.by, glass.as));
    return isTheirs ? [] : [glass.by];
  }
  const current = votes.map((vote) => since(vote.user, vote));
  if (missingFrom(policy, current).length === 0) return [];
  const weaker = votes.filter((vote, index) => policy.require.some((each) => fits(each, vote) && !fits(each, current[index] ?? nobody)));
  return (weaker.length === 0 ? votes : weaker).map(({ user }) => user);
}

const nobody = { roles: [], groups: [] };

/** Whoever may approve may also steer what runs; and the one who asked for it. */
export function assertTrusted(state: KnownRollback, voter: Voter, by: UserId): void {
  assertMember(voter);
  if (qualifies(state.policy, voter) || mayBreakGlass(state.policy, voter) || by === state.requestedBy) return;
  throw new Refusal('not_an_approver', { needs: approversText(state.policy) });
}
