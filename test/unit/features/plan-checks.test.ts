import type { PlacedHold } from '../../../src/domain/hold.ts';
import { describe, expect, it } from '@jest/globals';
import type { Check, Plan, Step } from '../../../src/domain/plan.ts';
import { planChecks } from '../../../src/features/rollback/plan-checks.ts';
import { ProviderError, type Deps, type EnvironmentSettings, type StepSettings } from '../../../src/ports.ts';
import { aGate } from '../../support/builders.ts';
import { plan as samplePlan } from '../../support/samples.ts';

const monday = Date.UTC(2026, 4, 4, 10);
const [sample] = samplePlan().steps;
if (!sample) throw new Error('the sample has a step');
const step = (change: Partial<Step>): Step => ({ ...sample, needs: [], ...change });
const settingsOf = ({ id, kind, target, service, environment, pauses }: Step): StepSettings => ({
  id,
  kind,
  target,
  service,
  environment,
  needs: [],
  provider: 'any',
  compensation: 'none',
  onFailure: 'stop',
  timeoutMs: 1,
  ...(pauses && { pauses }),
});

interface Around {
  environment?: Partial<EnvironmentSettings>;
  settings?: Partial<Pick<Deps['settings'], 'freezes'>>;
  load?: number | Error;
  now?: number;
  configured?: readonly StepSettings[];
  flags?: readonly string[];
  holds?: PlacedHold[];
}

async function checksOf(steps: readonly Step[], around: Around = {}): Promise<Check[]> {
  const { environment, settings, load = 0, now = monday, flags = [] } = around;
  const production: EnvironmentSettings = { id: 'production', code: { provider: 'any' }, class: 'production', verify: [], ...environment };
  const services = [{ id: 'shop', owner: '@a', links: [], environments: [production] }];
  const measure = () => (load instanceof Error ? Promise.reject(load) : Promise.resolve({ value: load }));
  const queries = { holds: () => Promise.resolve(around.holds ?? []) };
  const deps = {
    queries,
    settings: { services, ...settings } as unknown as Deps['settings'],
    metrics: () => ({ measure }),
    now: () => now,
  };
  const plan: Plan = { service: 'shop', environment: 'production', steps: [...steps], verify: [aGate()] };
  const checks = await planChecks(deps, { plan, configured: around.configured ?? steps.map(settingsOf), flags });
  return checks.filter(({ code }) => code !== 'not_held'); // what people hold has tests of its own
}

const codes = (checks: readonly Check[]): string[] => checks.map(({ code, level }) => `${code} ${level}`);

describe('a schema-down', () => {
  const down = step({ kind: 'database', database: { class: 'schema-down', automated: false } });
  const peakHours = { days: ['mon'], from: '08:00', to: '20:00', timeZone: 'UTC' } as const;
  const load = { provider: 'prometheus', query: 'rate', above: 50 };
  const night = Date.UTC(2026, 4, 4, 3);

  it('is blocked in the peak hours of its environment, with the reason', async () => {
    const [check] = await checksOf([down], { environment: { peakHours } });
    expect(check).toMatchObject({ code: 'database_peak', level: 'block' });
    expect(check?.text).toContain('it is 10:00 in UTC, and 08:00 to 20:00 is busy on mon');
    expect(check?.override).toBeUndefined();
  });

  it('is blocked at night by the load as well, and when nobody can tell the load', async () => {
    const at = { environment: { peakHours: { ...peakHours, load } }, now: night };
    expect((await checksOf([down], { ...at, load: 50 }))[0]).toMatchObject({
      level: 'pass',
      text: expect.stringContaining('50, not above 50'),
    });
    expect((await checksOf([down], { ...at, load: 50.5 }))[0]).toMatchObject({
      level: 'block',
      text: expect.stringContaining('50.5, above 50'),
    });
    const silent = new ProviderError('prometheus', 'unavailable', { message: 'no answer' });
    expect((await checksOf([down], { ...at, load: silent }))[0]).toMatchObject({
      level: 'block',
      text: expect.stringContaining('the load is not known, which counts as peak: prometheus: no answer'),
    });
  });

  it('may run at night, and is named when the plan has more steps', async () => {
    const [check] = await checksOf([down, step({ id: 'other' })], { environment: { peakHours }, now: night });
    expect(check).toMatchObject({ level: 'pass', text: expect.stringMatching(/^step-1: These are no peak hours \(it is 03:00 in UTC\)/) });
  });
});

describe('a calendar freeze', () => {
  const freezes = [
    { name: 'Sale', services: ['shop'], timeZone: 'UTC', reason: 'busy', when: { kind: 'once', from: 0, to: monday + 1 } },
  ] as const;

  it('warns of a rollback to a good version and blocks one to any other', async () => {
    expect(codes(await checksOf([step({})], { settings: { freezes } }))).toEqual(['freeze_calendar warn']);
    const unproven = step({ to: { id: 'c', label: 'v40', health: 'unknown' } });
    expect(await checksOf([unproven], { settings: { freezes } })).toMatchObject([{ level: 'block', override: 'break-glass' }]);
  });

  it('of another service, or of another time, says nothing', async () => {
    expect(await checksOf([step({})], { settings: { freezes: [{ ...freezes[0], services: ['search'] }] } })).toEqual([]);
    expect(await checksOf([step({})], { settings: { freezes }, now: monday + 1 })).toEqual([]);
  });
});

describe('code that ships by itself', () => {
  const environment = { autoSync: true };

  it('is warned about when it is rolled back alone', async () => {
    expect(codes(await checksOf([step({})], { environment }))).toEqual(['auto_sync_on warn']);
    expect(await checksOf([step({ kind: 'config' })], { environment })).toEqual([]);
  });

  it('is not, once the plan pauses that: also when it is paused already and has no step left', async () => {
    const pause = settingsOf(step({ id: 'pause', kind: 'config', pauses: 'auto-sync' }));
    expect(await checksOf([step({})], { environment, configured: [pause, settingsOf(step({}))] })).toEqual([]);
    const elsewhere = { ...pause, environment: 'staging' };
    expect(codes(await checksOf([step({})], { environment, configured: [elsewhere] }))).toEqual(['auto_sync_on warn']);
  });
});

describe('flags that depend on the code', () => {
  const environment = { flags: ['promo-banner'] };

  it('are named, those of the plan and those of the environment', async () => {
    const [check] = await checksOf([step({})], { environment, flags: ['new-search'] });
    expect(check).toMatchObject({ code: 'flags_depend', level: 'warn', text: expect.stringContaining('new-search, promo-banner') });
    expect(await checksOf([step({ kind: 'traffic' })], { environment })).toEqual([]);
  });

  it('are not, where a step of the plan takes care of them', async () => {
    const off = settingsOf(step({ id: 'promo', kind: 'config', target: { name: 'promo-banner' } }));
    expect(await checksOf([step({})], { environment, configured: [off, settingsOf(step({}))] })).toEqual([]);
  });
});
