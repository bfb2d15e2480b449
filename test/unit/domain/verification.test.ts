import { describe, expect, it } from '@jest/globals';
import type { Gate, Reading } from '../../../src/domain/plan.ts';
import type { Measurement } from '../../../src/domain/measurement.ts';
import { meets, questionOf } from '../../../src/domain/measurement.ts';
import { judge, read, reasonOf, verdictOf } from '../../../src/domain/verification.ts';
import { aGate, minute, noon } from '../../support/builders.ts';

const good = { value: 0 };
const bad = { value: 5 };
const nothing = { missing: 'no data' };

/** The readings of one gate that looks once a second, from noon on. */
function look(gate: Gate, measured: readonly Measurement[]): Reading[] {
  const readings: Reading[] = [];
  for (const [second, each] of measured.entries()) {
    readings.push(read(gate, readings, { ...each, at: noon + second * 1000, startedAt: noon }));
  }
  return readings;
}

const verdicts = (gate: Gate, measured: readonly Measurement[]) => look(gate, measured).map(({ verdict }) => verdict);

describe('a gate', () => {
  const patient = aGate({ count: 3, failureLimit: 2 });

  it('passes after enough good looks in a row', () =>
    expect(verdicts(patient, [good, good, good])).toEqual(['pending', 'pending', 'recovered']));

  it('begins to count anew after a bad look', () =>
    expect(verdicts(patient, [good, good, bad, good, good, good])).toEqual([
      'pending',
      'pending',
      'pending',
      'pending',
      'pending',
      'recovered',
    ]));

  it('begins to count anew after a look without data', () =>
    expect(verdicts(patient, [good, good, nothing, good, good]).at(-1)).toBe('pending'));

  it('fails after enough bad looks in a row', () => expect(verdicts(patient, [bad, bad])).toEqual(['pending', 'not recovered']));

  it('forgives bad looks that a good one parts', () => expect(verdicts(patient, [bad, good, bad])).not.toContain('not recovered'));

  it('does not fail for want of data', () =>
    expect(verdicts(patient, [nothing, nothing, nothing, nothing])).toEqual(['pending', 'pending', 'pending', 'pending']));

  it('keeps no value and says why when there is no data: nothing is not zero', () => {
    const [reading] = look(patient, [nothing]);
    expect(reading).toEqual({ gate: 'errors', at: noon, verdict: 'pending', note: 'no data' });
  });

  it.each([
    ['inconclusive without data', nothing, 'inconclusive', 'no data'],
    ['inconclusive when good looks were too few', good, 'inconclusive', 'no decision within 600 s'],
    ['not recovered when the last look was bad', bad, 'not recovered', undefined],
  ] as const)('ends at its timeout as %s', (_how, measured, verdict, note) => {
    const reading = read(patient, [], { ...measured, at: noon + 10 * minute, startedAt: noon });
    expect(reading).toMatchObject({ verdict });
    expect(reading.note).toBe(note);
  });

  it('passes at its timeout when this look completes the row', () => {
    const reading = read(aGate(), [], { ...good, at: noon + 10 * minute, startedAt: noon });
    expect(reading.verdict).toBe('recovered');
  });

  it('does not count the looks of other gates', () => {
    const others = look(aGate({ name: 'latency', count: 9 }), [good, good]);
    expect(read(patient, others, { ...good, at: noon, startedAt: noon }).verdict).toBe('pending');
  });
});

describe('a gate with a failure condition of its own', () => {
  const gate = aGate({ pass: { operator: '<', value: 1 }, fail: { operator: '>', value: 5 }, count: 2, failureLimit: 2 });
  const [between, worse] = [{ value: 3 }, { value: 6 }];

  it('does not fail by a value between the two', () =>
    expect(verdicts(gate, [between, between, between, between])).toEqual(['pending', 'pending', 'pending', 'pending']));

  it('breaks both rows by it', () => {
    expect(verdicts(gate, [worse, between, worse])).not.toContain('not recovered');
    expect(verdicts(gate, [good, between, good])).not.toContain('recovered');
  });

  it('fails after enough failing looks in a row', () => expect(verdicts(gate, [worse, worse])).toEqual(['pending', 'not recovered']));

  it('ends at its timeout as inconclusive when the last value is neither', () =>
    expect(read(gate, [], { ...between, at: noon + 10 * minute, startedAt: noon })).toMatchObject({
      verdict: 'inconclusive',
      note: 'no decision within 600 s: it is neither good nor bad',
    }));
});

describe('a gate with a limit of looks without data', () => {
  const gate = aGate({ inconclusiveLimit: 2, count: 5 });

  it('is inconclusive at once when it is reached, with the reason', () =>
    expect(look(gate, [nothing, nothing])).toMatchObject([{ verdict: 'pending' }, { verdict: 'inconclusive', note: 'no data' }]));

  it('counts looks in a row only', () => expect(verdicts(gate, [nothing, good, nothing, good])).not.toContain('inconclusive'));
});

describe('a gate with a baseline', () => {
  const gate = aGate({ pass: { operator: '<', value: 10 }, baseline: { within: 0.2, direction: 'increase' } });
  const before: Reading = { gate: 'errors', at: noon, asOf: noon - minute, value: 2, verdict: 'pending' };
  const after = (value: number, earlier: Reading[] = [before]) => read(gate, earlier, { value, at: noon, startedAt: noon }).verdict;

  it('passes when it is as it was before, and fails when it is worse', () => {
    expect(after(2.3)).toBe('recovered');
    expect(after(2.5)).toBe('not recovered');
    expect(after(0)).toBe('recovered');
  });

  it('has to pass as well', () =>
    expect(read({ ...gate, pass: { operator: '<', value: 1 } }, [before], { value: 2, at: noon, startedAt: noon }).verdict).toBe(
      'not recovered',
    ));

  it('never passes with nothing to compare with', () => expect(after(0, [])).toBe('pending'));

  it('is compared alone when there is no other condition', () => {
    const { pass: _, ...alone } = gate;
    expect(judge(alone, 2, 2)).toBe('good');
    expect(judge(alone, 9, 2)).toBe('bad');
    expect(judge(alone, 2)).toBe('neither');
  });
});

it.each([
  ['<', 0.9, true],
  ['<', 1, false],
  ['<=', 1, true],
  ['<=', 1.1, false],
  ['>', 1.1, true],
  ['>', 1, false],
  ['>=', 1, true],
  ['>=', 0.9, false],
] as const)('a limit "%s 1" is met by %d: %s', (operator, value, met) => expect(meets({ operator, value: 1 }, value)).toBe(met));

it('asks for the window of the gate, wherever the query names it', () =>
  expect(questionOf('a[{window}] / b[{window}]', { windowMs: 10_000 })).toBe('a[10000ms] / b[10000ms]'));

const reading = (gate: string, verdict: Reading['verdict']): Reading => ({ gate, at: noon, verdict });

describe('the verdict over all gates', () => {
  const gates = [aGate(), aGate({ name: 'latency' })];

  it.each<[string, Reading[], ReturnType<typeof verdictOf>]>([
    ['open while one gate has not been looked at', [reading('errors', 'recovered')], undefined],
    ['open while one is pending', [reading('errors', 'recovered'), reading('latency', 'pending')], undefined],
    ['recovered when all are', [reading('errors', 'recovered'), reading('latency', 'recovered')], 'recovered'],
    ['not recovered at once when one is not', [reading('latency', 'not recovered')], 'not recovered'],
    ['inconclusive when one is', [reading('errors', 'inconclusive'), reading('latency', 'recovered')], 'inconclusive'],
    ['bad news rather than no news', [reading('errors', 'inconclusive'), reading('latency', 'not recovered')], 'not recovered'],
    [
      'what each gate said last',
      [reading('errors', 'pending'), reading('errors', 'recovered'), reading('latency', 'recovered')],
      'recovered',
    ],
  ])('is %s', (_what, readings, verdict) => expect(verdictOf(gates, readings)).toBe(verdict));

  it('leaves out what is ignored, and says so', () => {
    const readings = [{ ...reading('latency', 'ignored'), note: 'was already 9 before v42 was deployed' }, reading('errors', 'recovered')];
    expect(verdictOf(gates, readings)).toBe('recovered');
    expect(reasonOf('recovered', gates, readings)).toBe('latency was already 9 before v42 was deployed');
  });

  it('is inconclusive, never green, when everything is ignored', () =>
    expect(verdictOf(gates, [reading('errors', 'ignored'), reading('latency', 'ignored')])).toBe('inconclusive'));

  it('is never green without a gate', () => expect(verdictOf([], [])).toBe('inconclusive'));
});
