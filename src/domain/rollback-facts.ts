// What a rollback is: its state, what it can be told, and what can have happened to it. How it decides is in rollback.ts.
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
  status: 'pending' | 'intended' | 'started' | 'succeeded' | 'failed' | 'unknown';
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
  | 'verifying'
  | 'needs human'
  | 'recovered'
  | 'not recovered'
  | 'inconclusive'
  | 'failed'
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
  verifyingSince?: number;
  readings: Reading[];
  endedAt?: number;
  /** Why it ended, or why it waits for a person. */
  outcome?: string;
}

export type Rollback = { status: 'absent' } | KnownRollback;

interface By<A = Actor> {
  by: A;
  at: number;
}

export type RollbackCommand =
  | ({
      type: 'rollback.request';
      incidentId: string;
      plan: Plan;
      planHash: string;
      checks: Check[];
      policy: Policy;
      reason: string;
    } & By<UserId>)
  | ({ type: 'rollback.approve'; voter: Voter; planHash: string } & By<UserId>)
  | ({ type: 'rollback.reject'; voter: Voter; reason: string } & By<UserId>)
  | ({ type: 'rollback.expire' } & By)
  | ({
      type: 'rollback.begin-step';
      step: number;
      /** The fingerprint seen just now; another one than approved means somebody changed production meanwhile. */
      fingerprint: string;
      /** Everybody who voted, as Slack describes them just now. */
      voters: readonly Voter[];
    } & By)
  /** The provider certainly did not start it: it is pending again, and everything is checked afresh before the next try. */
  | ({ type: 'rollback.defer-step'; step: number; message: string } & By)
  /** The first try is nowhere to be found after the time in which it would have shown: it may be started once more. */
  | ({ type: 'rollback.repeat-step'; step: number } & By)
  | ({ type: 'rollback.record-start'; step: number; ref: string; url?: string } & By)
  | ({ type: 'rollback.record-progress'; step: number; message: string } & By)
  | ({ type: 'rollback.finish-step'; step: number; outcome: 'succeeded' | 'failed' | 'unknown'; reason?: string } & By)
  | ({ type: 'rollback.record-readings'; readings: Reading[] } & By)
  /** A person settles what Warroom cannot know: `verify` reads production back and measures, `abandon` gives it up. */
  | ({ type: 'rollback.settle'; choice: 'verify' | 'abandon'; voter: Voter; reason: string } & By<UserId>);

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
  | ({ type: 'rollback.drifted'; step: number } & By)
  | ({ type: 'rollback.step-intended'; step: number } & By)
  | ({ type: 'rollback.step-deferred'; step: number; message: string } & By)
  | ({ type: 'rollback.step-repeated'; step: number } & By)
  | ({ type: 'rollback.step-started'; step: number; ref: string; url?: string } & By)
  | ({ type: 'rollback.step-progressed'; step: number; message: string } & By)
  | ({ type: 'rollback.step-succeeded'; step: number } & By)
  | ({ type: 'rollback.step-failed'; step: number; reason: string } & By)
  | ({ type: 'rollback.held'; step: number; reason: string } & By)
  | ({ type: 'rollback.verification-started' } & By)
  | ({ type: 'rollback.measured'; readings: Reading[] } & By)
  | ({ type: 'rollback.verified'; verdict: Verdict; reason?: string } & By)
  | ({ type: 'rollback.abandoned'; reason: string } & By<UserId>);
