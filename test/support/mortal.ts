// A worker in this process that can die between any two of its calls: from then on nothing it does is written, as after kill -9.
import { setTimeout as sleep } from 'node:timers/promises';
import type { KnownRollback } from '../../src/domain/rollback.ts';
import { jobs } from '../../src/jobs/index.ts';
import type { Deps, MetricSource, RollbackTarget } from '../../src/ports.ts';
import { runJob } from '../../src/queue/run-job.ts';
import { isOver } from './invariants.ts';
import { start, voter } from './samples.ts';
import type { TestStore } from './stores.ts';

export interface Employment {
  store: TestStore;
  /** The provider of every step, or of the one whose target has this name. */
  target: RollbackTarget | Readonly<Record<string, RollbackTarget>>;
  metrics?: MetricSource;
  /** Lost work is taken over after this. */
  leaseMs?: number;
  /** Dies right after this many of its calls that changed something outside: what lies between two of them nobody can tell apart. */
  diesAt?: number;
  /** Dies right after this. */
  diesAfter?: 'begin-step' | 'start' | 'measure';
  now?: () => number;
}

export interface Mortal {
  /** Does all that is due, and what comes of it, until nothing is due or it dies. */
  work: () => Promise<void>;
  isDead: () => boolean;
}

/** Nobody may see it: a dead process answers nothing. */
class Dead extends Error {
  override name = 'Dead' as const;
}

const began = Date.now();
/** The time of the samples, going on as fast as the real one. */
const clock = (): number => start + 2000 + Date.now() - began;

const silence = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Hires one. Whoever goes on after its death is another one with the same store and the same provider. */
export function hire(employment: Employment): Mortal {
  const { store, metrics, leaseMs = 60, now = clock } = employment;
  const life = createLife(employment);
  const outbox = life.guard(store.outbox(leaseMs), { claim: 'write', renew: 'write', finish: 'write', again: 'write', park: 'write' });
  const open = (_provider: string, { name }: { name?: unknown }): RollbackTarget =>
    life.guard(targetOf(employment, String(name)), { start: 'start' });
  const source = life.guard(metrics ?? { measure: () => Promise.resolve({ missing: 'nobody measures' }) }, { measure: 'measure' });
  const { execute } = life.guard(
    { execute: store.execute as (...args: unknown[]) => Promise<unknown> },
    { execute: ([, , command]) => ((command as { type: string }).type === 'rollback.begin-step' ? 'begin-step' : 'write') },
  );
  // Of all there is to work with, the engine needs no more than this.
  const deps = {
    execute,
    queries: life.guard(store.queries),
    now,
    open,
    metrics: () => source,
    voter: (user: string) => Promise.resolve(voter(user)),
    settleMs: leaseMs * 2,
    log: silence,
  } as Partial<Deps> as Deps;
  const runner = { outbox, jobs, deps, now, leaseMs, log: silence, onEnd: () => undefined };

  const work = async (): Promise<void> => {
    while (!life.isDead()) {
      const due = (await store.outbox(leaseMs).due(now(), 1000)).filter(({ kind }) => kind.startsWith('rollback.'));
      if (due.length === 0) return;
      for (const { id } of due) await runJob(runner, id).catch(unlessDead);
    }
  };
  return { work, isDead: life.isDead };
}

function targetOf({ target }: Employment, name: string): RollbackTarget {
  if ('effect' in target) return target as RollbackTarget;
  const found = target[name];
  if (!found) throw new Error(`no provider for ${name}`);
  return found;
}

function unlessDead(error: unknown): void {
  if (!(error instanceof Dead)) throw error;
}

type Calls = Record<string, unknown>;
type Name = Employment['diesAfter'] | 'write';
type Names = Record<string, Name | ((args: unknown[]) => Name)>;

function createLife({ diesAt = Number.POSITIVE_INFINITY, diesAfter }: Employment) {
  let moment = 0;
  let dead = false;
  const assertAlive = (): void => {
    if (dead) throw new Dead();
  };
  const guarded =
    (call: (...args: unknown[]) => Promise<unknown>, name: Names[string]) =>
    async (...args: unknown[]): Promise<unknown> => {
      assertAlive();
      const answer = await call(...args);
      const done = typeof name === 'function' ? name(args) : name;
      if (done !== undefined) moment += 1;
      dead ||= moment >= diesAt || (done !== undefined && done === diesAfter);
      assertAlive();
      return answer;
    };
  /** The same calls, each of which may be the last. Everything that is no call stays as it is. */
  const guard = <T extends object>(calls: T, names: Names = {}): T =>
    Object.fromEntries(
      Object.entries(calls as Calls).map(([name, call]) => [
        name,
        typeof call === 'function' ? guarded(call as (...args: unknown[]) => Promise<unknown>, names[name]) : call,
      ]),
    ) as T;
  return { guard, isDead: () => dead };
}

/** Works until the rollback is over or waits for a person, as the next process would. @throws when that does not come */
export async function workUntilOver(mortal: Mortal, state: () => Promise<KnownRollback>): Promise<KnownRollback> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; await sleep(15)) {
    await mortal.work();
    const now = await state();
    if (isOver(now)) return now;
  }
  throw new Error(`still ${JSON.stringify(await state())}`);
}
