import { changesData, isDelicate } from '../domain/plan.ts';
import type { Voter } from '../domain/policy.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import { can, rollback, runnable, runOf } from '../domain/rollback.ts';
import { lostVotes } from '../domain/rollback-approval.ts';
import { isHalted, isTurnOf, isUntouched } from '../domain/rollback-flow.ts';
import type { Deps, KnownVoter, Run } from '../ports.ts';
import { ProviderError } from '../ports.ts';
import type { JobOutcome } from '../queue/job.ts';
import { defineJob } from '../queue/job.ts';
import { closedGate } from './support/gate.ts';
import { OfStep } from './support/payload.ts';
import type { Step } from './support/step.ts';
import { defer, finish, holdStep, nextTry, orderOf, passes, progress, readStep, targetOf, untilText, waitFor } from './support/step.ts';

/** Starts a step, or the run that undoes it: intent first, then one call. After a crash it looks before it acts. */
export const runStep = defineJob<OfStep, Deps>(
  { kind: 'rollback.run-step', queue: 'engine', urgent: true, payload: OfStep },
  async (payload, deps, attempt) => {
    const step = await readStep(payload, deps, attempt);
    if (!step || !can('rollback.begin-step', step.state)) return;
    switch (step.run.status) {
      case 'pending':
        return passOrStart(step);
      case 'intended':
        return lookThenStart(step);
      case 'started':
      case 'succeeded':
      case 'failed':
      case 'unknown':
      case 'skipped':
      case 'cancelled':
        return undefined;
    }
  },
  holdStep,
);

async function passOrStart(step: Step): Promise<JobOutcome> {
  if (!step.place.back && !runnable(step.state).includes(step.place.step)) return undefined; // halted, or its turn comes with its own job
  const closed = await closedGate(step);
  return closed === undefined ? intendThenStart(step) : closed.look;
}

/** Re-checks what was approved, production and people side by side, writes down what is about to happen, and calls. */
async function intendThenStart(step: Step): Promise<JobOutcome> {
  const { id, place, state, attempt, deps } = step;
  const begin = { type: 'rollback.begin-step', ...place, planHash: state.planHash, by: 'warroom' } as const;
  const late = isUntouched(state) && state.executeBy !== undefined && deps.now() >= state.executeBy;
  try {
    const other = place.back ? await shippedSince(step) : undefined;
    if (other !== undefined) return await finish(step, 'failed', other);
    const seen = late || place.back ? { fingerprint: '', voters: [] } : await look(step);
    const { state: after, changed } = await deps.execute(rollback, id, { ...begin, ...seen, at: deps.now() }, { fence: attempt });
    if (runOf(after, place)?.status === 'intended') return await start(step);
    // Something changed while we looked, and it may begin all the same: we look again.
    return !changed && can('rollback.begin-step', after) && isTurnOf(after, place) ? { again: deps.now() } : undefined;
  } catch (error) {
    return settleProviderError(step, error);
  }
}

/** What is undone is what the plan did: whatever somebody shipped after it is not overwritten. Procedures look at each row themselves. */
async function shippedSince(step: Step): Promise<string | undefined> {
  const { from, to } = step.planned;
  if (changesData(step.planned)) return undefined;
  const now = await targetOf(step).effective();
  if (now === undefined || now.id === to.id || now.id === from.id) return undefined;
  return `production changed since: ${now.label} is in effect, neither ${to.label} nor ${from.label}`;
}

/** Production and the voters as they are just now. */
async function look(step: Step): Promise<{ fingerprint: string; voters: Voter[] }> {
  const { state, deps } = step;
  // Once production is touched, who approved is asked no more: stopping half-way would be worse than going on.
  const voters = isUntouched(state) ? votersNow(state, deps) : [];
  const [fingerprint, known] = await Promise.all([fingerprintNow(step), voters]);
  const lost = lostVotes(state, known);
  // What Slack did not say voids nothing.
  const unsure = known.find(
    ({ user, standing, silence, unsaid }) =>
      silence !== undefined || standing === 'unknown' || (unsaid !== undefined && lost.includes(user)),
  );
  if (unsure) {
    const said = unsure.silence?.why ?? unsure.unsaid;
    const why = said === undefined ? '' : `, ${said}`;
    throw new ProviderError('slack', 'unavailable', { message: `Slack does not say whether the approvers are still members${why}` });
  }
  return { fingerprint, voters: known };
}

/** Where a person has a step run again, its own first try may have worked after all: that is no change by somebody else. */
async function fingerprintNow(step: Step): Promise<string> {
  const { planned, run } = step;
  const target = targetOf(step);
  if ((run.round ?? 0) > 0 && (await target.effective())?.id === planned.to.id) return planned.fingerprint;
  return target.fingerprint(planned.from, planned.to);
}

async function votersNow(state: KnownRollback, { queries, voter }: Deps): Promise<KnownVoter[]> {
  const stored = await queries.incident(state.incidentId);
  const about = { policy: state.policy, roles: stored?.state.roles ?? {} };
  // Whoever broke the glass stands for it alone, also on a day on which Slack says nothing.
  const users = state.glass === undefined ? state.votes.map(({ user }) => user) : [state.glass.by];
  const memory = state.glass !== undefined ? 'any' : isDelicate(state.plan) ? 'none' : 'recent';
  const context = { ...about, memory } as const;
  return Promise.all(users.map((user) => voter(user, context)));
}

/** The call itself. Whoever lost the job meanwhile, or may have while it stood still, stops here: the last check before the wire. */
async function start(step: Step): Promise<JobOutcome> {
  step.attempt.assertMine();
  try {
    await recordStart(step, await targetOf(step).start(orderOf(step), step.attempt.signal));
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
  const at = nextTry(step, error);
  await defer(step, untilText(error, at));
  return { again: at };
}

/** A step whose outcome is not known is looked for until it would have shown; only then, if it is safe, it is started again. */
async function lookThenStart(step: Step): Promise<JobOutcome> {
  const { run: before, deps, place, state } = step;
  const { effect, find } = targetOf(step);
  if (effect === 'manual')
    return finish(step, 'unknown', 'a worker stopped in the middle of this step, and this provider cannot tell whether it ran');
  // Where starting twice does no harm it is done at once; but nothing is started any more after somebody called it off.
  const isCalledOff = !place.back && isHalted(state);
  if ((effect === 'desired-state' || effect === 'keyed') && !isCalledOff) return start(step);
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
  const { startedAt = 0, repeatedAt = 0 } = before;
  const settled = Math.max(startedAt, repeatedAt) + deps.settleMs;
  if (deps.now() >= settled) {
    if (isCalledOff) return defer(step, 'it had not begun when the rollback was stopped').then(() => undefined);
    return startAgain(step);
  }
  await progress(step, 'making sure that the first try started no run, before it is started again');
  return { again: Math.min(settled, deps.now() + 2000) };
}

async function startAgain(step: Step): Promise<JobOutcome> {
  const { id, place, attempt, deps } = step;
  await deps.execute(rollback, id, { type: 'rollback.repeat-step', ...place, by: 'warroom', at: deps.now() }, { fence: attempt });
  return start(step);
}

const recordStart = async ({ id, place, attempt, deps }: Step, { ref, url }: Run): Promise<void> => {
  const command = {
    type: 'rollback.record-start',
    ...place,
    ref,
    ...(url === undefined ? {} : { url }),
    by: 'warroom',
    at: deps.now(),
  } as const;
  await deps.execute(rollback, id, command, { fence: attempt });
};
