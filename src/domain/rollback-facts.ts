/** What a rollback is and what can happen to it. How its facts fold into its state is in rollback-state.ts. */
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

/** The quorum was skipped: by whom and why. */
export interface Glass {
  by: UserId;
  at: number;
  reason: string;
  /** What gave them the right to; absent where it was broken before this was written down. */
  as?: Pick<Voter, 'roles' | 'groups'>;
}

/** One thing to put right after a rollback. */
export interface CareItem {
  /** Unique in the rollback, for example `restore:promotion-off`. */
  id: string;
  kind: 'unlock' | 'revert' | 'restore' | 'unpin' | 'resume' | 'data' | 'review';
  /** What to do, in one sentence. */
  text: string;
  url?: string;
  done?: By & { note?: string };
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
  /** Who changed the plan after it was asked for; they do not approve it either. */
  editedBy: UserId[];
  /** Set when somebody skipped the quorum. */
  glass?: Glass;
  executeBy?: number;
  /** When its start was ordered: by the last approval, or by somebody who pressed Start. Without it nothing begins. */
  startOrderedAt?: number;
  /** When everybody who could approve was called. */
  escalatedAt?: number;
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
  /** What it leaves behind, until each is done. */
  care: CareItem[];
  careOwner?: UserId;
  /** When somebody last called for help. */
  helpCalledAt?: number;
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
  /** Somebody took the own approval back. */
  | ({ type: 'rollback.revoked' } & By<UserId>)
  | ({
      type: 'rollback.edited';
      plan: Plan;
      planHash: string;
      checks: Check[];
      policy: Policy;
      approveBy: number;
      /** What is different now, in words. */
      difference: string;
      /** Whose approvals do not count any more. */
      voided: UserId[];
    } & By<UserId>)
  | ({ type: 'rollback.escalated' } & By)
  /** The quorum was skipped. `skipped` says who would have been asked. */
  | ({ type: 'rollback.glass-broken'; reason: string; skipped: string; overridden: string[]; as?: Glass['as'] } & By<UserId>)
  | ({ type: 'rollback.cleared'; executeBy: number } & By)
  | ({ type: 'rollback.start-ordered' } & By)
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
  | ({ type: 'rollback.abandoned'; reason: string } & By<UserId>)
  | ({ type: 'rollback.care-opened'; items: CareItem[]; owner: UserId } & By)
  | ({ type: 'rollback.care-done'; item: string; note?: string } & By)
  | ({ type: 'rollback.care-taken' } & By<UserId>)
  | ({ type: 'rollback.care-reminded' } & By)
  | ({ type: 'rollback.help-called' } & By<UserId>);
