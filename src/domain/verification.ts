import { beforeOf, isWithin } from './baseline.ts';
import type { Measurement } from './measurement.ts';
import { meets } from './measurement.ts';
import type { Gate, Reading, Verdict } from './plan.ts';

/** What a value says of its gate. Between passing and failing it says neither. */
export type Finding = 'good' | 'bad' | 'neither';

/** Judges a value, against the one before the bad version where the gate asks for that. What has nothing to be compared with is never good. */
export function judge({ pass, fail, baseline }: Gate, value: number, before?: number): Finding {
  if (fail && meets(fail, value)) return 'bad';
  if (baseline && before === undefined) return 'neither';
  const passes = pass === undefined || meets(pass, value);
  const compares = baseline === undefined || (before !== undefined && isWithin(baseline, { before, value }));
  if (passes && compares && (pass || baseline)) return 'good';
  return fail ? 'neither' : 'bad';
}

/** The gate's looks at the time after the rollback. */
export const looksOf = ({ name }: Pick<Gate, 'name'>, readings: readonly Reading[]): Reading[] =>
  readings.filter(({ gate, asOf }) => gate === name && asOf === undefined);

/**
 * The next reading of a gate from its earlier ones and a new measurement. A gate passes after `count` passes in a row, fails
 * after `failureLimit` failures in a row, is inconclusive after `inconclusiveLimit` looks in a row without data, and ends at its
 * timeout: as not recovered when the last look was bad, else as inconclusive. A look without data, or that is neither good nor bad,
 * breaks a row.
 */
export function read(gate: Gate, earlier: readonly Reading[], measured: Measurement & { at: number; startedAt: number }): Reading {
  const { at, startedAt } = measured;
  const mine = looksOf(gate, earlier);
  const overdue = at - startedAt >= gate.timeoutMs;
  if ('missing' in measured) {
    const inARow = 1 + streak(mine, ({ value }) => value === undefined);
    const isOver = overdue || inARow >= (gate.inconclusiveLimit ?? Number.POSITIVE_INFINITY);
    return { gate: gate.name, at, verdict: isOver ? 'inconclusive' : 'pending', note: measured.missing };
  }

  const { value } = measured;
  const before = beforeOf(gate, earlier)?.value;
  const finding = judge(gate, value, before);
  const inARow = 1 + streak(mine, (reading) => reading.value !== undefined && judge(gate, reading.value, before) === finding);
  if (finding === 'good' && inARow >= gate.count) return { gate: gate.name, at, value, verdict: 'recovered' };
  if (finding === 'bad' && (inARow >= gate.failureLimit || overdue)) return { gate: gate.name, at, value, verdict: 'not recovered' };
  const late = `no decision within ${Math.round(gate.timeoutMs / 1000)} s${finding === 'neither' ? ': it is neither good nor bad' : ''}`;
  if (overdue) return { gate: gate.name, at, value, verdict: 'inconclusive', note: late };
  return { gate: gate.name, at, value, verdict: 'pending' };
}

/** How many readings, from the newest back, are alike. */
export function streak(readings: readonly Reading[], same: (reading: Reading) => boolean): number {
  const firstOther = readings.toReversed().findIndex((reading) => !same(reading));
  return firstOther === -1 ? readings.length : firstOther;
}

/** What the gate has come to: its first decision stands. */
export const standingOf = ({ name }: Pick<Gate, 'name'>, readings: readonly Reading[]): Reading['verdict'] =>
  readings.find(({ gate, verdict }) => gate === name && verdict !== 'pending')?.verdict ?? 'pending';

/** The verdict over all gates, or `undefined` while one is still open. One that is not recovered decides at once. */
export function verdictOf(gates: readonly Gate[], readings: readonly Reading[]): Verdict | undefined {
  const standings = gates.map((gate) => standingOf(gate, readings));
  if (standings.includes('not recovered')) return 'not recovered';
  if (standings.includes('pending')) return undefined;
  // With every gate ignored nothing is left that could say it is well.
  return standings.includes('recovered') && !standings.includes('inconclusive') ? 'recovered' : 'inconclusive';
}

/** Why it came to this verdict: in the words of the gate that decided, perhaps in an earlier look, and of those that do not count. */
export function reasonOf(verdict: Verdict, gates: readonly Gate[], readings: readonly Reading[]): string | undefined {
  if (gates.length === 0) return 'no verification is configured';
  // What another gate lacked explains nothing.
  const decided = readings.findLast((reading) => reading.verdict === verdict && reading.note !== undefined)?.note;
  const ignored = readings.flatMap(({ gate, verdict: standing, note }) => (standing === 'ignored' ? [`${gate} ${note ?? ''}`.trim()] : []));
  const reasons = [...(decided === undefined ? [] : [decided]), ...ignored];
  return reasons.length === 0 ? undefined : reasons.join('; ');
}
