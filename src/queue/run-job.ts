import { Refusal } from '../domain/refusal.ts';
import type { JobKind } from '../domain/job.ts';
import type { ClaimedJob, Log, Outbox, StoredJob } from '../ports.ts';
import { ChatError, ProviderError } from '../ports.ts';
import type { JobDefinition, JobOutcome, Try } from './job.ts';

export interface Runner<Deps> {
  outbox: Outbox;
  jobs: ReadonlyMap<JobKind, JobDefinition<Deps>>;
  deps: Deps;
  now: () => number;
  leaseMs: number;
  log: Log;
  onEnd: (kind: JobKind, end: 'done' | 'again' | 'failed' | 'parked', ms: number) => void;
}

/** A job that fails for a reason we do not know is tried this often, over about a quarter of an hour. */
const maxAttempts = 20;

/**
 * A job during which workers died this often is likely what kills them. Not fewer: whatever else a worker had in hand dies with it and
 * is counted too, and a rollback must not be given up because it was often in bad company.
 */
const maxCrashes = 10;

/** When what waits for a job cannot be told that it is given up, that is tried this often before it is given up all the same. */
const maxTellings = 2 * maxAttempts;

/** Claims a job, runs it, and writes how it ended. @returns the jobs to wake next; nothing when it was not this worker's turn. */
export async function runJob<Deps>(runner: Runner<Deps>, jobId: string): Promise<StoredJob[]> {
  const startedAt = performance.now();
  const claimed = await runner.outbox.claim(jobId, runner.now());
  if (claimed === undefined) return [];

  const lease = keepLease(runner, claimed, startedAt);
  const report = (end: Ended['end']): void => runner.onEnd(claimed.kind, end, performance.now() - startedAt);
  try {
    const outcome = await runClaimed(runner, claimed, lease);
    await lease.stop();
    return ended({ next: await settle(runner, claimed, outcome), end: outcome ? 'again' : 'done' }, report);
  } catch (error) {
    await lease.stop();
    return ended(await settleFailure(runner, claimed, error), report);
  }
}

/** Thrown instead of running a job once more. */
class Poison extends Error {}

function runClaimed<Deps>({ jobs, deps }: Runner<Deps>, claimed: ClaimedJob, { signal, assertMine }: Lease): Promise<JobOutcome> {
  const job = jobs.get(claimed.kind);
  if (job === undefined) throw new Error(`no processor for ${claimed.kind}: an older version of Warroom leaves it to a newer one`);
  const crashes = claimed.claims - claimed.attempts;
  if (crashes >= maxCrashes) throw new Poison(`${crashes} workers ended in the middle of it`);
  const attempt: Try = { ...claimed, signal, assertMine, maybeDone: claimed.claims > 0 };
  return job.run(claimed.payload, deps, attempt);
}

interface Ended {
  next: StoredJob | undefined;
  end: 'done' | 'again' | 'failed' | 'parked';
}

function ended({ next, end }: Ended, report: (end: Ended['end']) => void): StoredJob[] {
  report(end);
  return next === undefined ? [] : [next];
}

function settle<Deps>({ outbox }: Runner<Deps>, claimed: ClaimedJob, outcome: JobOutcome): Promise<StoredJob | undefined> {
  if (outcome === undefined) return outbox.finish(claimed);
  const { again, ...why } = outcome;
  return outbox.again(claimed, again, why);
}

async function settleFailure<Deps>(runner: Runner<Deps>, claimed: ClaimedJob, error: unknown): Promise<Ended> {
  const { outbox, log, now } = runner;
  const about = { jobId: claimed.jobId, kind: claimed.kind, payload: claimed.payload, attempts: claimed.attempts, err: error };
  if (error instanceof Refusal) {
    log.info(about, 'job refused: settled meanwhile');
    return { next: await outbox.finish(claimed), end: 'done' };
  }
  const reason = error instanceof Error ? error.message : String(error);
  if (isFinal(error) || (claimed.attempts + 1 >= maxAttempts && !isSlackSilent(error))) {
    log.error(about, 'job given up');
    const isTold = await giveUp(runner, claimed, reason);
    if (isTold || claimed.attempts + 1 >= maxTellings) return { next: await outbox.park(claimed, reason), end: 'parked' };
    return { next: await outbox.again(claimed, now() + waitMs(error, claimed.attempts), { failure: reason }), end: 'failed' };
  }
  log.warn(about, 'job failed, will be tried again');
  return { next: await outbox.again(claimed, now() + waitMs(error, claimed.attempts), { failure: reason }), end: 'failed' };
}

/** Whatever waits for the job is told: a rollback would else look busy for ever. @returns whether that worked; the log has both reasons */
async function giveUp<Deps>({ jobs, deps, log }: Runner<Deps>, claimed: ClaimedJob, reason: string): Promise<boolean> {
  const { jobId, kind, token, payload } = claimed;
  try {
    await jobs.get(kind)?.giveUp(payload, deps, { jobId, token, reason: `given up: ${reason}` });
    return true;
  } catch (error) {
    log.error({ jobId, kind, payload, err: error }, 'what waits for a job that was given up could not be told');
    return false;
  }
}

const isFinal = (error: unknown): boolean =>
  error instanceof Poison ||
  (error instanceof ChatError && error.kind === 'final') ||
  (error instanceof ProviderError && ['refused', 'not_found'].includes(error.kind));

/** However long Slack is away: what happened meanwhile is told when it is back. */
const isSlackSilent = (error: unknown): boolean => error instanceof ChatError && error.kind === 'again';

/** What the other side asked for, else exponential with full jitter, at most a minute. */
function waitMs(error: unknown, attempts: number): number {
  const asked = error instanceof ChatError || error instanceof ProviderError ? error.retryAfterMs : undefined;
  return Math.round(asked ?? Math.random() * Math.min(60_000, 500 * 2 ** attempts));
}

interface Lease {
  signal: AbortSignal;
  assertMine: () => void;
  /** Resolves when no renewal is under way any more: one that came after the job's end would keep it from running again. */
  stop: () => Promise<void>;
}

/**
 * Renews the lease while the job runs. When somebody else has the job, or the lease ran out by our own clock (we stood still, or the
 * database did not answer), the job is told to stop, and nothing it writes counts any more.
 */
function keepLease<Deps>({ outbox, leaseMs, log }: Runner<Deps>, claimed: ClaimedJob, claimedAt: number): Lease {
  const lost = new AbortController();
  let until = claimedAt + leaseMs;
  let renewal: Promise<void> | undefined;
  const look = (held: boolean): void => {
    if (!held || performance.now() >= until) lost.abort(new Error('this worker lost the job'));
  };
  const renew = async (): Promise<void> => {
    const askedAt = performance.now();
    try {
      const held = await outbox.renew(claimed);
      if (held) until = askedAt + leaseMs;
      look(held);
    } catch (error) {
      log.warn({ jobId: claimed.jobId, err: error }, 'lease not renewed');
      look(true); // the database may be back before the lease ends
    }
  };
  const timer = setInterval(() => {
    renewal ??= renew().finally(() => (renewal = undefined));
  }, leaseMs / 3);
  return {
    signal: lost.signal,
    assertMine: () => {
      look(true);
      lost.signal.throwIfAborted();
    },
    stop: async () => {
      clearInterval(timer);
      await renewal;
    },
  };
}
