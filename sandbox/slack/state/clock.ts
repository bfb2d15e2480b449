/** The workspace clock: real time plus an offset that tests and the page may move forward. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  offsetMs(): number;
  /** Moves the clock forward and runs whatever became due. */
  advance(ms: number): void;
  /** Runs `work` once, when the clock reaches `time`. The answer cancels it. */
  at(time: number, work: () => void): () => void;
  /** Forgets everything planned. */
  stop(): void;
}

interface Planned {
  time: number;
  work: () => void;
  timer?: NodeJS.Timeout;
}

/** Longer waits would overflow setTimeout and fire at once. */
const longestTimer = 2 ** 31 - 1;

/** A clock over `base`; timers never keep the process alive. */
export function createClock(base: () => number = Date.now): Clock {
  let offset = 0;
  const planned = new Set<Planned>();
  const now = () => base() + offset;

  function run(entry: Planned): void {
    if (!planned.delete(entry)) return;
    clearTimeout(entry.timer);
    entry.work();
  }

  /** Waits once more when the timer was too short for the wait, or the clock is not ours. */
  function arm(entry: Planned): void {
    const wait = Math.min(Math.max(0, entry.time - now()), longestTimer);
    entry.timer = setTimeout(() => (entry.time <= now() ? run(entry) : arm(entry)), wait);
    entry.timer.unref();
  }

  function runDue(): void {
    const due = [...planned].filter((entry) => entry.time <= now()).toSorted((a, b) => a.time - b.time);
    for (const entry of due) run(entry);
  }

  return {
    now,
    offsetMs: () => offset,
    advance(ms) {
      offset += ms;
      runDue();
    },
    at(time, work) {
      const entry: Planned = { time, work };
      planned.add(entry);
      arm(entry);
      return () => {
        clearTimeout(entry.timer);
        planned.delete(entry);
      };
    },
    stop() {
      for (const entry of planned) clearTimeout(entry.timer);
      planned.clear();
    },
  };
}
