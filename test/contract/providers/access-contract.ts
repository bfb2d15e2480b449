import { expect, it } from '@jest/globals';
import type { Stage } from './vendor.ts';

/** The credentials are tried without changing anything. */
export function accessContract(stage: () => Stage): void {
  it('is content with good credentials and changes nothing to find that out', async () => {
    const { vendor, target } = stage();
    const [starts, calls] = [vendor.starts(), vendor.calls()];
    expect(await target.check()).toEqual({ ok: true, missing: [] });
    expect(vendor.starts()).toBe(starts);
    expect(vendor.calls()).toBeGreaterThan(calls);
  });

  it('says what is missing with a wrong token, without showing it', async () => {
    const { ok, missing } = await stage().vendor.open({ token: 'canary-secret-token' }).check();
    expect(ok).toBe(false);
    expect(missing).toEqual([expect.stringContaining('valid token')]);
    expect(missing.join(' ')).not.toContain('canary-secret');
  });

  it('says that it cannot be reached instead of throwing', async () => {
    const { vendor } = stage();
    expect((await vendor.open({ url: vendor.deadUrl }).check()).missing).toEqual([expect.stringContaining('cannot be reached')]);
  });
}
