import { describe, expect, it } from '@jest/globals';
import type { Measurement } from '../../../src/domain/measurement.ts';
import type { DatabaseStep, Step } from '../../../src/domain/plan.ts';
import { busyReason } from '../../../src/jobs/support/quiet-time.ts';
import { ProviderError, type Deps, type EnvironmentSettings } from '../../../src/ports.ts';
import { plan } from '../../support/samples.ts';

const morning = Date.UTC(2026, 4, 4, 10);
const night = Date.UTC(2026, 4, 4, 3);
const peakHours = { days: ['mon'], from: '08:00', to: '20:00', timeZone: 'UTC' } as const;
const load = { provider: 'prometheus', query: 'rate', above: 50 };

const stepOf = (kind: Step['kind'], database?: DatabaseStep): Step => {
  const [step] = plan().steps;
  if (!step) throw new Error('the sample has a step');
  return { ...step, kind, ...(database && { database }) };
};

const sources = (now: number, hours?: EnvironmentSettings['peakHours'], answer: Measurement | Error = { value: 1 }) => {
  const production = { id: 'production', code: { provider: 'any' }, class: 'production', verify: [], ...(hours && { peakHours: hours }) };
  const settings = { services: [{ id: 'shop', owner: '@a', links: [], environments: [production] }] } as unknown as Deps['settings'];
  const measure = () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer));
  return { settings, metrics: () => ({ measure }), now: () => now };
};

describe('a database step whose turn has come', () => {
  const down = stepOf('database', { class: 'schema-down', automated: false });

  it('waits while it is peak, by the calendar or by the load, and says why', async () => {
    expect(await busyReason(down, sources(morning, peakHours))).toContain('it is 10:00 in UTC');
    expect(await busyReason(down, sources(night, { ...peakHours, load }, { value: 51 }))).toContain('the load is 51, above 50');
    const silent = new ProviderError('prometheus', 'unavailable', { message: 'no answer' });
    expect(await busyReason(down, sources(night, { ...peakHours, load }, silent))).toContain('the load is not known, which counts as peak');
  });

  it('goes on at a quiet time, or where no peak hours are configured', async () => {
    expect(await busyReason(down, sources(night, { ...peakHours, load }))).toBeUndefined();
    expect(await busyReason(down, sources(morning))).toBeUndefined();
  });

  it('goes on at any time when it only reverts data, or was drilled', async () => {
    expect(
      await busyReason(stepOf('database', { class: 'logical-reversion', automated: false }), sources(morning, peakHours)),
    ).toBeUndefined();
    const drilled = stepOf('database', { class: 'schema-down', automated: true, drilledAt: morning - 1 });
    expect(await busyReason(drilled, sources(morning, peakHours))).toBeUndefined();
    expect(await busyReason(stepOf('code'), sources(morning, peakHours))).toBeUndefined();
  });
});
