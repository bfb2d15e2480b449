import type { Voter } from '../domain/policy.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import { can, currentStep, operationId, rollback } from '../domain/rollback.ts';
import { rollbackName } from '../domain/words.ts';
import type { Deps, Order, Run } from '../ports.ts';
import { ProviderError } from '../ports.ts';
import type { JobOutcome } from '../queue/job.ts';
import { defineJob } from '../queue/job.ts';
import { OfRollback } from './support/payload.ts';
import type { Step } from './support/step.ts';
import { finish, holdStep, nextTry, passes, progress, targetOf, untilText, waitFor } from './support/step.ts';

/** Starts the current step: intent first, then one call. After a crash it looks before it acts. */
export const runStep = defineJob<OfRollback, Deps>(
  { kind: 'rollback.run-step', queue: 'engine', urgent: true, payload: OfRollback },
  async ({ rollbackId }, deps, attempt) => {
    const stored = await deps.queries.rollback(rollbackId);
    if (!stored || !can('rollback.begin-step', stored.state)) return;
    const step: Step = { id: rollbackId, state: stored.state, index: currentStep(stored.state), attempt, deps };
    switch (stored.state.steps[step.index]?.status) {
      case 'pending':
        return intendThenStart(step);
      case 'intended':
        return lookThenStart(step);
      case 'started':
      case 'succeeded':
      case 'failed':
      case 'unknown':
      case undefined:
        return undefined;
    }
  },
  holdStep,
);

/** Re-checks what was approved, production and people side by side, writes down what is about to happen, and calls. */
async function intendThenStart(step: Step): Promise<JobOutcome> {
  const { id, state, index, attempt, deps } = step;
  const begin = { type: 'rollback.begin-step', step: index, by: 'warroom' } as const;
  const late = state.executeBy !== undefined && deps.now() >= state.executeBy;
  try {
    const seen = late ? { fingerprint: '', voters: [] } : await look(step);
    const { state: after } = await deps.execute(rollback, id, { ...begin, ...seen, at: deps.now() }, { fence: attempt });
    return after.steps[index]?.status === 'intended' ? await start(step) : undefined;
  } catch (error) {
    return settleProviderError(step, error);
  }
}

/** Production and the voters as they are just now. */
async function look({ state, index, deps }: Step): Promise<{ fingerprint: string; voters: Voter[] }> {
  const planned = state.plan.steps[index];
  if (planned === undefined) throw new Error(`${rollbackName(state.number)} has no step ${index + 1}`);
  const [fingerprint, voters] = await Promise.all([targetOf(state, deps).fingerprint(planned.from, planned.to), votersNow(state, deps)]);
  if (voters.some(({ standing }) => standing === 'unknown')) {
    throw new ProviderError('slack', 'unavailable', { message: 'Slack does not say whether the approvers are still members' });
  }
  return { fingerprint, voters };
}

async function votersNow(state: KnownRollback, { queries, voter }: Deps): Promise<Voter[]> {
  const stored = await queries.incident(state.incidentId);
  const context = { policy: state.policy, roles: stored?.state.roles ?? {} };
  return Promise.all(state.votes.map(({ user }) => voter(user, context)));
}

function orderOf({ id, state, index }: Step): Order {
  const to = state.plan.steps[index]?.to;
  if (to === undefined) throw new Error(`${rollbackName(state.number)} has no step ${index + 1}`);
  return { operationId: operationId(id, index), to, reason: state.reason };
}

/** The call itself. Whoever lost the job meanwhile, or may have while it stood still, stops here: the last check before the wire. */
async function start(step: Step): Promise<JobOutcome> {
  step.attempt.assertMine();
  try {
    await recordStart(step, await targetOf(step.state, step.deps).start(orderOf(step), step.attempt.signal));
    return undefined;
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'unknown') return waitFor(step, error);
    return settleProviderError(step, error);
  }
}

/** A passing no is tried again, everything checked afresh; a definite no ends the rollback. Neither has touched production. */
async function settleProviderError(step: Step, error: unknown): Promise<JobOutcome> {
  if (!(error instanceof ProviderError)) throw error;
  if (!passes(error)) return finish(step, 'failed', error.message);
  const { id, index, attempt, deps } = step;
  const at = nextTry(step, error);
  const command = { type: 'rollback.defer-step', step: index, message: untilText(error, at), by: 'warroom', at: deps.now() } as const;
  await deps.execute(rollback, id, command, { fence: attempt });
  return { again: at };
}

/** A step whose outcome is not known is looked for until it would have shown; only then, if it is safe, it is started again. */
async function lookThenStart(step: Step): Promise<JobOutcome> {
  const { state, index, deps } = step;
  const { effect, find } = targetOf(state, deps);
  if (effect === 'manual')
    return finish(step, 'unknown', 'a worker stopped in the middle of this step, and this provider cannot tell whether it ran');
  if (effect === 'desired-state' || effect === 'keyed') return start(step);
  try {
    const run = await find(orderOf(step));
    if (run) {
      await recordStart(step, run);
      return undefined;
    }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (!passes(error)) return finish(step, 'unknown', error.message); // whether it ran only a person can find out now
    return waitFor(step, error);
  }
  const { startedAt = 0, repeatedAt = 0 } = state.steps[index] ?? {};
  const settled = Math.max(startedAt, repeatedAt) + deps.settleMs;
  if (deps.now() >= settled) return startAgain(step);
  await progress(step, 'making sure that the first try started no run, before it is started again');
  return { again: Math.min(settled, deps.now() + 2000) };
}

async function startAgain(step: Step): Promise<JobOutcome> {
  const { id, index, attempt, deps } = step;
  await deps.execute(rollback, id, { type: 'rollback.repeat-step', step: index, by: 'warroom', at: deps.now() }, { fence: attempt });
  return start(step);
}

const recordStart = async ({ id, index, attempt, deps }: Step, { ref, url }: Run): Promise<void> => {
  const command = {
    type: 'rollback.record-start',
    step: index,
    ref,
    ...(url === undefined ? {} : { url }),
    by: 'warroom',
    at: deps.now(),
  } as const;
  await deps.execute(rollback, id, command, { fence: attempt });
};
