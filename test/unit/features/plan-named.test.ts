import { describe, expect, it } from '@jest/globals';
import { isSingleStep, planNamed } from '../../../src/features/rollback/plan-named.ts';
import type { PlanSettings, StepSettings } from '../../../src/ports.ts';
import { refusalOf } from '../../support/given.ts';

const step = (id: string, needs: readonly string[] = []): StepSettings => ({
  id,
  needs,
  service: 'shop',
  environment: 'production',
  kind: 'config',
  provider: 'http',
  target: {},
  compensation: 'auto',
  onFailure: 'stop',
  timeoutMs: 1000,
});
const campaign: PlanSettings = {
  id: 'campaign',
  description: 'all of it',
  service: 'shop',
  environment: 'production',
  steps: [step('traffic'), step('flag', ['traffic'])],
};
const deps = { settings: { plans: [campaign] } } as unknown as Parameters<typeof planNamed>[0];

describe('a plan by its name', () => {
  it('is the whole plan', () => expect(planNamed(deps, 'campaign')).toBe(campaign));

  it('is one step alone when that is named, and waits for no other', () => {
    expect(planNamed(deps, 'campaign/flag')).toMatchObject({ id: 'campaign/flag', service: 'shop', steps: [{ id: 'flag', needs: [] }] });
    expect([isSingleStep('campaign/flag'), isSingleStep('campaign'), isSingleStep(undefined)]).toEqual([true, false, false]);
  });

  it('is nothing for a name nobody gave', () =>
    expect([planNamed(deps, 'shop'), planNamed(deps, undefined)]).toEqual([undefined, undefined]));

  it('names the steps there are when one is mistyped', () =>
    expect(refusalOf(() => planNamed(deps, 'campaign/flg')).message).toBe(
      'The plan campaign has no step “flg”. It has: `campaign/traffic`, `campaign/flag`.',
    ));
});
