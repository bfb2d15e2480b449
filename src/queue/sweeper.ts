import type { Log, Outbox } from '../ports.ts';

interface SweeperOptions {
  outbox: Outbox;
  run: (jobId: string) => Promise<void>;
  everyMs: number;
  now: () => number;
  log: Log;
}

/** How long a wake-up may take before the sweeper runs the job itself: the queue is faster when it works. */
const graceMs = 1500;
const atOnce = 10;

/** Runs due jobs whose wake-up was lost: with it, all of Redis may vanish and work only comes a few seconds late. */
export function startSweeper({ outbox, run, everyMs, now, log }: SweeperOptions): { stop: () => Promise<void> } {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();

  const sweep = async (): Promise<void> => {
    try {
      const due = await outbox.due(now() - graceMs, atOnce);
      if (due.length > 0) log.info({ jobs: due.length }, 'sweeper runs jobs that nobody was woken for');
      await Promise.all(due.map(({ id }) => run(id)));
    } catch (error) {
      log.warn({ err: error }, 'sweeper could not look for work');
    }
  };
  let timer = setTimeout(tick, everyMs);
  function tick(): void {
    running = sweep().then(() => {
      if (!stopped) timer = setTimeout(tick, everyMs);
    });
  }
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
