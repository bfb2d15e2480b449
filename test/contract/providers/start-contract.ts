import { expect, it } from '@jest/globals';
import { ended, found, inTime, type Stage } from './vendor.ts';

/** One run for one order, whatever happens to the answer. */
export function startContract(stage: () => Stage): void {
  it('starts one run for one order, which is found again by its operation', async () => {
    const { vendor, target, order } = stage();
    const given = await order();
    expect(await target.find(given)).toBeUndefined();
    const run = await target.start(given, inTime());
    expect(vendor.runsOf(given.operationId)).toBe(1);
    expect((await found(target, given)).ref).toBe(run.ref);
    await ended(target, run);
  });

  it('does not take the run of another order for its own, not even with a similar operation', async () => {
    const { vendor, target, order } = stage();
    const given = await order();
    await target.start(given, inTime());
    await found(target, given);
    expect(await target.find({ ...given, operationId: given.operationId.slice(0, -1) })).toBeUndefined();
    expect(await target.find({ ...given, operationId: '.*' })).toBeUndefined();
    await vendor.idle();
  });

  it('says "unknown" when the answer got lost, and then finds the one run instead of starting a second', async () => {
    const { vendor, target, order } = stage();
    const given = await order();
    vendor.setLag(400);
    vendor.trouble({ on: 'start', kind: 'accepted-then-cut' });
    const before = vendor.starts();
    await expect(target.start(given, inTime())).rejects.toMatchObject({ name: 'ProviderError', kind: 'unknown' });
    expect(vendor.starts() - before).toBe(1);

    const run = await found(target, given);
    vendor.setLag(0);
    expect(vendor.runsOf(given.operationId)).toBe(1);
    await ended(target, run);
  });

  it('says "unknown" when no answer comes in time', async () => {
    const { vendor, target, order } = stage();
    const given = await order();
    vendor.trouble({ on: 'start', kind: 'accepted-then-silent' });
    const before = vendor.starts();
    await expect(target.start(given, AbortSignal.timeout(300))).rejects.toMatchObject({ kind: 'unknown' });
    expect(vendor.starts() - before).toBe(1);
    expect(vendor.runsOf(given.operationId)).toBe(1);
    await vendor.idle();
  });

  it('says "unknown" after a server error and never sends a write twice', async () => {
    const { vendor, target, order } = stage();
    const given = await order();
    vendor.trouble({ on: 'start', kind: 'error' });
    const before = vendor.starts();
    await expect(target.start(given, inTime())).rejects.toMatchObject({ kind: 'unknown' });
    expect(vendor.starts() - before).toBe(1);
    expect(vendor.runsOf(given.operationId)).toBe(0);
  });

  it('passes on how long to wait when it asks too often', async () => {
    const { vendor, target, order } = stage();
    const given = await order();
    vendor.trouble({ on: 'start', kind: 'rate-limit' });
    const before = vendor.starts();
    await expect(target.start(given, inTime())).rejects.toMatchObject({ kind: 'rate_limited', retryAfterMs: 30_000 });
    expect(vendor.starts() - before).toBe(1);
  });
}
