import { setTimeout as sleep } from 'node:timers/promises';
import type { Log, Purge } from '../ports.ts';

interface PurgerOptions {
  purge: Purge;
  log: Log;
  everyMs?: number;
  /** A process that never lives for an hour purges as well. */
  firstAfterMs?: number;
  pauseMs?: number;
}

/** Few enough that nobody waits for the rows' locks. */
const atOnce = 1000;

/** Once an hour removes what is no longer needed, a bit at a time, so that the tables stay as small as the work of a week. */
export function startPurger({ purge, log, everyMs = 3_600_000, firstAfterMs = 60_000, pauseMs = 100 }: PurgerOptions): {
  stop: () => Promise<void>;
} {
  const stopped = new AbortController();
  const { signal } = stopped;
  const round = async (): Promise<void> => {
    let [inputs, jobs] = [0, 0];
    try {
      for (let more = true; more && !signal.aborted; await pause(pauseMs, signal)) {
        const removed = await purge(atOnce);
        inputs += removed.inputs;
        jobs += removed.jobs;
        more = removed.inputs + removed.jobs > 0;
      }
    } catch (error) {
      log.warn({ err: error }, 'old rows could not be removed; tried again later');
    }
    if (inputs + jobs > 0) log.info({ inputs, jobs }, 'removed inputs and jobs of more than a week ago');
  };
  const rounds = async (): Promise<void> => {
    for (let wait = firstAfterMs; !signal.aborted; wait = everyMs) {
      await pause(wait, signal);
      await round();
    }
  };
  const ended = rounds();
  return {
    stop: async () => {
      stopped.abort();
      await ended;
    },
  };
}

/** Ends at once when it is called off, and keeps no process alive. */
const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
