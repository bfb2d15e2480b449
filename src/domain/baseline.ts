/** What a measurement was before the bad version went out: what to compare with, and what says nothing about the rollback. */
import { amount } from './amount.ts';
import type { Baseline, Gate, Plan, Reading, Step } from './plan.ts';
import type { Measurement } from './measurement.ts';
import { meets } from './measurement.ts';

/** Further back nobody compares: traffic and releases of another week say little about today. */
export const lookBackMs = 7 * 24 * 3_600_000;

/** The moment just before the bad version went out, or why that is not known. */
export type Before = { version: string } & ({ asOf: number } | { unknown: string });

/** The moment just before the version that `plan` rolls back went out, seen from `now`. */
export function beforeBadVersion(plan: Plan, now: number): Before {
  const bad = badStep(plan);
  const version = bad?.from.label ?? 'the bad version';
  const asOf = bad?.from.rolloutStartedAt ?? bad?.from.deployedAt;
  if (asOf === undefined || asOf > now) return { version, unknown: `it is not known when ${version} was deployed` };
  if (now - asOf > lookBackMs) return { version, unknown: `${version} was deployed more than 7 days ago` };
  return { version, asOf };
}

/** The plan's own code before that of other services; a switch or a weight has no deployment. */
function badStep({ steps, service, environment }: Plan): Step | undefined {
  const code = steps.filter(({ kind }) => kind === 'code');
  const dated = code.filter(({ from }) => from.deployedAt !== undefined || from.rolloutStartedAt !== undefined);
  return dated.find((step) => step.service === service && step.environment === environment) ?? dated[0] ?? code[0];
}

/** What was read of the time before, if it was read: once is enough, the past does not change. */
export const beforeOf = (gate: Pick<Gate, 'name'>, readings: readonly Reading[]): Reading | undefined =>
  readings.find((reading) => reading.gate === gate.name && reading.asOf !== undefined);

/** Is the value where it may be, compared with the one before? */
export function isWithin({ within, tolerance = 0, direction }: Baseline, { before, value }: { before: number; value: number }): boolean {
  const allowed = Math.max(Math.abs(before) * within, tolerance);
  const [above, below] = [value - before <= allowed, before - value <= allowed];
  switch (direction) {
    case 'increase':
      return above;
    case 'decrease':
      return below;
    case 'either':
      return above && below;
  }
}

/**
 * The reading of the time before. A gate that did not pass then is ignored: it was bad before the bad version, and going back cannot
 * make it well. One that has to compare and has nothing to compare with is inconclusive. Otherwise it is only kept.
 */
export function readBefore(gate: Gate, before: Before, measured: Measurement & { at: number }): Reading {
  const { version } = before;
  const looked = { gate: gate.name, at: measured.at, ...('asOf' in before && { asOf: before.asOf }) };
  if ('missing' in measured) {
    const note = `what it was before ${version} was deployed is not known: ${measured.missing}`;
    return { ...looked, verdict: gate.baseline ? 'inconclusive' : 'pending', note };
  }
  const { value } = measured;
  if (!gate.pass || meets(gate.pass, value)) return { ...looked, value, verdict: 'pending' };
  const note = `was already ${amount(gate, value)} before ${version} was deployed: it says nothing about this rollback`;
  return { ...looked, value, verdict: 'ignored', note };
}
