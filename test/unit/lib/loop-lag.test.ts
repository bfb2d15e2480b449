import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startLoopLag, type LoopLag } from '../../../src/lib/loop-lag.ts';

let lag: LoopLag;
afterEach(() => lag.stop());

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('the event loop lag', () => {
  it('still shows a block when it is asked after it', async () => {
    lag = startLoopLag();
    await sleep(50); // the first tick only starts the measurement
    block(300);
    await sleep(50);
    expect(lag.currentMs()).toBeGreaterThan(200);
  });

  it('forgets a block after a while', async () => {
    lag = startLoopLag({ windowMs: 40 });
    await sleep(50);
    block(300);
    await sleep(50);
    // However busy the machine is, at some time two windows pass without a block as long as ours.
    while (lag.currentMs() > 150) await sleep(20);
    expect(lag.currentMs()).toBeLessThanOrEqual(150);
  });
});
