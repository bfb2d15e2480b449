import type { KnownRollback } from '../../domain/rollback.ts';
import { currentStep, rollback } from '../../domain/rollback.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Deps, Fence, RollbackTarget } from '../../ports.ts';
import { ProviderError } from '../../ports.ts';
import type { GivenUp, JobOutcome, Try } from '../../queue/job.ts';
import type { OfRollback } from './payload.ts';

/** What starting a step and watching it have in common: everything that a call about the step at hand needs. */
export interface Step {
  id: string;
  state: KnownRollback;
  index: number;
  attempt: Try;
  deps: Deps;
}

/** The provider of the plan's service and environment. @throws ProviderError when it was taken out of the configuration meanwhile */
export function targetOf({ plan }: KnownRollback, deps: Deps): RollbackTarget {
  try {
    return deps.target(plan.service, plan.environment);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new ProviderError('configuration', 'not_found', { message: error.message, cause: error });
  }
}

/** Worth waiting for; everything else is a definite no. */
export const passes = ({ kind }: ProviderError): boolean => kind === 'rate_limited' || kind === 'unavailable';

/** Writes down how the step is doing; the card shows it. */
export async function progress({ id, index, attempt, deps }: Step, message: string): Promise<void> {
  const command = { type: 'rollback.record-progress', step: index, message, by: 'warroom', at: deps.now() } as const;
  await deps.execute(rollback, id, command, { fence: attempt });
}

/** Writes down how the step ended. */
export async function finish(
  { id, index, attempt, deps }: Pick<Step, 'id' | 'index' | 'deps'> & { attempt: Fence },
  outcome: 'succeeded' | 'failed' | 'unknown',
  reason: string,
): Promise<undefined> {
  const command = { type: 'rollback.finish-step', step: index, outcome, reason, by: 'warroom', at: deps.now() } as const;
  await deps.execute(rollback, id, command, { fence: attempt });
}

/** When a step's job is given up, the rollback must not look busy for ever: it ends, or a person has to look. */
export async function holdStep({ rollbackId: id }: OfRollback, deps: Deps, { reason, ...attempt }: GivenUp): Promise<void> {
  const stored = await deps.queries.rollback(id);
  if (!stored) return;
  const index = currentStep(stored.state);
  const untouched = stored.state.steps[index]?.status === 'pending';
  await finish({ id, index, attempt, deps }, untouched ? 'failed' : 'unknown', reason);
}

const patienceMs = 5000;

/** Says on the card what is waited for and until when. */
export async function waitFor(step: Step, error: ProviderError): Promise<JobOutcome> {
  const at = nextTry(step, error);
  step.deps.log.warn({ rollbackId: step.id, step: step.index, err: error }, 'step waits for its provider');
  await progress(step, untilText(error, at));
  return { again: at };
}

/** When to ask again: what the provider asked for, else soon. */
export const nextTry = ({ deps }: Step, { kind, retryAfterMs }: ProviderError): number =>
  deps.now() + (retryAfterMs ?? (kind === 'unknown' ? 2000 : patienceMs));

/** What the provider said, and when it is asked again. */
export const untilText = ({ kind, message }: ProviderError, at: number): string => {
  const next = kind === 'unknown' ? 'it is looked for before anything is started again, next look' : 'next try';
  return `${message}; ${next} ${new Date(at).toISOString().slice(11, 19)} UTC`;
};
