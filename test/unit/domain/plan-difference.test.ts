import { describe, expect, it } from '@jest/globals';
import type { Plan, Step } from '../../../src/domain/plan.ts';
import { planDifference } from '../../../src/domain/plan-difference.ts';
import { aGate, aPlan, aVersion } from '../../support/builders.ts';

const with1 = (change: Partial<Step>, plan = aPlan()): Plan => ({
  ...plan,
  steps: plan.steps.map((step, index) => (index === 0 ? { ...step, ...change } : step)),
});
const two = aPlan({ steps: 2 });

describe('what is different in another plan', () => {
  it.each<[string, Plan, Plan, string]>([
    ['another target', aPlan(), with1({ to: aVersion('v40') }), 'to v40 instead of v41'],
    ['another start', aPlan(), with1({ from: aVersion('v43') }), 'from v43, which runs by now, instead of v42'],
    [
      'both',
      aPlan(),
      with1({ from: aVersion('v43'), to: aVersion('v40') }),
      'to v40 instead of v41, from v43, which runs by now, instead of v42',
    ],
    ['a step among others', two, with1({ to: aVersion('v40') }, two), 'step-1 to v40 instead of v41'],
    ['a step more', aPlan(), two, 'with step-2'],
    ['a step fewer', two, aPlan(), 'without step-2'],
    ['another place to change', aPlan(), with1({ target: { workflow: 'other.yml' } }), 'with another target'],
    ['no gate any more', with1({ gate: { kind: 'manual', text: 'Look.' } }), aPlan(), 'with another gate'],
    ['other rules', two, with1({ onFailure: 'compensate', timeoutMs: 1 }, two), 'step-1 with another rule for its failure and time limit'],
    ['another measurement', aPlan(), aPlan({ verify: [aGate({ count: 9 })] }), 'measured in another way'],
    ['only what was seen', aPlan(), with1({ fingerprint: 'another', estimateSeconds: 9 }), 'the same steps, looked up again'],
  ])('is %s: said in words', (_what, before, after, words) => expect(planDifference(before, after)).toBe(words));

  it('is never called nothing where the file was changed', () => {
    const changes: Partial<Step>[] = [
      { service: 'api' },
      { environment: 'staging' },
      { kind: 'config' },
      { provider: 'http' },
      { needs: ['x'] },
      { compensation: 'auto' },
      { database: { automated: true } },
      { pauses: 'auto-sync' },
    ];
    for (const change of changes) expect(planDifference(aPlan(), with1(change))).toMatch(/^with another \w/);
  });
});
