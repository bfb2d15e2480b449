import type { HeldPath, PlacedHold } from '../domain/hold.ts';
import { closedPathsOf, covers, holdsOf, isSame } from '../domain/hold.ts';
import type { PathOutcome } from '../domain/hold.ts';
import { incident } from '../domain/incident.ts';
import type { Deps, DeployPath, StoredIncident } from '../ports.ts';
import { ProviderError } from '../ports.ts';
import type { JobOutcome, Try } from '../queue/job.ts';
import { defineJob } from '../queue/job.ts';
import { passes } from './support/step.ts';
import { OfIncident } from './support/payload.ts';

/** A way of deploying, as it is remembered and as it is closed. */
interface Way {
  path: HeldPath;
  provider: DeployPath;
}

const againMs = 15_000;
const mostTries = 8;

/** Closes the deploy paths of what this incident holds, and opens those it closed for what it holds no more. Safe to run at any time. */
export const applyHolds = defineJob<OfIncident, Deps>(
  { kind: 'hold.apply', queue: 'engine', payload: OfIncident },
  async ({ incidentId }, deps, attempt): Promise<JobOutcome> => {
    const [stored, holds] = await Promise.all([deps.queries.incident(incidentId), deps.queries.holds()]);
    if (!stored) return;
    const ways = waysOf(deps);
    const closed = closedPathsOf(stored.state);
    const isHeld = ({ service }: HeldPath): boolean => holdsOf(stored.state).some((hold) => covers(hold, service));
    const toClose = ways.filter(({ path }) => isHeld(path));
    const toOpen = closed.filter((path) => !isHeld(path));
    const others = holds.filter((hold) => hold.incidentId !== incidentId);
    const work = { deps, attempt, stored };
    const ended = await Promise.all([
      ...toClose.map((way) => close(work, way)),
      ...toOpen.map((path) => release(work, { path, provider: ways.find((way) => isSame(way.path, path))?.provider, others })),
    ]);
    return ended.every(Boolean) ? undefined : { again: deps.now() + againMs };
  },
);

/** Everything that can be closed at all, by the configuration as it is now. */
function waysOf({ settings, target }: Deps): Way[] {
  return settings.services.flatMap(({ id: service, environments }) =>
    environments.flatMap(({ id: environment }) => {
      const provider = target(service, environment).deployPath;
      return provider === undefined ? [] : [{ path: { service, environment, name: provider.name }, provider }];
    }),
  );
}

interface Work {
  deps: Deps;
  attempt: Try;
  stored: StoredIncident;
}

/** What somebody else had closed before is not ours to open again, so it is not remembered as ours. */
async function close(work: Work, { path, provider }: Way): Promise<boolean> {
  return tried(work, { path, failed: 'not closed' }, async () => {
    if ((await provider.state()) === 'closed') return;
    await record(work, path, 'closing');
    await provider.close();
    await record(work, path, 'closed');
  });
}

interface Release {
  path: HeldPath;
  provider: DeployPath | undefined;
  others: readonly PlacedHold[];
}

async function release(work: Work, { path, provider, others }: Release): Promise<boolean> {
  const heir = others.find((hold) => covers(hold, path.service));
  if (heir) {
    await record(work, path, 'closing', { incidentId: heir.incidentId });
    await record(work, path, 'kept closed');
    return true;
  }
  return tried(work, { path, failed: 'not opened' }, async () => {
    if (provider === undefined) throw new ProviderError('configuration', 'not_found', { message: 'it is not configured any more' });
    await provider.open();
    await record(work, path, 'opened');
  });
}

/** True when nothing is left to do. What passes is tried again for a while; then people are told to do it by hand. */
async function tried(work: Work, { path, failed }: { path: HeldPath; failed: PathOutcome }, act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (passes(error) && work.attempt.claims < mostTries) return false;
    await record(work, path, failed, { reason: error.message });
    return true;
  }
}

async function record(
  { deps, attempt, stored }: Work,
  path: HeldPath,
  outcome: PathOutcome,
  { incidentId = stored.id, reason }: { incidentId?: string; reason?: string } = {},
): Promise<void> {
  const command = { type: 'incident.record-path', path, outcome, by: 'warroom', at: deps.now() } as const;
  await deps.execute(incident, incidentId, reason === undefined ? command : { ...command, reason }, { fence: attempt });
}
