import { describe, expect, it } from '@jest/globals';
import { createClock } from '../../../sandbox/slack/state/clock.ts';
import { createIds } from '../../../sandbox/slack/state/ids.ts';

const noon = Date.UTC(2026, 10, 23, 12);

describe('the workspace clock', () => {
  it('runs what became due when it is moved, in order, once', () => {
    const clock = createClock(() => noon);
    const ran: string[] = [];
    clock.at(noon + 300_000, () => ran.push('five minutes'));
    clock.at(noon + 60_000, () => ran.push('one minute'));
    const cancel = clock.at(noon + 60_000, () => ran.push('cancelled'));
    cancel();
    clock.advance(59_999);
    expect(ran).toEqual([]);
    clock.advance(1);
    clock.advance(240_000);
    clock.advance(240_000);
    expect(ran).toEqual(['one minute', 'five minutes']);
    expect(clock.now()).toBe(noon + 540_000);
    clock.stop();
  });

  it('gives every message its own timestamp, even within one millisecond', () => {
    const ids = createIds(createClock(() => noon));
    const all = Array.from({ length: 1000 }, () => ids.ts());
    expect(new Set(all).size).toBe(1000);
    expect(all.toSorted()).toEqual(all);
    expect(all[0]).toBe('1795435200.000000');
  });
});
