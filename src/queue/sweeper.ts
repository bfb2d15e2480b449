import type { JobKind } from '../domain/job.ts';
import type { Log, Outbox } from '../ports.ts';
import type { QueueName } from './job.ts';
import { queueNames } from './job.ts';

interface SweeperOptions {
  outbox: Outbox;
  run: (jobId: string) => Promise<void>;
  queueOf: (kind: JobKind) => QueueName;
  everyMs: number;
  now: () => number;
  log: Log;
}

/** How long a wake-up may take before the sweeper runs the job itself: the queue is faster when it works. */
const graceMs = 1000;
/** Of each queue: jobs that hang on a Slack which does not answer leave the rollbacks their places. */
const atOnce = 10;
const lookedAt = 200;

/** Runs due jobs whose wake-up was lost: with it, all of Redis may vanish and work only comes a few seconds late. */
export function startSweeper({ outbox, run, queueOf, everyMs, now, log }: SweeperOptions): { stop: () => Promise<void> } {
  let stopped = false;
  let sweeping: Promise<void> = Promise.resolve();
  const running = new Map(queueNames.map((name) => [name, new Map<string, Promise<void>>()]));

  const start = (queue: QueueName, id: string): void => {
    const mine = running.get(queue);
    if (stopped || !mine || mine.has(id) || mine.size >= atOnce) return;
    const ended = run(id)
      .catch((error: unknown) => log.warn({ jobId: id, err: error }, 'job of the sweeper did not end in order'))
      .finally(() => void mine.delete(id));
    mine.set(id, ended);
  };
  const sweep = async (): Promise<void> => {
    try {
      const due = await outbox.due(now() - graceMs, lookedAt);
      if (due.length > 0) log.info({ jobs: due.length }, 'sweeper runs jobs that nobody was woken for');
      for (const { id, kind } of due) start(queueOf(kind), id);
    } catch (error) {
      log.warn({ err: error }, 'sweeper could not look for work');
    }
  };
  let timer = setTimeout(tick, everyMs);
  function tick(): void {
    sweeping = sweep().then(() => {
      if (!stopped) timer = setTimeout(tick, everyMs);
    });
  }
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await sweeping;
      await Promise.all([...running.values()].flatMap((mine) => [...mine.values()]));
    },
  };
}
