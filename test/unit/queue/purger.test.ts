import { describe, expect, it } from '@jest/globals';
import { startPurger } from '../../../src/queue/purger.ts';
import { aLogbook } from '../../support/logbook.ts';

const nothing = (): void => undefined;
const soon = { everyMs: 1, firstAfterMs: 0, pauseMs: 0 };

/** Answers each call with the next of these, then with nothing removed; `asked` resolves after so many calls. */
function aPurge(answers: readonly ({ inputs: number; jobs: number } | Error)[]) {
  const limits: number[] = [];
  const waiting: { calls: number; resolve: () => void }[] = [];
  const purge = (limit: number) => {
    limits.push(limit);
    for (const { calls, resolve } of waiting) if (limits.length >= calls) resolve();
    const answer = answers[limits.length - 1] ?? { inputs: 0, jobs: 0 };
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const asked = (calls: number) => new Promise<void>((resolve) => void waiting.push({ calls, resolve }));
  return { purge, asked, limits };
}

describe('the purger', () => {
  it('removes a bit at a time until nothing is left, and says once how much it was', async () => {
    const { purge, asked, limits } = aPurge([
      { inputs: 1000, jobs: 1000 },
      { inputs: 0, jobs: 7 },
    ]);
    const { log, lines } = aLogbook();
    const fourth = asked(4);
    const purger = startPurger({ purge, log, ...soon });
    await fourth;
    await purger.stop();
    expect(new Set(limits)).toEqual(new Set([1000]));
    expect(lines).toEqual([
      { level: 'info', fields: { inputs: 1000, jobs: 1007 }, message: 'removed inputs and jobs of more than a week ago' },
    ]);
  });

  it('goes on in the next round when the database did not answer', async () => {
    const { purge, asked } = aPurge([new Error('gone'), { inputs: 1, jobs: 0 }]);
    const { log, lines } = aLogbook();
    const fourth = asked(4);
    const purger = startPurger({ purge, log, ...soon });
    await fourth;
    await purger.stop();
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  it('stops at once while it waits for its next round', async () => {
    const { purge, limits } = aPurge([]);
    const purger = startPurger({ purge, log: aLogbook().log, firstAfterMs: 3_600_000 });
    await purger.stop();
    expect(limits).toEqual([]);
  });

  it('stops only when the statement under way has ended, for the database is closed next', async () => {
    let begin = nothing;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    let answer = nothing;
    const purge = (): Promise<{ inputs: number; jobs: number }> => {
      begin();
      return new Promise((resolve) => {
        answer = () => resolve({ inputs: 0, jobs: 0 });
      });
    };
    const purger = startPurger({ purge, log: aLogbook().log, ...soon });
    await begun;
    const order: string[] = [];
    const stopped = purger.stop().then(() => order.push('stopped'));
    await new Promise((resolve) => setImmediate(resolve));
    order.push('statement ended');
    answer();
    await stopped;
    expect(order).toEqual(['statement ended', 'stopped']);
  });
});
