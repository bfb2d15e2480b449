import { describe, expect, it } from '@jest/globals';
import type { KnownRollback, RollbackStatus } from '../../../src/domain/rollback.ts';
import { median, timesOf } from '../../../src/domain/times.ts';
import { aPlan, aPolicy, aRollback, anIncident, aVersion, minute, noon } from '../../support/builders.ts';

const declaredAt = noon - 6 * minute;
const incident = anIncident({ declaredAt });

/** Asked at noon, cleared 2 minutes later, run from minute 3 to 6, recovered at minute 7. */
const recovered = (change: Partial<KnownRollback> = {}): KnownRollback =>
  aRollback({
    status: 'recovered',
    executeBy: noon + 12 * minute,
    startedAt: noon + 3 * minute,
    steps: [{ status: 'succeeded', startedAt: noon + 3 * minute, endedAt: noon + 6 * minute }],
    verifyingSince: noon + 6 * minute,
    endedAt: noon + 7 * minute,
    ...change,
  });

const leaving = (deployedAt: number) => {
  const plan = aPlan();
  return { ...plan, steps: plan.steps.map((step) => ({ ...step, from: { ...aVersion('v42'), deployedAt } })) };
};

describe('the times of a rollback', () => {
  it('are split into deciding, approving, executing and recovering', () => {
    expect(timesOf(recovered(), incident)).toEqual({
      decidedSince: 'declared',
      decide: 6 * minute,
      approve: 2 * minute,
      execute: 3 * minute,
      recover: minute,
      total: 13 * minute,
    });
  });

  it('count deciding from the deploy that came after the declaration: before it there was nothing to decide', () => {
    expect(timesOf(recovered({ plan: leaving(noon - 4 * minute) }), incident)).toMatchObject({
      decidedSince: 'deployed',
      decide: 4 * minute,
      total: 11 * minute,
    });
  });

  it.each([
    ['long before the declaration', noon - 600 * minute],
    ['after the request, by a clock that is ahead', noon + minute],
  ])('count deciding from the declaration when the deploy was %s', (_when, deployedAt) => {
    expect(timesOf(recovered({ plan: leaving(deployedAt) }), incident)).toMatchObject({ decidedSince: 'declared', decide: 6 * minute });
  });

  it('leave out what needs the incident when it is not known', () => {
    const times = timesOf(recovered());
    expect(times).toEqual({ approve: 2 * minute, execute: 3 * minute, recover: minute });
    expect(times).not.toHaveProperty('decide');
  });

  it('have nothing after the decision while it waits for approval', () => {
    expect(timesOf(aRollback(), incident)).toEqual({ decidedSince: 'declared', decide: 6 * minute });
  });

  it.each(['requested', 'rejected', 'expired'] as const)('know no approval of one that is %s after it was opened again', (status) => {
    expect(timesOf(aRollback({ status, executeBy: noon + 12 * minute }), incident)).not.toHaveProperty('approve');
  });

  it.each(['approved', 'cancelled', 'drifted'] as const)('know the approval of one that is %s before its first step', (status) => {
    expect(timesOf(aRollback({ status, executeBy: noon + 12 * minute }), incident)).toMatchObject({ approve: 2 * minute });
  });

  it.each(['executing', 'needs human', 'compensating'] as const)('do not end executing while it is %s', (status) => {
    expect(timesOf(recovered({ status }), incident)).not.toHaveProperty('execute');
  });

  it('do not end executing when nobody knows what became of a step', () => {
    const steps = [
      { status: 'succeeded' as const, startedAt: noon, endedAt: noon + minute },
      { status: 'unknown' as const, startedAt: noon },
    ];
    expect(timesOf(recovered({ status: 'abandoned', steps }), incident)).not.toHaveProperty('execute');
  });

  it.each(['not recovered', 'inconclusive', 'failed', 'compensated'] satisfies RollbackStatus[])(
    'know no recovery of one that is %s',
    (status) => {
      const times = timesOf(recovered({ status }), incident);
      expect(times).toMatchObject({ execute: 3 * minute });
      expect(times).not.toHaveProperty('recover');
      expect(times).not.toHaveProperty('total');
    },
  );

  it('are never below zero: what ends before it began is not known', () => {
    const late = anIncident({ declaredAt: noon + minute });
    expect(timesOf(recovered({ policy: aPolicy({ executeWithinMs: 60 * minute }) }), late)).toEqual({
      decidedSince: 'declared',
      execute: 3 * minute,
      recover: minute,
      total: 6 * minute,
    });
  });

  it('take the last of several steps, and leave out those that never began', () => {
    const steps = [
      { status: 'succeeded' as const, startedAt: noon + 3 * minute, endedAt: noon + 8 * minute },
      { status: 'succeeded' as const, startedAt: noon + 3 * minute, endedAt: noon + 5 * minute },
      { status: 'skipped' as const, endedAt: noon + 60 * minute },
    ];
    expect(timesOf(recovered({ plan: aPlan({ steps: 3 }), steps, endedAt: noon + 9 * minute }))).toMatchObject({
      execute: 5 * minute,
      recover: minute,
    });
  });
});

describe('the median', () => {
  it.each([
    [[], undefined],
    [[4], 4],
    [[9, 1, 5], 5],
    [[8, 2, 4, 100], 6],
  ])('of %j is %s', (values, middle) => expect(median(values)).toBe(middle));
});
