import type { Gate, Reading } from '../domain/plan.ts';
import { can, rollback } from '../domain/rollback.ts';
import { read } from '../domain/verification.ts';
import type { Deps } from '../ports.ts';
import type { GivenUp } from '../queue/job.ts';
import { defineJob } from '../queue/job.ts';
import { measure } from './support/measure.ts';
import { OfRollback } from './support/payload.ts';

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
  leaveOpen,
);

/** Given up: whether it helped is not known, and says so. */
async function leaveOpen({ rollbackId }: OfRollback, { queries, execute, now }: Deps, { reason, ...fence }: GivenUp): Promise<void> {
  const stored = await queries.rollback(rollbackId);
  if (stored?.state.status !== 'verifying') return;
  const readings = stored.state.plan.verify.map(({ name }) => ({ gate: name, at: now(), verdict: 'inconclusive' as const, note: reason }));
  await execute(rollback, rollbackId, { type: 'rollback.record-readings', readings, by: 'warroom', at: now() }, { fence });
}

const lastOf = (gate: Gate, readings: readonly Reading[]): Reading | undefined =>
  readings.findLast((reading) => reading.gate === gate.name);

function nextLook(gate: Gate, readings: readonly Reading[], startedAt: number): number {
  const last = lastOf(gate, readings);
  return last === undefined ? startedAt + gate.settleMs : last.at + gate.intervalMs;
}
