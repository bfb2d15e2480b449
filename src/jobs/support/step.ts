import type { Step as PlannedStep } from '../../domain/plan.ts';
import type { KnownRollback, Place, StepRun } from '../../domain/rollback.ts';
import { operationId, rollback, runOf } from '../../domain/rollback.ts';
import type { Deps, Fence, Order, ProviderError, RollbackTarget } from '../../ports.ts';
import type { GivenUp, JobOutcome, Try } from '../../queue/job.ts';
import { providerName } from '../../views/words.ts';
import type { OfStep } from './payload.ts';

/** What starting a step, watching it and calling it off have in common: everything that a call about the run at hand needs. */
export interface Step {
  id: string;
  place: Place;
  state: KnownRollback;
  planned: PlannedStep;
  run: StepRun;
  attempt: Try;
  deps: Deps;
}

/** The run a job is about, as it stands now; nothing when there is none. */
export async function readStep({ rollbackId: id, step, back }: OfStep, deps: Deps, attempt: Try): Promise<Step | undefined> {
  const stored = await deps.queries.rollback(id);
  const place: Place = { step, ...(back ? { back } : {}) };
  const run = stored && runOf(stored.state, place);
  const planned = stored?.state.plan.steps[step];
  return run && planned ? { id, place, state: stored.state, planned, run, attempt, deps } : undefined;
}

/** The provider of the step, bound to its target. @throws ProviderError when it was taken out of the configuration meanwhile */
export const targetOf = ({ planned, deps }: Step): RollbackTarget => deps.open(planned.provider, planned.target);

/** Forth to the planned version, or back to the one before. */
export function orderOf({ id, place, planned, run, state }: Step): Order {
  const to = place.back ? planned.from : planned.to;
  return { operationId: operationId(id, place, run.round), to, reason: place.back ? `undo: ${state.reason}` : state.reason };
}

/** Worth waiting for; everything else is a definite no. */
export const passes = ({ kind }: ProviderError): boolean => kind === 'rate_limited' || kind === 'unavailable';

/** Writes down how the step is doing; the card shows it. */
export async function progress({ id, place, attempt, deps }: Step, message: string): Promise<void> {
  const command = { type: 'rollback.record-progress', ...place, message, by: 'warroom', at: deps.now() } as const;
  await deps.execute(rollback, id, command, { fence: attempt });
}

/** Writes down that the step has certainly not started, and what it waits for. */
export async function defer({ id, place, attempt, deps }: Step, message: string): Promise<void> {
  const command = { type: 'rollback.defer-step', ...place, message, by: 'warroom', at: deps.now() } as const;
  await deps.execute(rollback, id, command, { fence: attempt });
}

/** Writes down how the step ended. */
export async function finish(
  { id, place, attempt, deps }: Pick<Step, 'id' | 'place' | 'deps'> & { attempt: Fence },
  outcome: 'succeeded' | 'failed' | 'unknown',
  reason: string,
): Promise<undefined> {
  const command = { type: 'rollback.finish-step', ...place, outcome, reason, by: 'warroom', at: deps.now() } as const;
  await deps.execute(rollback, id, command, { fence: attempt });
}

/** When a step's job is given up, the rollback must not look busy for ever: it ends, or a person has to look. */
export async function holdStep({ rollbackId: id, step, back }: OfStep, deps: Deps, { reason, ...attempt }: GivenUp): Promise<void> {
  const stored = await deps.queries.rollback(id);
  if (!stored) return;
  const place: Place = { step, ...(back ? { back } : {}) };
  const untouched = runOf(stored.state, place)?.status === 'pending';
  await finish({ id, place, attempt, deps }, untouched ? 'failed' : 'unknown', reason);
}

const patienceMs = 5000;

/** Says on the card what is waited for and until when. */
export async function waitFor(step: Step, error: ProviderError): Promise<JobOutcome> {
  const at = nextTry(step, error);
  step.deps.log.warn({ rollbackId: step.id, ...step.place, err: error }, 'step waits for its provider');
  await progress(step, untilText(error, at));
  return { again: at };
}

/** When to ask again: what the provider asked for, else soon. */
export const nextTry = ({ deps }: Step, { kind, retryAfterMs }: ProviderError): number =>
  deps.now() + (retryAfterMs ?? (kind === 'unknown' ? 2000 : patienceMs));

/** Whom the step waits for and until when, then what that one said. */
export const untilText = ({ kind, provider, message }: ProviderError, at: number): string => {
  const time = `${new Date(at).toISOString().slice(11, 19)} UTC`;
  const until = kind === 'unknown' ? `next look ${time}, before anything is started again` : `next try ${time}`;
  return `waiting for ${providerName(provider)}, ${until}: ${message.replace(`${provider}: `, '')}`;
};
