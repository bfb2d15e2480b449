import { currentStep } from '../domain/rollback.ts';
import type { Deps, Run } from '../ports.ts';
import { ProviderError } from '../ports.ts';
import type { JobOutcome } from '../queue/job.ts';
import { defineJob } from '../queue/job.ts';
import { OfRollback } from './support/payload.ts';
import type { Step } from './support/step.ts';
import { finish, holdStep, passes, progress, targetOf, waitFor } from './support/step.ts';

/** A run that shows no end for this long needs a person. */
const longestRunMs = 30 * 60_000;

/** A run of a moment ago is not everywhere at its provider yet: only later does not being there say something. */
const appearsWithinMs = 30_000;

/** Looks at the run until it ends. What it says is shown; whether production is well, verification decides. */
export const watchStep = defineJob<OfRollback, Deps>(
  { kind: 'rollback.watch-step', queue: 'engine', payload: OfRollback },
  async ({ rollbackId }, deps, attempt) => {
    const stored = await deps.queries.rollback(rollbackId);
    if (!stored || stored.state.status !== 'executing') return;
    const step: Step = { id: rollbackId, state: stored.state, index: currentStep(stored.state), attempt, deps };
    const run = stored.state.steps[step.index];
    if (run?.status !== 'started' || run.ref === undefined) return;
    if (deps.now() - (run.startedAt ?? 0) > longestRunMs) return finish(step, 'unknown', 'the run shows no end after 30 minutes');
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
  const { state, message, nextLookMs } = await targetOf(step.state, step.deps).observe(run);
  switch (state) {
    case 'waiting':
    case 'running':
      await progress(step, message);
      return { again: step.deps.now() + nextLookMs };
    case 'unknown':
      if (step.deps.now() - (step.state.steps[step.index]?.startedAt ?? 0) < appearsWithinMs) {
        await progress(step, message);
        return { again: step.deps.now() + nextLookMs };
      }
      return finish(step, state, message);
    case 'succeeded':
    case 'failed':
      return finish(step, state, message);
  }
}
