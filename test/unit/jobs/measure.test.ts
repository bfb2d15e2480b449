import { describe, expect, it } from '@jest/globals';
import type { Measurement } from '../../../src/domain/measurement.ts';
import { measure, measureAfter, measureBefore } from '../../../src/jobs/support/measure.ts';
import { ProviderError, type MetricSource } from '../../../src/ports.ts';
import { aGate, minute, noon } from '../../support/builders.ts';

const before = { version: 'v42', asOf: noon - 5 * minute };
const silent = new ProviderError('prometheus', 'unavailable', { message: 'it is down' });

/** A metric system with one value before the deployment and one after it; what it cannot answer it throws. */
function sourceOf({ past, now }: { past?: Measurement | Error; now?: Measurement | Error }) {
  const asked: (number | 'now')[] = [];
  const source: MetricSource = {
    measure: (_query, when) => {
      asked.push(when?.at ?? 'now');
      const answer = (when === undefined ? now : past) ?? { missing: 'no data' };
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  return { asked, deps: { metrics: () => source, now: () => noon } };
}

const gate = aGate({ pass: { operator: '<', value: 1 } });
const comparing = aGate({ baseline: { within: 0.1, direction: 'increase' } });

describe('looking back', () => {
  it('asks for the moment before the bad version, the traffic too', async () => {
    const { asked, deps } = sourceOf({ past: { value: 4 } });
    const busy = { ...gate, minimumTraffic: { query: 'traffic', atLeast: 1 } };
    expect(await measureBefore(busy, before, deps)).toMatchObject({ verdict: 'ignored', value: 4, asOf: before.asOf });
    expect(asked).toEqual([before.asOf, before.asOf]);
    expect(await measureBefore({ ...gate, minimumTraffic: { query: 'traffic', atLeast: 5 } }, before, deps)).toMatchObject({
      verdict: 'pending',
      note: expect.stringContaining('too little traffic to tell'),
    });
  });

  it('says nothing while the source is silent, so that it is asked again', async () => {
    expect(await measureBefore(gate, before, sourceOf({ past: silent }).deps)).toBeUndefined();
    expect(await measureBefore(comparing, before, sourceOf({ past: silent }).deps)).toBeUndefined();
  });

  it('asks nobody when the moment is not known, and only a gate that compares cannot do without', async () => {
    const { asked, deps } = sourceOf({ past: { value: 0 } });
    const unknown = { version: 'v42', unknown: 'it is not known when v42 was deployed' };
    expect(await measureBefore(gate, unknown, deps)).toBeUndefined();
    expect(await measureBefore(comparing, unknown, deps)).toMatchObject({ verdict: 'inconclusive' });
    expect(asked).toEqual([]);
  });
});

describe('looking at how it is', () => {
  it('waits for something to compare with', async () => {
    const { asked, deps } = sourceOf({ now: { value: 0 } });
    expect(await measureAfter(comparing, [], deps)).toEqual({ missing: 'prometheus could not be asked what it was before' });
    expect(asked).toEqual([]);
    const known = { gate: comparing.name, at: noon, asOf: before.asOf, value: 1, verdict: 'pending' as const };
    expect(await measureAfter(comparing, [known], deps)).toEqual({ value: 0 });
  });

  it('is missing, with the reason, when the source is silent', async () => {
    expect(await measure(gate, sourceOf({ now: silent }).deps)).toEqual({ missing: 'prometheus: it is down' });
  });

  it('lets a mistake of the program through', async () => {
    await expect(measure(gate, sourceOf({ now: new TypeError('oops') }).deps)).rejects.toThrow('oops');
    await expect(measureBefore(gate, before, sourceOf({ past: new TypeError('oops') }).deps)).rejects.toThrow('oops');
  });
});
