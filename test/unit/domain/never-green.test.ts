// Whatever is measured, in whatever order: it is never green without data.
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readBefore } from '../../../src/domain/baseline.ts';
import type { Measurement } from '../../../src/domain/measurement.ts';
import type { Gate, Reading } from '../../../src/domain/plan.ts';
import { judge, read, standingOf, verdictOf } from '../../../src/domain/verification.ts';
import { aGate, minute, noon } from '../../support/builders.ts';

const value = fc.double({ min: 0, max: 10, noNaN: true });
const measurement: fc.Arbitrary<Measurement> = fc.oneof(
  value.map((each) => ({ value: each })),
  fc.constant({ missing: 'no data' }),
);
const limits = fc.constantFrom<Partial<Gate>>(
  {},
  { fail: { operator: '>', value: 5 } },
  { baseline: { within: 0.2, direction: 'increase' } },
  { baseline: { within: 0.5, tolerance: 1, direction: 'either' }, fail: { operator: '>=', value: 9 } },
);
const anyGate = fc
  .record({
    count: fc.integer({ min: 1, max: 4 }),
    failureLimit: fc.integer({ min: 1, max: 4 }),
    inconclusiveLimit: fc.integer({ min: 1, max: 4 }),
  })
  .chain((part) => limits.map((more) => ({ ...part, ...more })));

interface Course {
  gates: Gate[];
  readings: Reading[];
}

/** Gates with whatever is measured of them: the past first, then until each has decided. */
const course: fc.Arbitrary<Course> = fc
  .array(fc.record({ gate: anyGate, before: fc.option(measurement), after: fc.array(measurement, { maxLength: 12 }) }), { maxLength: 3 })
  .map((all) => {
    const gates = all.map(({ gate }, index) => aGate({ name: `g${index}`, timeoutMs: 8_000, ...gate }));
    const readings = all.flatMap(({ before, after }, index) => lookedAt(gates[index] ?? aGate(), before, after));
    return { gates, readings };
  });

function lookedAt(gate: Gate, before: Measurement | null, after: readonly Measurement[]): Reading[] {
  const readings = before ? [readBefore(gate, { version: 'v42', asOf: noon - minute }, { ...before, at: noon })] : [];
  for (const [second, each] of after.entries()) {
    if (standingOf(gate, readings) !== 'pending') break;
    readings.push(read(gate, readings, { ...each, at: noon + second * 1000, startedAt: noon }));
  }
  return readings;
}

const counted = ({ gates, readings }: Course) => gates.filter((gate) => standingOf(gate, readings) !== 'ignored');

describe('whatever is measured', () => {
  it('is never green without data: each gate that counts has passed as often in a row as it must', () =>
    fc.assert(
      fc.property(course, (all) => {
        if (verdictOf(all.gates, all.readings) !== 'recovered') return;
        expect(counted(all).length).toBeGreaterThan(0);
        for (const gate of counted(all)) {
          const row = all.readings.filter((each) => each.gate === gate.name && each.asOf === undefined).slice(-gate.count);
          const before = all.readings.find((each) => each.gate === gate.name && each.asOf !== undefined)?.value;
          expect(row).toHaveLength(gate.count);
          for (const each of row) expect(judge(gate, each.value ?? Number.NaN, before)).toBe('good');
          expect(gate.baseline !== undefined && before === undefined).toBe(false);
        }
      }),
      { numRuns: 1000 },
    ));

  it('is green at times, red at times and neither at times', () => {
    const seen = new Set(fc.sample(course, 1000).map(({ gates, readings }) => verdictOf(gates, readings) ?? 'open'));
    expect([...seen].toSorted()).toEqual(['inconclusive', 'not recovered', 'open', 'recovered']);
  });
});
