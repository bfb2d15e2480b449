import { expect, it } from '@jest/globals';
import type { Preview } from '../../../src/ports.ts';
import type { RunVendor, Stage } from './vendor.ts';

/** What is known before anything is changed. */
export function previewContract(stage: () => Pick<Stage<RunVendor>, 'vendor' | 'target'>): void {
  it('names what runs and recommends the newest version that was healthy', async () => {
    const { vendor, target } = stage();
    const { live, lastGood } = vendor.versions;
    const seen = await target.preview();
    expect(seen.current?.label).toBe(live);
    expect(seen.lastKnownGood?.label).toBe(lastGood);
    expect(seen.target).toEqual(seen.lastKnownGood);
    expect(seen.candidates.map(({ id }) => id)).not.toContain(seen.current?.id);
    expect(blocks(seen)).toEqual([]);
  });

  it('finds a version by its label, by its id and by "previous"', async () => {
    const { vendor, target } = stage();
    const byLabel = await target.preview(vendor.versions.lastGood);
    const { id = '' } = byLabel.target ?? {};
    expect((await target.preview(id)).target?.id).toBe(id);
    expect((await target.preview('previous')).target?.id).toBe(id);
  });

  it('gives every check a reason and says what would change', async () => {
    const { target } = stage();
    const { checks, change } = await target.preview();
    expect(checks.length).toBeGreaterThan(0);
    for (const { text } of checks) expect(text.length).toBeGreaterThan(10);
    expect(change?.commits.length).toBeGreaterThan(0);
    expect(change?.summary).not.toBe('');
  });

  it('has no target and a blocking reason for a version that was never deployed', async () => {
    const { vendor, target } = stage();
    const seen = await target.preview(vendor.versions.never);
    expect(seen.target).toBeUndefined();
    expect(blocks(seen)).toContain('target_never_deployed');
  });

  it('blocks a version whose deployment failed, and the one that runs now', async () => {
    const { vendor, target } = stage();
    expect(blocks(await target.preview(vendor.versions.failed))).toContain('target_failed');
    expect(blocks(await target.preview(vendor.versions.live))).toContain('target_is_current');
  });

  it('survives hostile names', async () => {
    const { target } = stage();
    for (const name of ['', ' ', '../../../user', '%2e%2e', '<!channel>', 'a'.repeat(5_000), '__proto__', 'x?sha=y#z']) {
      expect((await target.preview(name)).target).toBeUndefined();
    }
  });
}

const blocks = ({ checks }: Preview): string[] => checks.filter(({ level }) => level === 'block').map(({ code }) => code);
