import type { z } from 'zod';
import type { JobKind } from '../domain/job.ts';
import type { ClaimedJob, Fence } from '../ports.ts';

/** What a job ends in: done, or the time (epoch milliseconds) at which it wants to run again, and how soon if there is news for it. */
export type JobOutcome = { again: number; soonest?: number } | undefined;

/** The try at hand. `signal` fires when this worker has lost the job; every outside call should get it. */
export interface Try extends ClaimedJob {
  signal: AbortSignal;
  /** Throws when this worker cannot be sure any more that the job is its own, be it that it just stood still. Call it right before an effect. */
  assertMine: () => void;
  /** True when an earlier try of this job may have reached the outside. */
  maybeDone: boolean;
}

/** A job that is not tried again, and why. */
export interface GivenUp extends Fence {
  reason: string;
}

export interface JobDefinition<Deps> {
  kind: JobKind;
  /** Rollbacks have their own queue: a Slack that hangs cannot hold them up. */
  queue: QueueName;
  /** Before other jobs of its queue: approvals and new rooms. */
  urgent: boolean;
  run: (payload: unknown, deps: Deps, attempt: Try) => Promise<JobOutcome>;
  /** What is written down when the job is given up, for jobs that something waits for. */
  giveUp: (payload: unknown, deps: Deps, attempt: GivenUp) => Promise<void>;
}

export const queueNames = ['engine', 'slack'] as const;
export type QueueName = (typeof queueNames)[number];

interface Spec<Payload> {
  kind: JobKind;
  queue: QueueName;
  urgent?: boolean;
  payload: z.ZodType<Payload>;
}

/** One processor: ids in, current state read, outside calls, one `execute` with what was seen. Safe to run twice. */
export function defineJob<Payload, Deps>(
  { kind, queue, urgent = false, payload }: Spec<Payload>,
  run: (payload: Payload, deps: Deps, attempt: Try) => Promise<JobOutcome | void>,
  giveUp?: (payload: Payload, deps: Deps, attempt: GivenUp) => Promise<void>,
): JobDefinition<Deps> {
  return {
    kind,
    queue,
    urgent,
    run: async (raw, deps, attempt) => (await run(payload.parse(raw), deps, attempt)) ?? undefined,
    giveUp: async (raw, deps, attempt) => giveUp?.(payload.parse(raw), deps, attempt),
  };
}
