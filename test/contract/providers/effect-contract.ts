import { expect, it } from '@jest/globals';
import type { Order, RollbackTarget } from '../../../src/ports.ts';
import { ended, found, inTime, type Stage } from './vendor.ts';

/** One effect for one order, whatever happens on the way, and proof that it is there. */
export function effectContract(stage: () => Stage): void {
  plainEffects(stage);
  lostAnswers(stage);
  it('keeps its fingerprint while nothing happens, and has another one after somebody else changed something', async () => {
    const { vendor, target } = await fromTheStart(stage);
    const { current, target: to, fingerprint } = await target.preview(vendor.states.to);
    if (!current || !to) throw new Error('there is no current version or no target');
    expect(await target.fingerprint(current, to)).toBe(fingerprint);
    expect((await target.preview(vendor.states.to)).fingerprint).toBe(fingerprint);

    await vendor.deploy(vendor.states.other);
    expect(await target.fingerprint(current, to)).not.toBe(fingerprint);
  });
}

function plainEffects(stage: () => Stage): void {
  it('does what was ordered with one write, and reads back what is in effect then', async () => {
    const { vendor, target, order } = await fromTheStart(stage);
    const given = await order();
    const [starts, changes] = [vendor.starts(), vendor.changes()];
    expect(await target.find(given)).toBeUndefined();
    expect(await carryOut(target, given)).toBe('succeeded');
    expect(vendor.starts() - starts).toBe(1);
    expect(vendor.changes()).toBeGreaterThan(changes);
    expect((await target.effective())?.id).toBe(given.to.id);
  });

  it('has its effect once when the same order is started twice', async () => {
    const { vendor, target, order } = await fromTheStart(stage);
    const given = await order();
    expect(await carryOut(target, given)).toBe('succeeded');
    const changes = vendor.changes();
    expect(await carryOut(target, given)).toBe('succeeded');
    expect(vendor.changes()).toBe(changes);
    expect((await target.effective())?.id).toBe(given.to.id);
  });

  it('is undone by an order back to what was in effect before', async () => {
    const { target, order } = await fromTheStart(stage);
    const before = await target.effective();
    if (!before) throw new Error('nothing was in effect');
    const given = await order();
    expect(await carryOut(target, given)).toBe('succeeded');
    expect((await target.effective())?.id).toBe(given.to.id);

    expect(await carryOut(target, { operationId: `${given.operationId}-undo`, to: before, reason: 'undo' })).toBe('succeeded');
    expect((await target.effective())?.id).toBe(before.id);
  });
}

function lostAnswers(stage: () => Stage): void {
  it.each(['accepted-then-cut', 'accepted-then-error', 'accepted-then-silent'] as const)(
    'says "unknown" when the write was %s, never sends it twice, and finds what it did',
    async (kind) => {
      const { vendor, target, order } = await fromTheStart(stage);
      const given = await order();
      const starts = vendor.starts();
      vendor.trouble({ on: 'start', kind });
      const signal = kind === 'accepted-then-silent' ? AbortSignal.timeout(300) : inTime();
      await expect(target.start(given, signal)).rejects.toMatchObject({ name: 'ProviderError', kind: 'unknown' });
      expect(vendor.starts() - starts).toBe(1);

      // Whoever takes over knows the order only: the handle died with the one who started it.
      const run = await found(vendor.open(), given);
      expect((await ended(target, run, given)).state).toBe('succeeded');
      expect(vendor.starts() - starts).toBe(1);
      expect((await target.effective())?.id).toBe(given.to.id);
    },
  );

  it('finds nothing after a server error that had no effect, so that it may be started again', async () => {
    const { vendor, target, order } = await fromTheStart(stage);
    const given = await order();
    const [starts, changes] = [vendor.starts(), vendor.changes()];
    vendor.trouble({ on: 'start', kind: 'error' });
    await expect(target.start(given, inTime())).rejects.toMatchObject({ kind: 'unknown' });
    expect(vendor.starts() - starts).toBe(1);
    expect(vendor.changes()).toBe(changes);
    expect(await target.find(given)).toBeUndefined();
    expect(await carryOut(target, given)).toBe('succeeded');
  });

  it('sends a write once when it is asked to slow down, and passes on for how long', async () => {
    const { vendor, target, order } = await fromTheStart(stage);
    const given = await order();
    const starts = vendor.starts();
    vendor.trouble({ on: 'start', kind: 'rate-limit' });
    await expect(target.start(given, inTime())).rejects.toMatchObject({ kind: 'rate_limited', retryAfterMs: 30_000 });
    expect(vendor.starts() - starts).toBe(1);
  });
}

/** Every story begins with the same version in effect, and with nothing under way. */
export async function fromTheStart(stage: () => Stage): Promise<Stage> {
  const { vendor } = stage();
  await vendor.idle();
  await vendor.deploy(vendor.states.from);
  return stage();
}

async function carryOut(target: RollbackTarget, order: Order): Promise<string> {
  const run = await target.start(order, inTime());
  return (await ended(target, run, order)).state;
}
