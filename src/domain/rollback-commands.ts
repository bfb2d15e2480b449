/** What a rollback can be told, and in which states. How it decides is in rollback.ts. */
import type { Check, Plan, Reading } from './plan.ts';
import type { Policy, Voter } from './policy.ts';
import type { By, KnownRollback, Rollback, RollbackStatus } from './rollback-facts.ts';
import type { UserId } from './words.ts';

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
  | ({
      type: 'rollback.approve';
      voter: Voter;
      planHash: string;
      /** The service's name as the approver typed it, where the policy asks for that. */
      typed?: string;
      /** Also order the start, where the policy keeps the two apart. */
      start?: true;
    } & By<UserId>)
  /** Somebody takes the own approval back; possible until it has started. */
  | ({ type: 'rollback.revoke' } & By<UserId>)
  /** Another plan in its place: what was approved so far does not count any more. */
  | ({ type: 'rollback.edit'; plan: Plan; planHash: string; checks: Check[]; policy: Policy; voter: Voter } & By<UserId>)
  | ({ type: 'rollback.start'; voter: Voter; planHash: string } & By<UserId>)
  /** Skips the quorum, and nothing else. */
  | ({ type: 'rollback.break-glass'; voter: Voter; planHash: string; typed: string; reason: string } & By<UserId>)
  /** The approvals have not come: everybody who could give one is called. */
  | ({ type: 'rollback.escalate' } & By)
  | ({ type: 'rollback.reject'; voter: Voter; reason: string } & By<UserId>)
  | ({ type: 'rollback.expire' } & By)
  | ({
      type: 'rollback.begin-step';
      step: number;
      back?: true;
      /** The plan that was looked at. Another one by now is looked at by a job of its own. */
      planHash: string;
      /** The fingerprint seen just now; another one than approved means somebody changed production meanwhile. */
      fingerprint: string;
      /** Everybody who voted, as Slack describes them just now. */
      voters: readonly Voter[];
    } & By)
  /** The provider certainly did not start it: it is pending again, and everything is checked afresh before the next try. */
  | ({ type: 'rollback.defer-step'; step: number; back?: true; message: string } & By)
  /** The first try is nowhere to be found after the time in which it would have shown: it may be started once more. */
  | ({ type: 'rollback.repeat-step'; step: number; back?: true } & By)
  | ({ type: 'rollback.record-start'; step: number; back?: true; ref: string; url?: string } & By)
  | ({ type: 'rollback.record-progress'; step: number; back?: true; message: string } & By)
  | ({ type: 'rollback.finish-step'; step: number; back?: true; outcome: 'succeeded' | 'failed' | 'unknown'; reason?: string } & By)
  | ({ type: 'rollback.record-readings'; readings: Reading[] } & By)
  /** A person lets a step pass its manual gate. */
  | ({ type: 'rollback.pass-gate'; step: number; voter: Voter } & By<UserId>)
  /** Nothing new starts; what runs is stopped where its provider can, and what was done is undone where the plan says so. */
  | ({ type: 'rollback.cancel'; voter: Voter; reason: string } & By<UserId>)
  /** The provider stopped a run that was called off. */
  | ({ type: 'rollback.record-cancel'; step: number; back?: true } & By)
  /** A person undoes what was done, also what is not undone by itself. */
  | ({ type: 'rollback.compensate'; voter: Voter } & By<UserId>)
  /** A person says what happened to a run whose outcome stayed unknown, or that it is tried or left out. */
  | ({ type: 'rollback.settle-step'; step: number; back?: true; choice: StepChoice; voter: Voter; reason: string } & By<UserId>)
  /** A person settles what Warroom cannot know: `verify` reads production back and measures, `abandon` gives it up. */
  | ({ type: 'rollback.settle'; choice: 'verify' | 'abandon'; voter: Voter; reason: string } & By<UserId>)
  /** One thing of the after-care is put right. By Warroom where it saw so itself. */
  | ({ type: 'rollback.finish-care'; item: string; note?: string } & By)
  | ({ type: 'rollback.take-care' } & By<UserId>)
  | ({ type: 'rollback.remind-care' } & By)
  /** It did not help, or nobody knows: whoever owns the service and leads the incident is called. */
  | ({ type: 'rollback.call-help' } & By<UserId>);

export type StepChoice = 'ran' | 'again' | 'skip';

/** While one run waits for a person, the others go on. */
const running = ['executing', 'compensating', 'needs human'] as const;

/** Where something was done that may leave something behind. */
const ended = ['recovered', 'not recovered', 'inconclusive', 'failed', 'compensated', 'cancelled', 'abandoned'] as const;

/** Which statuses allow which command. Buttons and `decide` read the same table, so they cannot disagree. */
const allowed = {
  'rollback.request': ['absent'],
  'rollback.approve': ['requested'],
  'rollback.reject': ['requested'],
  'rollback.revoke': ['requested', 'approved'],
  'rollback.edit': ['requested', 'approved'],
  'rollback.start': ['approved'],
  'rollback.break-glass': ['requested'],
  'rollback.escalate': ['requested'],
  'rollback.expire': ['requested', 'approved'],
  'rollback.begin-step': ['approved', ...running],
  'rollback.defer-step': ['approved', ...running],
  'rollback.repeat-step': running,
  'rollback.record-start': running,
  'rollback.record-progress': running,
  'rollback.finish-step': ['approved', ...running],
  'rollback.pass-gate': ['approved', 'executing', 'needs human'],
  'rollback.cancel': ['approved', 'executing', 'needs human'],
  'rollback.record-cancel': running,
  'rollback.compensate': ['failed', 'cancelled', 'not recovered', 'inconclusive'],
  'rollback.settle-step': ['needs human'],
  'rollback.record-readings': ['verifying'],
  'rollback.settle': ['needs human', 'inconclusive', 'not recovered'],
  'rollback.finish-care': [...running, 'verifying', ...ended],
  'rollback.take-care': ended,
  // Also while it is measured or undone once more: the reminders after that hang on this one.
  'rollback.remind-care': [...running, 'verifying', ...ended],
  'rollback.call-help': ['needs human', 'not recovered', 'inconclusive', 'failed'],
} as const satisfies Record<RollbackCommand['type'], readonly Rollback['status'][]>;

/** Is this command possible in this state? Rights are checked by `decide`. */
export const can = (command: RollbackCommand['type'], state: Rollback): boolean =>
  (allowed[command] as readonly string[]).includes(state.status);

/** Nothing else may roll back the same service and environment meanwhile; the store keeps a unique index over these. */
export const liveStatuses = [
  'approved',
  'executing',
  'compensating',
  'verifying',
  'needs human',
] as const satisfies readonly RollbackStatus[];

/** It ended, and something was done that may have to be put right. */
export const mayLeaveSomething = (state: KnownRollback): boolean =>
  state.startedAt !== undefined && (ended as readonly string[]).includes(state.status);

/** Statuses in which an incident cannot be resolved yet. */
export const isUnderWay = (state: KnownRollback): boolean =>
  state.status === 'requested' || (liveStatuses as readonly string[]).includes(state.status);

/** Ended without a success: the same can be asked for once more, which looks at everything afresh. */
const retriable = ['not recovered', 'inconclusive', 'failed', 'rejected', 'expired', 'drifted'] as const satisfies RollbackStatus[];
export const canRetry = ({ status }: Pick<KnownRollback, 'status'>): boolean => (retriable as readonly string[]).includes(status);

/** One of the commands, by its name. */
export type Of<T extends RollbackCommand['type']> = Extract<RollbackCommand, { type: T }>;
