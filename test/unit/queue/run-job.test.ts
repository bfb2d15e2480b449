import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { JobKind } from '../../../src/domain/job.ts';
import { Refusal } from '../../../src/domain/refusal.ts';
import { ChatError, ProviderError } from '../../../src/ports.ts';
import type { GivenUp, JobDefinition, JobOutcome, Try } from '../../../src/queue/job.ts';
import { defineJob } from '../../../src/queue/job.ts';
import type { Runner } from '../../../src/queue/run-job.ts';
import { runJob } from '../../../src/queue/run-job.ts';
import { noon } from '../../support/builders.ts';
import { aLogbook } from '../../support/logbook.ts';
import { anOutbox } from '../../support/outbox.ts';

type Run = (payload: { id: string }, attempt: Try) => Promise<JobOutcome | void>;

/** What became of the job before. */
interface Was {
  attempts?: number;
  claims?: number;
  leaseMs?: number;
  kind?: JobKind;
  /** What happens when somebody is told that the job is given up. */
  tell?: () => Promise<void>;
}

/** A worker with one job, which does what the test wants. */
function aWorker(run: Run, { attempts = 0, claims, leaseMs = 60_000, kind = 'room.topic', tell = nothing }: Was = {}) {
  const outbox = anOutbox();
  outbox.put({ id: 'job', kind, payload: { id: 'inc_1' }, order: 'a', attempts, claims: claims ?? attempts });
  const ends: string[] = [];
  const givenUp: GivenUp[] = [];
  const job = defineJob<{ id: string }, undefined>(
    { kind: 'room.topic', queue: 'slack', payload: z.object({ id: z.string() }) },
    (payload, _deps, attempt) => run(payload, attempt),
    (_payload, _deps, attempt) => {
      givenUp.push(attempt);
      return tell();
    },
  );
  const { log, lines } = aLogbook();
  const jobs: ReadonlyMap<JobKind, JobDefinition<undefined>> = new Map([[job.kind, job]]);
  const onEnd: Runner<undefined>['onEnd'] = (_kind, end) => void ends.push(end);
  const runner: Runner<undefined> = { outbox, jobs, deps: undefined, now: () => noon, leaseMs, log, onEnd };
  return { outbox, ends, givenUp, lines, work: (id = 'job') => runJob(runner, id) };
}

const failing = (error: Error, was: Was = {}) =>
  aWorker(() => {
    throw error;
  }, was);
const nothing = () => Promise.resolve();
const unheard = () => Promise.reject(new Error('the database is away'));

describe('a job that ends well', () => {
  it('is gone, and the next of its order is woken', async () => {
    const { outbox, work, ends } = aWorker(nothing);
    outbox.put({ id: 'next', kind: 'room.topic', payload: { id: 'inc_1' }, order: 'a' });

    expect(await work()).toMatchObject([{ id: 'next' }]);
    expect(outbox.row('job')).toBeUndefined();
    expect(ends).toEqual(['done']);
  });

  it('gets its ids, and knows that nobody tried before', async () => {
    const seen: unknown[] = [];
    const { work } = aWorker((payload, { maybeDone, jobId }) => {
      seen.push({ payload, maybeDone, jobId });
      return nothing();
    });
    await work();
    expect(seen).toEqual([{ payload: { id: 'inc_1' }, maybeDone: false, jobId: 'job' }]);
  });

  it('may ask to run again at a time of its own, which is no failure', async () => {
    const { outbox, work, ends } = aWorker(() => Promise.resolve({ again: noon + 5000 }));
    expect(await work()).toMatchObject([{ id: 'job', dueAt: noon + 5000 }]);
    expect(outbox.row('job')).toMatchObject({ dueAt: noon + 5000, attempts: 0 });
    expect(ends).toEqual(['again']);
  });
});

describe('a job whose turn it is not', () => {
  it('does not run behind an older one of its order', async () => {
    const { outbox, work, ends } = aWorker(nothing);
    outbox.put({ id: 'later', kind: 'room.topic', payload: { id: 'inc_1' }, order: 'a' });
    expect(await work('later')).toEqual([]);
    expect(ends).toEqual([]);
  });

  it('does not run while another worker has it', async () => {
    let runs = 0;
    const { work } = aWorker(async () => {
      runs += 1;
      expect(await work()).toEqual([]);
    });
    await work();
    expect(runs).toBe(1);
  });

  it('is nothing to anybody once it is done', async () => expect(await aWorker(nothing).work('unknown')).toEqual([]));
});

describe('a job that fails', () => {
  it('is tried again within the pause of its attempt, and the log says so', async () => {
    const { outbox, work, ends, lines } = failing(new Error('socket hang up'), { attempts: 3 });
    await work();

    const row = outbox.row('job');
    expect(row).toMatchObject({ attempts: 4, failure: 'socket hang up' });
    expect(row?.dueAt).toBeGreaterThanOrEqual(noon);
    expect(row?.dueAt).toBeLessThanOrEqual(noon + 4000);
    expect(ends).toEqual(['failed']);
    expect(lines.map(({ level }) => level)).toEqual(['warn']);
  });

  it('waits no longer than a minute, however often it failed', async () => {
    const { outbox, work } = failing(new Error('x'), { attempts: 18 });
    await work();
    expect(outbox.row('job')?.dueAt).toBeLessThanOrEqual(noon + 60_000);
  });

  it.each([
    ['Slack', new ChatError('again', 'ratelimited', { retryAfterMs: 30_000 })],
    ['a provider', new ProviderError('github-actions', 'rate_limited', { message: 'slow down', retryAfterMs: 30_000 })],
  ])('waits as long as %s asked for', async (_who, error) => {
    const { outbox, work } = failing(error);
    await work();
    expect(outbox.row('job')).toMatchObject({ dueAt: noon + 30_000, attempts: 1 });
  });

  it('is never given up because Slack is silent: what happened is told when it is back', async () => {
    const { outbox, work, ends } = failing(new ChatError('again', 'no_answer'), { attempts: 500 });
    await work();
    expect(outbox.row('job')).toMatchObject({ attempts: 501, failure: 'Slack answered no_answer' });
    expect(ends).toEqual(['failed']);
  });

  it('knows the next time that it may have been done', async () => {
    const seen: boolean[] = [];
    const { work } = aWorker(
      (_payload, { maybeDone }) => {
        seen.push(maybeDone);
        return nothing();
      },
      { attempts: 1 },
    );
    await work();
    expect(seen).toEqual([true]);
  });

  it('is settled, not failed, when it is refused: somebody was faster', async () => {
    const { outbox, work, ends, lines } = failing(new Refusal('stale_worker'));
    await work();
    expect(outbox.row('job')).toBeUndefined();
    expect(ends).toEqual(['done']);
    expect(lines.map(({ level }) => level)).toEqual(['info']);
  });
});

describe('a job that is given up', () => {
  it.each([
    ['Slack says never', new ChatError('final', 'is_archived'), {}],
    ['a provider refuses', new ProviderError('github-actions', 'refused', { message: 'no' }), {}],
    ['a provider does not know it', new ProviderError('github-actions', 'not_found', { message: 'no' }), {}],
    ['it failed twenty times', new Error('x'), { attempts: 19 }],
    ['workers died of it ten times', new Error('never reached'), { claims: 10 }],
  ])('because %s is kept with its reason, and who waits for it is told', async (_why, error, was) => {
    const { outbox, work, ends, givenUp, lines } = failing(error, was);
    await work();

    expect(outbox.row('job')).toMatchObject({ parked: expect.stringMatching(/\w/) });
    expect(givenUp).toMatchObject([{ jobId: 'job', reason: expect.stringContaining('given up: ') }]);
    expect(ends).toEqual(['parked']);
    expect(lines.map(({ level }) => level)).toEqual(['error']);
  });

  it('is kept for another try when who waits for it could not be told: else a rollback would look busy for ever', async () => {
    const { outbox, work, ends, givenUp } = failing(new Error('never reached'), { claims: 10, tell: unheard });
    await work();
    expect(outbox.row('job')).toMatchObject({ attempts: 1, failure: '10 workers ended in the middle of it' });
    expect(outbox.row('job')).not.toHaveProperty('parked');
    expect([givenUp.length, ends]).toEqual([1, ['failed']]);
  });

  it('is given up all the same when nobody could be told forty times', async () => {
    const { outbox, work, ends } = failing(new ChatError('final', 'is_archived'), { attempts: 39, tell: unheard });
    await work();
    expect(outbox.row('job')).toMatchObject({ parked: expect.stringMatching(/\w/) });
    expect(ends).toEqual(['parked']);
  });

  it('makes room for the next of its order', async () => {
    const { outbox, work } = failing(new ChatError('final', 'is_archived'));
    outbox.put({ id: 'next', kind: 'room.topic', payload: { id: 'inc_1' }, order: 'a' });
    expect(await work()).toMatchObject([{ id: 'next' }]);
  });

  it('is not one whose kind only a newer version knows: that waits', async () => {
    const { outbox, work, ends } = aWorker(nothing, { kind: 'card.pin' });
    await work();
    expect(outbox.row('job')).toMatchObject({ attempts: 1 });
    expect(ends).toEqual(['failed']);
  });
});

describe('a job that another worker took over', () => {
  it('is told to stop, and its end counts for nothing', async () => {
    const { outbox, work } = aWorker(
      async (_payload, { signal }) => {
        outbox.takeAway('job');
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
      { leaseMs: 60 },
    );
    await work();
    expect(outbox.row('job')).toMatchObject({ token: 2 });
  });

  it('may not call anything any more', async () => {
    const { outbox, work, lines } = aWorker(
      async (_payload, { signal, assertMine }) => {
        assertMine();
        outbox.takeAway('job');
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        assertMine();
      },
      { leaseMs: 60 },
    );
    await work();
    expect(lines.at(-1)).toMatchObject({ fields: { err: expect.objectContaining({ message: 'this worker lost the job' }) } });
    expect(outbox.row('job')).toMatchObject({ token: 2, attempts: 0 });
  });
});
