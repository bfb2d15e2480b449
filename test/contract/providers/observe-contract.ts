import { expect, it } from '@jest/globals';
import { ended, inTime, type RunVendor, type Stage } from './vendor.ts';

/** A run is watched to its end, and what runs afterwards is known. */
export function observeContract(stage: () => Stage<RunVendor>): void {
  it('watches a run to its success', async () => {
    const { target, order } = stage();
    const { target: back } = await target.preview();
    const given = { ...(await order()), ...(back && { to: back }) };
    const run = await target.start(given, inTime());
    const first = await target.observe(run, given);
    expect(['waiting', 'running']).toContain(first.state);
    expect(first.nextLookMs).toBeGreaterThan(0);
    const seen = await ended(target, run, given);
    expect(seen.state).toBe('succeeded');
  });

  it('watches a run to its failure and says where it stopped', async () => {
    const { vendor, target, order } = stage();
    const given = await order(vendor.versions.failed);
    const run = await target.start(given, inTime());
    const seen = await ended(target, run, given);
    expect(seen.state).toBe('failed');
    expect(seen.message.length).toBeGreaterThan(10);
  });

  it('goes on to an older version after a rollback, never back to the one rolled back from', async () => {
    const { vendor, target, order } = stage();
    const { next, live } = vendor.versions;
    await vendor.deploy(live);
    await vendor.deploy(next);
    const given = await order(live);
    const run = await target.start(given, inTime());
    await ended(target, run, given);
    const seen = await target.preview();
    expect(seen.current?.label).toBe(live);
    expect(seen.lastKnownGood?.label).not.toBe(next);
    const previous = await target.preview('previous');
    expect(previous.target?.label).not.toBe(next);
    const forward = await target.preview(next);
    expect(forward.checks.map(({ code }) => code)).toContain('target_rolled_back');
  });
}
