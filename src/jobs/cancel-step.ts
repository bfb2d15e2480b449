import type { Deps } from '../ports.ts';
import { ProviderError } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import { OfStep } from './support/payload.ts';
import { passes, progress, readStep, targetOf, waitFor } from './support/step.ts';

/** Asks the provider to stop a run that was called off. Where it cannot, the run goes on to its own end and the card says so. */
export const cancelStep = defineJob<OfStep, Deps>(
  { kind: 'rollback.cancel-step', queue: 'engine', urgent: true, payload: OfStep },
  async (payload, deps, attempt) => {
    const step = await readStep(payload, deps, attempt);
    if (step?.run.status !== 'started' || step.run.ref === undefined) return;
    const target = targetOf(step);
    if (target.capabilities.cancel === 'no') return progress(step, 'this cannot be stopped half-way; it runs to its end');
    try {
      const { accepted, note } = await target.cancel({ ref: step.run.ref });
      if (!accepted) return await progress(step, note ?? 'it could not be stopped; it runs to its end');
      await progress(step, 'the provider was told to stop it');
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      if (passes(error)) return waitFor(step, error);
      return progress(step, `it could not be stopped: ${error.message}; it runs to its end`);
    }
  },
);
