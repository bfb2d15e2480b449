import type { z } from 'zod';
import type { JobKind } from '../domain/react.ts';
import type { ClaimedJob } from '../ports.ts';

/** What a job ends in: done, or the time (epoch milliseconds) at which it wants to run again. */
export type JobOutcome = { again: number } | undefined;

/** The try at hand. `signal` fires when this worker has lost the job; every outside call should get it. */
export interface Try extends ClaimedJob {
  signal: AbortSignal;
  /** True when an earlier try of this job may have reached the outside. */
  maybeDone: boolean;
}

export interface JobDefinition<Deps> {
  kind: JobKind;
  /** Rollbacks have their own queue: a Slack that hangs cannot hold them up. */
  queue: QueueName;
  /** Before other jobs of its queue: approvals and new rooms. */
  urgent: boolean;
  run: (payload: unknown, deps: Deps, attempt: Try) => Promise<JobOutcome>;
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
): JobDefinition<Deps> {
  return { kind, queue, urgent, run: async (raw, deps, attempt) => (await run(payload.parse(raw), deps, attempt)) ?? undefined };
}
