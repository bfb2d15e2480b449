import { expect, it } from '@jest/globals';
import { ended, found, inTime, type RunVendor, type Stage } from './vendor.ts';

/** One run for one order, whatever happens to the answer. */
export function startContract(stage: () => Stage<RunVendor>): void {
  it('starts one run for one order, which is found again by its operation', async () => {
    const { vendor, target, order } = stage();
    const given = await order();
    expect(await target.find(given)).toBeUndefined();
    const run = await target.start(given, inTime());
    expect(vendor.runsOf(given.operationId)).toBe(1);
    expect((await found(target, given)).ref).toBe(run.ref);
    await ended(target, run, given);
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
    await ended(target, run, given);
  });
}
