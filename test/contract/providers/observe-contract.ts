import { expect, it } from '@jest/globals';
import { ended, inTime, type Stage } from './vendor.ts';

/** A run is watched to its end, and what runs afterwards is known. */
export function observeContract(stage: () => Stage): void {
  it('watches a run to its success', async () => {
    const { target, order } = stage();
    const { target: back } = await target.preview();
    const run = await target.start({ ...(await order()), ...(back && { to: back }) }, inTime());
    const first = await target.observe(run);
    expect(['waiting', 'running']).toContain(first.state);
    expect(first.nextLookMs).toBeGreaterThan(0);
    const seen = await ended(target, run);
    expect(seen.state).toBe('succeeded');
  });

  it('watches a run to its failure and says where it stopped', async () => {
    const { vendor, target, order } = stage();
    const run = await target.start(await order(vendor.versions.failed), inTime());
    const seen = await ended(target, run);
    expect(seen.state).toBe('failed');
    expect(seen.message.length).toBeGreaterThan(10);
  });

  it('changes its fingerprint after somebody else deployed', async () => {
    const { vendor, target } = stage();
    const { current, target: to, fingerprint } = await target.preview();
    if (!current || !to) throw new Error('the vendor has no current version or no target');
    await vendor.deploy(vendor.versions.next);
    expect(await target.fingerprint(current, to)).not.toBe(fingerprint);
    expect((await target.preview()).current?.label).toBe(vendor.versions.next);
  });

  it('goes on to an older version after a rollback, never back to the one rolled back from', async () => {
    const { vendor, target, order } = stage();
    const { next, live } = vendor.versions;
    await vendor.deploy(live);
    await vendor.deploy(next);
    const run = await target.start(await order(live), inTime());
    await ended(target, run);
    const seen = await target.preview();
    expect(seen.current?.label).toBe(live);
    expect(seen.lastKnownGood?.label).not.toBe(next);
    const previous = await target.preview('previous');
    expect(previous.target?.label).not.toBe(next);
    const forward = await target.preview(next);
    expect(forward.checks.map(({ code }) => code)).toContain('target_rolled_back');
  });
}
