import type { Gate, Reading, Verdict } from './plan.ts';

/** What one query answered: a number, or nothing (empty result, NaN, not enough traffic), with the reason. */
export type Measurement = { value: number } | { missing: string };

/** The gate's query with its window filled in, as Prometheus writes durations. */
export const questionOf = (query: string, { windowMs }: Pick<Gate, 'windowMs'>): string => query.replaceAll('{window}', `${windowMs}ms`);

/** Does this value meet the gate's condition? */
export function meets({ operator, value: limit }: Gate['pass'], value: number): boolean {
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
  }
}

/**
 * The next reading of a gate from its earlier ones and a new measurement. A gate passes after `count` passes in a row, fails
 * after `failureLimit` failures in a row, and ends at its timeout: as not recovered when the last look was bad, else as inconclusive.
 * A look without data breaks a row: it is neither good nor bad.
 */
export function read(gate: Gate, earlier: readonly Reading[], measured: Measurement & { at: number; startedAt: number }): Reading {
  const { at, startedAt } = measured;
  const mine = earlier.filter((reading) => reading.gate === gate.name);
  const overdue = at - startedAt >= gate.timeoutMs;
  const late = `no decision within ${Math.round(gate.timeoutMs / 1000)} s`;
  if ('missing' in measured) {
    const verdict = overdue ? 'inconclusive' : 'pending';
    return { gate: gate.name, at, verdict, note: measured.missing };
  }

  const { value } = measured;
  const good = meets(gate.pass, value);
  const inARow = 1 + streak(mine, (reading) => reading.value !== undefined && meets(gate.pass, reading.value) === good);
  if (good && inARow >= gate.count) return { gate: gate.name, at, value, verdict: 'recovered' };
  if (!good && (inARow >= gate.failureLimit || overdue)) return { gate: gate.name, at, value, verdict: 'not recovered' };
  if (overdue) return { gate: gate.name, at, value, verdict: 'inconclusive', note: late };
  return { gate: gate.name, at, value, verdict: 'pending' };
}

function streak(readings: readonly Reading[], same: (reading: Reading) => boolean): number {
  const firstOther = readings.toReversed().findIndex((reading) => !same(reading));
  return firstOther === -1 ? readings.length : firstOther;
}

/** The verdict over all gates, or `undefined` while one is still open. One that is not recovered decides at once. */
export function verdictOf(gates: readonly Gate[], readings: readonly Reading[]): Verdict | undefined {
  const last = gates.map((gate) => readings.findLast((reading) => reading.gate === gate.name)?.verdict ?? 'pending');
  if (last.includes('not recovered')) return 'not recovered';
  if (last.includes('pending')) return undefined;
  if (gates.length === 0 || last.includes('inconclusive')) return 'inconclusive';
  return 'recovered';
}
