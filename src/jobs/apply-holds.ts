import type { HeldPath } from '../domain/hold.ts';
import { closedPathsOf, covers, isHeldBy, isSame } from '../domain/hold.ts';
import type { PathOutcome } from '../domain/hold.ts';
import type { KnownIncident } from '../domain/incident.ts';
import { incident } from '../domain/incident.ts';
import type { Deps, DeployPath, Fence } from '../ports.ts';
import { ProviderError } from '../ports.ts';
import type { GivenUp, Try } from '../queue/job.ts';
import { defineJob } from '../queue/job.ts';
import { OfIncident } from './support/payload.ts';

/** One way of deploying, and what to do with it. What is gone from the configuration has no provider any more. */
interface Task {
  to: 'close' | 'open';
  path: HeldPath;
  provider: DeployPath | undefined;
}

/** With the pauses in between about a minute: as long as a hiccup takes, and short enough for those who wait. */
const mostTries = 8;

/** Closes the deploy paths of what this incident holds, and opens those it closed for what it holds no more. Safe to run at any time. */
export const applyHolds = defineJob<OfIncident, Deps>(
  { kind: 'hold.apply', queue: 'engine', payload: OfIncident },
  async ({ incidentId }, deps, attempt) => {
    const tasks = await tasksOf(incidentId, deps);
    const waits = await Promise.all(tasks.map((task) => tried({ deps, attempt, incidentId }, task)));
    const [wait] = waits.filter((each) => each !== undefined);
    // The queue counts it and tries again, later each time.
    if (wait) throw wait;
  },
  giveUp,
);

async function tasksOf(incidentId: string, deps: Deps): Promise<Task[]> {
  const stored = await deps.queries.incident(incidentId);
  if (!stored) return [];
  const { state } = stored;
  const paths = deps.deployPaths();
  const toClose = paths.filter(({ path }) => isHeldBy(state, path)).map((way): Task => ({ to: 'close', ...way }));
  const toOpen = closedPathsOf(state).filter((path) => !isHeldBy(state, path));
  return [
    ...toClose,
    ...toOpen.map(({ outcome: _, ...path }): Task => ({
      to: 'open',
      path,
      provider: paths.find((way) => isSame(way.path, path))?.provider,
    })),
  ];
}

interface Work {
  deps: Deps;
  attempt: Try;
  incidentId: string;
}

/** What it waits for, when it is worth another try. Then, and for everything that does not pass by itself, people are told to do it. */
async function tried(work: Work, task: Task): Promise<ProviderError | undefined> {
  try {
    await (task.to === 'close' ? close(work, task) : open(work, task));
    return undefined;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (isWorthATry(error) && work.attempt.attempts + 1 < mostTries) return error;
    await record(work, { path: task.path, outcome: await failureOf(work, task, error), reason: reasonOf(error) });
    return undefined;
  }
}

/** Switching is looked at before it is done, so that even what may have been done can be done again. */
const isWorthATry = ({ kind }: ProviderError): boolean => kind === 'rate_limited' || kind === 'unavailable' || kind === 'unknown';

/** What may have been closed stays remembered. Only a no to the first try says that it certainly was not. */
async function failureOf(work: Work, { to, path }: Task, error: ProviderError): Promise<PathOutcome> {
  if (to === 'open') return 'not opened';
  const isCertain = !isWorthATry(error) && !work.attempt.maybeDone;
  return isCertain || !(await isOurs(work, path)) ? 'not closed' : 'maybe closed';
}

const reasonOf = ({ message, provider }: ProviderError): string => message.replace(`${provider}: `, '');

/** What somebody else had closed before is not ours to open again, so it is not remembered as ours. */
async function close(work: Work, { path, provider }: Task): Promise<void> {
  if (provider === undefined) return;
  const isClosed = (await provider.state()) === 'closed';
  if (isClosed && !(await isOurs(work, path))) return;
  if (!(await record(work, { path, outcome: 'closing' }))) return; // released meanwhile
  work.attempt.assertMine();
  await provider.close();
  await record(work, { path, outcome: 'closed' });
}

async function isOurs({ deps, incidentId }: Pick<Work, 'deps' | 'incidentId'>, path: HeldPath): Promise<boolean> {
  const stored = await deps.queries.incident(incidentId);
  return stored !== undefined && remembers(stored.state, path);
}

async function open(work: Work, { path, provider }: Task): Promise<void> {
  if (await handedOver(work, path, provider)) return;
  if (provider === undefined) throw new ProviderError('configuration', 'not_found', { message: 'warroom.yml does not name it any more' });
  work.attempt.assertMine();
  await provider.open();
  // Another incident may have begun to hold it just now, and seen it still closed.
  if (await handedOver(work, path, provider)) return;
  await record(work, { path, outcome: 'opened' });
}

/** The last incident that holds it opens it. What is released while it is handed over stays ours. */
async function handedOver(work: Work, path: HeldPath, provider: DeployPath | undefined): Promise<boolean> {
  const holds = await work.deps.queries.holds();
  const heirs = new Set(holds.filter((hold) => covers(hold, path.service)).map((hold) => hold.incidentId));
  heirs.delete(work.incidentId);
  for (const heir of heirs) {
    if (!(await record({ ...work, incidentId: heir }, { path, outcome: 'closing' }))) continue;
    work.attempt.assertMine();
    await provider?.close();
    if (!(await record({ ...work, incidentId: heir }, { path, outcome: 'closed' }))) continue;
    await record(work, { path, outcome: 'kept closed' });
    return true;
  }
  return false;
}

interface Seen {
  path: HeldPath;
  outcome: PathOutcome;
  reason?: string;
}

/** @returns whether the incident knows now that it has to open it again */
async function record({ deps, attempt, incidentId }: Pick<Work, 'deps' | 'incidentId'> & { attempt: Fence }, seen: Seen): Promise<boolean> {
  const command = { type: 'incident.record-path', ...seen, by: 'warroom', at: deps.now() } as const;
  const { state } = await deps.execute(incident, incidentId, command, { fence: attempt });
  return remembers(state, seen.path);
}

const remembers = (state: KnownIncident, path: HeldPath): boolean => closedPathsOf(state).some((each) => isSame(each, path));

/** A fault of ours: the room must not believe that something is switched off, or on. */
async function giveUp({ incidentId }: OfIncident, deps: Deps, { reason, ...attempt }: GivenUp): Promise<void> {
  for (const { to, path } of await tasksOf(incidentId, deps)) {
    const notClosed = (await isOurs({ deps, incidentId }, path)) ? 'maybe closed' : 'not closed';
    await record({ deps, attempt, incidentId }, { path, outcome: to === 'open' ? 'not opened' : notClosed, reason });
  }
}
