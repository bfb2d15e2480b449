import { setTimeout as sleep } from 'node:timers/promises';
import { can, rollback } from '../domain/rollback.ts';
import type { Deps, Run } from '../ports.ts';
import { ProviderError } from '../ports.ts';
import type { JobOutcome } from '../queue/job.ts';
import { defineJob } from '../queue/job.ts';
import { providerName } from '../views/words.ts';
import { OfStep } from './support/payload.ts';
import type { Step } from './support/step.ts';
import { finish, holdStep, orderOf, passes, progress, readStep, targetOf, waitFor } from './support/step.ts';

/** A run of a moment ago is not everywhere at its provider yet: only later does not being there say something. */
const appearsWithinMs = 30_000;

/** Looks at the run until it ends. What it says is shown; whether production is well, verification decides. */
export const watchStep = defineJob<OfStep, Deps>(
  { kind: 'rollback.watch-step', queue: 'engine', payload: OfStep },
  async (payload, deps, attempt) => {
    const step = await readStep(payload, deps, attempt);
    if (!step || !can('rollback.finish-step', step.state)) return;
    const { run, planned } = step;
    if (run.status !== 'started' || run.ref === undefined) return;
    if (deps.now() - (run.startedAt ?? 0) > planned.timeoutMs) {
      return finish(step, 'unknown', `the run shows no end after ${Math.round(planned.timeoutMs / 60_000)} minutes`);
    }
    try {
      return await observe(step, { ref: run.ref, ...(run.url === undefined ? {} : { url: run.url }) });
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      if (!passes(error)) return finish(step, 'unknown', error.message);
      return waitFor(step, error);
    }
  },
  holdStep,
);

async function observe(step: Step, run: Run): Promise<JobOutcome> {
  const { state, message, nextLookMs } = await targetOf(step).observe(run, orderOf(step));
  switch (state) {
    case 'waiting':
    case 'running':
      return lookAgain(step, { message, nextLookMs });
    case 'unknown':
      if (step.deps.now() - (step.run.startedAt ?? 0) < appearsWithinMs) return lookAgain(step, { message, nextLookMs });
      return finish(step, state, message);
    case 'failed':
      return step.state.cancelledBy === undefined || step.place.back ? finish(step, state, message) : recordCancel(step);
    case 'succeeded':
      return confirm(step, { message, nextLookMs });
  }
}

/** Whoever knows the secret of a webhook can make us look, and no more often than this. */
const looksApartMs = 1000;

async function lookAgain(step: Step, { message, nextLookMs }: { message: string; nextLookMs: number }): Promise<JobOutcome> {
  await progress(step, message);
  const now = step.deps.now();
  return { again: now + nextLookMs, soonest: now + looksApartMs };
}

/** How often production is read before a run that ended well is doubted: what it did may show a moment later. */
const looks = 5;

/** What a provider says of its run is not enough: the version it was to bring must be the one that is read back. */
async function confirm(step: Step, { message, nextLookMs }: { message: string; nextLookMs: number }): Promise<JobOutcome> {
  const { to } = orderOf(step);
  const target = targetOf(step);
  for (let look = 1; ; look += 1) {
    const now = await target.effective();
    if (now === undefined || now.id === to.id) return finish(step, 'succeeded', message); // where nothing can be read, only verification tells
    if (look === looks)
      return finish(
        step,
        'unknown',
        `${providerName(step.planned.provider)} says it is done, but ${now.label} is in effect, not ${to.label}`,
      );
    await sleep(nextLookMs, undefined, { signal: step.attempt.signal });
  }
}

/** A run that ends badly after it was called off was stopped. */
async function recordCancel({ id, place, attempt, deps }: Step): Promise<undefined> {
  await deps.execute(rollback, id, { type: 'rollback.record-cancel', ...place, by: 'warroom', at: deps.now() }, { fence: attempt });
}
