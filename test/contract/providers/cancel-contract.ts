import { expect, it } from '@jest/globals';
import { fromTheStart } from './effect-contract.ts';
import { ended, inTime, type Stage } from './vendor.ts';

/** Stopping is a race with the run's own end; what is said about it must be true either way. */
export function cancelContract(stage: () => Stage): void {
  it('does not claim to have stopped what is over, says why, and changes nothing', async () => {
    const { vendor, target, order } = await fromTheStart(stage);
    const given = await order();
    const run = await target.start(given, inTime());
    await ended(target, run, given);
    const changes = vendor.changes();
    const { accepted, note = '' } = await target.cancel(run);
    expect(accepted).toBe(false);
    expect(note.length).toBeGreaterThan(10);
    expect(vendor.changes()).toBe(changes);
    expect((await target.observe(run, given)).state).toBe('succeeded');
    expect((await target.effective())?.id).toBe(given.to.id);
  });

  it('tells the truth about how it ended when it is asked to stop at once', async () => {
    const { target, order } = await fromTheStart(stage);
    const before = await target.effective();
    const given = await order();
    const run = await target.start(given, inTime());
    const { accepted } = await target.cancel(run);
    const { state } = await ended(target, run, given);
    const wasStopped = accepted && state === 'failed';
    expect(target.capabilities.cancel !== 'no' || !accepted).toBe(true);
    expect((await target.effective())?.id).toBe(wasStopped ? before?.id : given.to.id);
  });
}
