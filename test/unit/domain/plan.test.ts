import { describe, expect, it } from '@jest/globals';
import type { Plan } from '../../../src/domain/plan.ts';
import { planHashOf } from '../../../src/domain/plan.ts';
import { aGate, aPlan, aVersion } from '../../support/builders.ts';

describe('the hash that approvals are bound to', () => {
  const [step] = aPlan().steps;

  it('is the same for the same plan, in whatever order its parts were written', () => {
    const { service, environment, steps, verify } = aPlan();
    expect(planHashOf({ verify, steps, environment, service })).toBe(planHashOf(aPlan()));
  });

  it('stays the same on its way through the store', () =>
    expect(planHashOf(JSON.parse(JSON.stringify(aPlan())) as Plan)).toBe(planHashOf(aPlan())));

  it.each<[string, Partial<Plan>]>([
    ['the service', { service: 'other' }],
    ['the environment', { environment: 'staging' }],
    ['one step more', aPlan({ steps: 2 })],
    ['no verification', { verify: [] }],
    ['a softer gate', { verify: [aGate({ pass: { operator: '<', value: 2 } })] }],
    ['another target version', { steps: [{ ...aPlan().steps[0]!, to: aVersion('v40') }] }],
    ['another version to come from', { steps: [{ ...aPlan().steps[0]!, from: aVersion('v43') }] }],
    ['another fingerprint', { steps: [{ ...aPlan().steps[0]!, fingerprint: 'f2' }] }],
    ['another configured target', { steps: [{ ...aPlan().steps[0]!, target: { repository: 'acme/other' } }] }],
  ])('changes with %s', (_what, change) => {
    expect(step).toBeDefined();
    expect(planHashOf({ ...aPlan(), ...change })).not.toBe(planHashOf(aPlan()));
  });
});
