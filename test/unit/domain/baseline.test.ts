import { describe, expect, it } from '@jest/globals';
import { beforeBadVersion, isWithin, lookBackMs, readBefore } from '../../../src/domain/baseline.ts';
import type { Baseline, Plan, Version } from '../../../src/domain/plan.ts';
import { aGate, aPlan, minute, noon } from '../../support/builders.ts';

/** A plan that takes this out. */
function planFrom(from: Partial<Version>, change: Partial<Plan['steps'][number]> = {}): Plan {
  const plan = aPlan();
  const steps = plan.steps.map((step) => ({
    ...step,
    ...change,
    from: { id: 'sha42', label: 'v42', health: 'unknown' as const, ...from },
  }));
  return { ...plan, steps };
}

describe('just before the bad version', () => {
  it('is when its rollout began, not when it was live', () =>
    expect(beforeBadVersion(planFrom({ rolloutStartedAt: noon - 5 * minute, deployedAt: noon - minute }), noon)).toEqual({
      version: 'v42',
      asOf: noon - 5 * minute,
    }));

  it('is when it was live, where nothing else is known', () =>
    expect(beforeBadVersion(planFrom({ deployedAt: noon - minute }), noon)).toMatchObject({ asOf: noon - minute }));

  it.each<[string, Partial<Version>, string]>([
    ['nobody recorded it', {}, 'it is not known when v42 was deployed'],
    ['it was longer ago than a week', { deployedAt: noon - lookBackMs - 1 }, 'v42 was deployed more than 7 days ago'],
    ['clocks disagree', { deployedAt: noon + minute }, 'it is not known when v42 was deployed'],
  ])('is not known when %s', (_why, times, unknown) => {
    expect(beforeBadVersion(planFrom(times), noon)).toMatchObject({ unknown });
  });

  it('goes by code alone: a switch was not deployed', () =>
    expect(beforeBadVersion(planFrom({ deployedAt: noon - minute }, { kind: 'config' }), noon)).toHaveProperty('unknown'));

  it('goes by the code of the plan’s own service', () => {
    const plan = planFrom({ deployedAt: noon - minute });
    const other = planFrom({ label: 'w7', deployedAt: noon - 9 * minute }, { service: 'search' });
    expect(beforeBadVersion({ ...plan, steps: [...other.steps, ...plan.steps] }, noon).version).toBe('v42');
  });
});

describe('a baseline', () => {
  it.each<[Omit<Baseline, 'within'>, number, boolean]>([
    [{ direction: 'increase' }, 12, true],
    [{ direction: 'increase' }, 12.1, false],
    [{ direction: 'increase' }, 1, true],
    [{ direction: 'decrease' }, 8, true],
    [{ direction: 'decrease' }, 7.9, false],
    [{ direction: 'decrease' }, 99, true],
    [{ direction: 'either' }, 12.1, false],
    [{ direction: 'either' }, 7.9, false],
    [{ direction: 'either' }, 11, true],
    [{ direction: 'increase', tolerance: 3 }, 13, true],
  ])('of 10 within 20 %% as %j allows %d: %s', (baseline, value, allowed) =>
    expect(isWithin({ within: 0.2, ...baseline }, { before: 10, value })).toBe(allowed),
  );

  it('of nothing allows what the tolerance allows', () => {
    const baseline: Baseline = { within: 0.2, direction: 'increase', tolerance: 0.001 };
    expect(isWithin(baseline, { before: 0, value: 0.001 })).toBe(true);
    expect(isWithin(baseline, { before: 0, value: 0.002 })).toBe(false);
  });
});

describe('what was read of the time before', () => {
  const before = { version: 'v42', asOf: noon - minute };
  const share = aGate({ pass: { operator: '<', value: 0.01 }, unit: 'percent' });

  it('makes a gate ignored that did not pass then, in words', () =>
    expect(readBefore(share, before, { value: 0.04, at: noon })).toEqual({
      gate: 'errors',
      at: noon,
      asOf: noon - minute,
      value: 0.04,
      verdict: 'ignored',
      note: 'was already 4 % before v42 was deployed: it says nothing about this rollback',
    }));

  it('is kept when it passed then', () =>
    expect(readBefore(share, before, { value: 0, at: noon })).toEqual({
      gate: 'errors',
      at: noon,
      asOf: noon - minute,
      value: 0,
      verdict: 'pending',
    }));

  it('ignores nothing when the past cannot be read', () =>
    expect(readBefore(share, before, { missing: 'no data', at: noon })).toMatchObject({
      verdict: 'pending',
      note: 'what it was before v42 was deployed is not known: no data',
    }));

  it('leaves a gate that has to compare inconclusive when there is nothing to compare with', () => {
    const gate = { ...share, baseline: { within: 0.1, direction: 'increase' } as const };
    expect(readBefore(gate, before, { missing: 'no data', at: noon }).verdict).toBe('inconclusive');
  });
});
