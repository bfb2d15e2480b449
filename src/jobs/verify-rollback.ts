import { beforeBadVersion, beforeOf } from '../domain/baseline.ts';
import type { Gate, Reading } from '../domain/plan.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import { can, rollback } from '../domain/rollback.ts';
import { looksOf, read, standingOf } from '../domain/verification.ts';
import type { Deps } from '../ports.ts';
import type { GivenUp } from '../queue/job.ts';
import { defineJob } from '../queue/job.ts';
import { measureAfter, measureBefore } from './support/measure.ts';
import { OfRollback } from './support/payload.ts';

/** Measures until every gate has decided: first how it was before the bad version went out, then how it is. Only numbers make it green. */
export const verifyRollback = defineJob<OfRollback, Deps>(
  { kind: 'rollback.verify', queue: 'engine', payload: OfRollback },
  async ({ rollbackId }, deps, attempt) => {
    const stored = await deps.queries.rollback(rollbackId);
    if (!stored || !can('rollback.record-readings', stored.state)) return;
    const { plan, verifyingSince: startedAt = 0 } = stored.state;
    const at = deps.now();
    const before = await lookBack(stored.state, deps);
    const known = [...stored.state.readings, ...before];
    const due = openGates(plan.verify, known).filter((gate) => nextLook(gate, known, startedAt) <= at);
    const taken = await Promise.all(
      due.map(async (gate) => read(gate, known, { ...(await measureAfter(gate, known, deps)), at, startedAt })),
    );
    const { state } = await deps.execute(
      rollback,
      rollbackId,
      { type: 'rollback.record-readings', readings: [...before, ...taken], by: 'warroom', at },
      { fence: attempt },
    );
    if (state.status !== 'verifying') return;

    const next = openGates(plan.verify, state.readings).map((gate) => nextLook(gate, state.readings, startedAt));
    return { again: Math.max(Math.min(...next), at + 200) };
  },
  leaveOpen,
);

/** Given up: whether it helped is not known, and says so. */
async function leaveOpen({ rollbackId }: OfRollback, { queries, execute, now }: Deps, { reason, ...fence }: GivenUp): Promise<void> {
  const stored = await queries.rollback(rollbackId);
  if (stored?.state.status !== 'verifying') return;
  const open = openGates(stored.state.plan.verify, stored.state.readings);
  const readings = open.map(({ name }) => ({ gate: name, at: now(), verdict: 'inconclusive' as const, note: reason }));
  await execute(rollback, rollbackId, { type: 'rollback.record-readings', readings, by: 'warroom', at: now() }, { fence });
}

/** The past of every open gate that has not been read yet. */
async function lookBack({ plan, readings, verifyingSince = 0 }: KnownRollback, deps: Deps): Promise<Reading[]> {
  const before = beforeBadVersion(plan, verifyingSince);
  const unread = openGates(plan.verify, readings).filter((gate) => beforeOf(gate, readings) === undefined);
  const found = await Promise.all(unread.map((gate) => measureBefore(gate, before, deps)));
  return found.filter((reading) => reading !== undefined);
}

const openGates = (gates: readonly Gate[], readings: readonly Reading[]): Gate[] =>
  gates.filter((gate) => standingOf(gate, readings) === 'pending');

function nextLook(gate: Gate, readings: readonly Reading[], startedAt: number): number {
  const last = looksOf(gate, readings).at(-1);
  return last === undefined ? startedAt + gate.settleMs : last.at + gate.intervalMs;
}
