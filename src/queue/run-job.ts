import { Refusal } from '../domain/refusal.ts';
import type { JobKind } from '../domain/react.ts';
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

/** Claims a job, runs it, and writes how it ended. @returns the jobs to wake next; nothing when it was not this worker's turn. */
export async function runJob<Deps>(runner: Runner<Deps>, jobId: string): Promise<StoredJob[]> {
  const claimed = await runner.outbox.claim(jobId, runner.now());
  if (claimed === undefined) return [];

  const startedAt = performance.now();
  const job = runner.jobs.get(claimed.kind);
  const lease = keepLease(runner, claimed);
  const attempt: Try = { ...claimed, signal: lease.signal, maybeDone: claimed.claims > 0 };
  try {
    if (job === undefined) throw new Error(`no processor for ${claimed.kind}: an older version of Warroom leaves it to a newer one`);
    const outcome = await job.run(claimed.payload, runner.deps, attempt);
    return ended(await settle(runner, claimed, outcome), () =>
      runner.onEnd(claimed.kind, outcome ? 'again' : 'done', performance.now() - startedAt),
    );
  } catch (error) {
    const { next, end } = await settleFailure(runner, claimed, error);
    return ended(next, () => runner.onEnd(claimed.kind, end, performance.now() - startedAt));
  } finally {
    lease.stop();
  }
}

function ended(next: StoredJob | undefined, report: () => void): StoredJob[] {
  report();
  return next === undefined ? [] : [next];
}

function settle<Deps>({ outbox }: Runner<Deps>, claimed: ClaimedJob, outcome: JobOutcome): Promise<StoredJob | undefined> {
  return outcome === undefined ? outbox.finish(claimed) : outbox.again(claimed, outcome.again);
}

interface Failure {
  next: StoredJob | undefined;
  end: 'done' | 'failed' | 'parked';
}

async function settleFailure<Deps>({ outbox, log, now }: Runner<Deps>, claimed: ClaimedJob, error: unknown): Promise<Failure> {
  const about = { jobId: claimed.jobId, kind: claimed.kind, payload: claimed.payload, attempts: claimed.attempts, err: error };
  if (error instanceof Refusal) {
    log.info(about, 'job refused: settled meanwhile');
    return { next: await outbox.finish(claimed), end: 'done' };
  }
  const reason = error instanceof Error ? error.message : String(error);
  if (isFinal(error) || claimed.attempts + 1 >= maxAttempts) {
    log.error(about, 'job given up');
    return { next: await outbox.park(claimed, reason), end: 'parked' };
  }
  log.warn(about, 'job failed, will be tried again');
  return { next: await outbox.again(claimed, now() + waitMs(error, claimed.attempts), reason), end: 'failed' };
}

const isFinal = (error: unknown): boolean =>
  (error instanceof ChatError && error.kind === 'final') ||
  (error instanceof ProviderError && ['refused', 'not_found'].includes(error.kind));

/** What the other side asked for, else exponential with full jitter, at most a minute. */
function waitMs(error: unknown, attempts: number): number {
  const asked = error instanceof ChatError || error instanceof ProviderError ? error.retryAfterMs : undefined;
  return asked ?? Math.random() * Math.min(60_000, 500 * 2 ** attempts);
}

/** Renews the lease while the job runs; when that fails the job is told to stop, and nothing it writes counts any more. */
function keepLease<Deps>({ outbox, leaseMs, log }: Runner<Deps>, claimed: ClaimedJob): { signal: AbortSignal; stop: () => void } {
  const lost = new AbortController();
  const renew = async (): Promise<void> => {
    const held = await outbox.renew(claimed).catch((error: unknown) => {
      log.warn({ jobId: claimed.jobId, err: error }, 'lease not renewed');
      return true; // the database may be back before the lease ends; writes are fenced either way
    });
    if (!held) lost.abort(new Error('another worker took this job over'));
  };
  const timer = setInterval(() => void renew(), leaseMs / 3);
  return { signal: lost.signal, stop: () => clearInterval(timer) };
}
