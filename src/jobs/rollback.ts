import { z } from 'zod';
import { incident } from '../domain/incident.ts';
import type { Gate, Reading } from '../domain/plan.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import { can, currentStep, operationId, rollback } from '../domain/rollback.ts';
import type { Voter } from '../domain/policy.ts';
import type { Measurement } from '../domain/verification.ts';
import { questionOf, read } from '../domain/verification.ts';
import { openStatuses, rollbackName } from '../domain/words.ts';
import type { Deps, Order, Run } from '../ports.ts';
import { ProviderError } from '../ports.ts';
import type { JobOutcome, Try } from '../queue/job.ts';
import { defineJob } from '../queue/job.ts';

const OfRollback = z.object({ rollbackId: z.string() });
type OfRollback = z.output<typeof OfRollback>;

export const expireRollback = defineJob<OfRollback, Deps>(
  { kind: 'rollback.expire', queue: 'engine', payload: OfRollback },
  async ({ rollbackId }, { execute, now }, attempt) => {
    await execute(rollback, rollbackId, { type: 'rollback.expire', by: 'warroom', at: now() }, { fence: attempt });
  },
);

/** Everything about the step at hand that the calls below need. */
interface Step {
  id: string;
  state: KnownRollback;
  index: number;
  attempt: Try;
  deps: Deps;
}

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

const targetOf = ({ plan }: KnownRollback, deps: Deps) => deps.target(plan.service, plan.environment);

/** Worth waiting for; everything else is a definite no. */
const passes = ({ kind }: ProviderError): boolean => kind === 'rate_limited' || kind === 'unavailable';

function orderOf({ id, state, index }: Step): Order {
  const to = state.plan.steps[index]?.to;
  if (to === undefined) throw new Error(`${rollbackName(state.number)} has no step ${index + 1}`);
  return { operationId: operationId(id, index), to, reason: state.reason };
}

/** The call itself. Whoever lost the job meanwhile stops here: the signal is the last check before the wire. */
async function start(step: Step): Promise<JobOutcome> {
  step.attempt.signal.throwIfAborted();
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
  const { id, state, index, deps } = step;
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
    if (!(error instanceof ProviderError) || !passes(error)) throw error;
    return waitFor(step, error);
  }
  const { startedAt = 0, repeatedAt = 0 } = state.steps[index] ?? {};
  const settled = Math.max(startedAt, repeatedAt) + deps.settleMs;
  if (deps.now() >= settled) return startAgain(step);
  await progress(step, `making sure that operation ${operationId(id, index)} did not start, before it is started again`);
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

async function progress({ id, index, attempt, deps }: Step, message: string): Promise<void> {
  const command = { type: 'rollback.record-progress', step: index, message, by: 'warroom', at: deps.now() } as const;
  await deps.execute(rollback, id, command, { fence: attempt });
}

async function finish({ id, index, attempt, deps }: Step, outcome: 'succeeded' | 'failed' | 'unknown', reason: string): Promise<undefined> {
  const command = { type: 'rollback.finish-step', step: index, outcome, reason, by: 'warroom', at: deps.now() } as const;
  await deps.execute(rollback, id, command, { fence: attempt });
}

const patienceMs = 5000;

/** Says on the card what is waited for and until when. */
async function waitFor(step: Step, error: ProviderError): Promise<JobOutcome> {
  const at = nextTry(step, error);
  step.deps.log.warn({ rollbackId: step.id, step: step.index, err: error }, 'step waits for its provider');
  await progress(step, untilText(error, at));
  return { again: at };
}

const nextTry = ({ deps }: Step, { kind, retryAfterMs }: ProviderError): number =>
  deps.now() + (retryAfterMs ?? (kind === 'unknown' ? 2000 : patienceMs));

const untilText = ({ message }: ProviderError, at: number): string =>
  `${message}; next try ${new Date(at).toISOString().slice(11, 19)} UTC`;

/** A run that shows no end for this long needs a person. */
const longestRunMs = 30 * 60_000;

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
);

async function observe(step: Step, run: Run): Promise<JobOutcome> {
  const { state, message, nextLookMs } = await targetOf(step.state, step.deps).observe(run);
  switch (state) {
    case 'waiting':
    case 'running':
      await progress(step, message);
      return { again: step.deps.now() + nextLookMs };
    case 'succeeded':
    case 'failed':
    case 'unknown':
      return finish(step, state, message);
  }
}

/** Measures until every gate has decided. Only numbers make it green. */
export const verifyRollback = defineJob<OfRollback, Deps>(
  { kind: 'rollback.verify', queue: 'engine', payload: OfRollback },
  async ({ rollbackId }, deps, attempt) => {
    const stored = await deps.queries.rollback(rollbackId);
    if (!stored || !can('rollback.record-readings', stored.state)) return;
    const { plan, readings, verifyingSince: startedAt = 0 } = stored.state;
    const at = deps.now();
    const open = plan.verify.filter((gate) => (lastOf(gate, readings)?.verdict ?? 'pending') === 'pending');
    const due = open.filter((gate) => nextLook(gate, readings, startedAt) <= at);
    const taken = await Promise.all(due.map(async (gate) => read(gate, readings, { ...(await measure(gate, deps)), at, startedAt })));
    const { state } = await deps.execute(
      rollback,
      rollbackId,
      { type: 'rollback.record-readings', readings: taken, by: 'warroom', at },
      { fence: attempt },
    );
    if (state.status !== 'verifying') return;

    const next = open.map((gate) => nextLook(gate, state.readings, startedAt));
    return { again: Math.max(Math.min(...next), at + 200) };
  },
);

const lastOf = (gate: Gate, readings: readonly Reading[]): Reading | undefined =>
  readings.findLast((reading) => reading.gate === gate.name);

function nextLook(gate: Gate, readings: readonly Reading[], startedAt: number): number {
  const last = lastOf(gate, readings);
  return last === undefined ? startedAt + gate.settleMs : last.at + gate.intervalMs;
}

async function measure(gate: Gate, { metrics }: Deps): Promise<Measurement> {
  try {
    const source = metrics(gate.provider);
    const { minimumTraffic } = gate;
    const [value, traffic] = await Promise.all([
      source.measure(questionOf(gate.query, gate)),
      minimumTraffic && source.measure(questionOf(minimumTraffic.query, gate)),
    ]);
    if (minimumTraffic === undefined || traffic === undefined) return value;
    if ('missing' in traffic) return { missing: `traffic is not known: ${traffic.missing}` };
    return traffic.value < minimumTraffic.atLeast ? { missing: 'too little traffic to tell' } : value;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { missing: error.message };
  }
}

const Advance = z.object({ incidentId: z.string(), status: z.enum(['mitigating', 'monitoring']), rollback: z.number() });

/** A running rollback moves the incident's status forward, never back: people had other reasons for what they set. */
export const advanceIncident = defineJob<z.output<typeof Advance>, Deps>(
  { kind: 'incident.advance', queue: 'engine', payload: Advance },
  async ({ incidentId, status, rollback: number }, { queries, execute, now }, attempt) => {
    const stored = await queries.incident(incidentId);
    const rank = openStatuses.indexOf(stored?.state.status as (typeof openStatuses)[number]);
    if (!stored || rank === -1 || rank >= openStatuses.indexOf(status)) return;
    const note = status === 'mitigating' ? `${rollbackName(number)} is running` : `${rollbackName(number)} recovered the service`;
    await execute(incident, incidentId, { type: 'incident.set-status', status, note, by: 'warroom', at: now() }, { fence: attempt });
  },
);
