/** Warroom's processes: killed, frozen and thawed by their own pid, and started again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningApp } from '../../sandbox/app.ts';

type Role = 'web' | 'worker';

/** A place for one process; the process in it changes. */
export interface Place {
  name: string;
  role: Role;
  app: RunningApp;
  state: 'up' | 'frozen' | 'starting';
  /** When the process was last seen to run, and how long the last start took, both in milliseconds. */
  upSince: number;
  startMs: number;
  thawed: Promise<void>;
}

export interface Crew {
  /** Ends it as a crash would, and starts the next one. */
  kill: (place: Place) => void;
  /** Lets it stand still; its connections stay open, and it does not notice. */
  freeze: (place: Place, ms: number) => void;
  /** Those that may be hit: up, and for as long as a start takes. On a slow machine nothing would ever be done otherwise. */
  ripe: (role: Role) => Place[];
  /** Resolves when none of those that are frozen just now still is. */
  thawed: () => Promise<void>;
  /** Resolves when all of them are up. @throws when one of them could not be started again */
  settled: () => Promise<void>;
  counts: { kills: number; freezes: number };
  /** What any of them logged as an error, also those that are gone. */
  errors: () => string[];
}

/** Takes over the processes that are up already; `start` starts one more. */
export function crewOf(apps: readonly { role: Role; app: RunningApp }[], start: (role: Role) => Promise<RunningApp>): Crew {
  const places = apps.map(({ role, app }, index): Place => {
    const name = role === 'web' ? role : `${role} ${apps.slice(0, index + 1).filter((each) => each.role === role).length}`;
    return { name, role, app, state: 'up', upSince: performance.now(), startMs: 0, thawed: Promise.resolve() };
  });
  const counts = { kills: 0, freezes: 0 };
  const everyone = apps.map(({ app }) => app);
  const underWay = new Set<Promise<void>>();
  const troubles: unknown[] = [];
  const track = (work: Promise<void>): Promise<void> => {
    const ended = work.catch((error: unknown) => void troubles.push(error)).finally(() => void underWay.delete(ended));
    underWay.add(ended);
    return ended;
  };
  const replace = async (place: Place): Promise<void> => {
    await place.app.stop('SIGKILL');
    const startedAt = performance.now();
    place.app = await start(place.role);
    everyone.push(place.app);
    Object.assign(place, { state: 'up', upSince: performance.now(), startMs: performance.now() - startedAt });
  };
  return {
    counts,
    errors: () => everyone.flatMap(({ lines }) => lines.filter((line) => line.includes('"level":"error"'))),
    kill: (place) => {
      counts.kills += 1;
      place.state = 'starting';
      void track(replace(place));
    },
    freeze: (place, ms) => {
      counts.freezes += 1;
      place.state = 'frozen';
      place.thawed = track(standStill(place, ms));
    },
    ripe: (role) => places.filter((place) => place.role === role && isRipe(place)),
    thawed: async () => {
      await Promise.all(places.map(({ thawed }) => thawed));
    },
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
      if (troubles.length > 0) throw new AggregateError(troubles, 'a process could not be started again');
    },
  };
}

const isRipe = ({ state, upSince, startMs }: Place): boolean => state === 'up' && performance.now() - upSince >= startMs;

const standStill = async (place: Place, ms: number): Promise<void> => {
  process.kill(place.app.pid, 'SIGSTOP');
  try {
    await sleep(ms);
  } finally {
    process.kill(place.app.pid, 'SIGCONT');
    Object.assign(place, { state: 'up', upSince: performance.now() });
  }
};
