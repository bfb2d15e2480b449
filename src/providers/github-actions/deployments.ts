// Reads the history of an environment out of its deployments: what runs, what ran before, and how that went.
import type { Deployment, Version } from './schema.ts';

/** What the deployments of one environment say, each version once. */
export interface History {
  current: Version | undefined;
  /** Versions deployed here before, newest first, without the current one. */
  candidates: Version[];
  lastKnownGood: Version | undefined;
  /** Shas that were taken out again by going back to something older. */
  rolledBack: ReadonlySet<string>;
  /** When the newest try to deploy a version failed although an earlier one went well, by sha. */
  failedSince: ReadonlyMap<string, number>;
  /** Deployments newer than the current one that have not ended. */
  open: Deployment[];
  newestId: number | undefined;
}

type Outcome = 'lived' | 'failed' | 'open';

interface Attempt {
  deployment: Deployment;
  outcome: Outcome;
  /** When it went live, or when it was made. */
  at: number;
}

/** A deployment that nobody finished blocks for this long; later it is taken for forgotten. */
const openForMs = 24 * 3_600_000;

/** Folds the deployments (in any order) into the history of the environment. */
export function historyOf(deployments: readonly Deployment[], now: number): History {
  const attempts = deployments.map(attemptOf).toSorted((a, b) => b.at - a.at || b.deployment.id - a.deployment.id);
  const lived = attempts.filter(({ outcome }) => outcome === 'lived');
  const [live] = lived;
  const rolledBack = rolledBackShas(lived);
  const label = labels(deployments);
  const versionOf = (sha: string) =>
    toVersion(
      attempts.filter(({ deployment }) => deployment.sha === sha),
      { label, rolledBack },
    );

  const ended = attempts.filter(({ outcome }) => outcome !== 'open');
  const shas = [...new Set(ended.map(({ deployment }) => deployment.sha))];
  const candidates = shas.filter((sha) => sha !== live?.deployment.sha).map(versionOf);
  return {
    current: live && {
      ...versionOf(live.deployment.sha),
      rolloutStartedAt: rolloutStart(attempts, { sha: live.deployment.sha, rolledBack }),
    },
    candidates,
    lastKnownGood: candidates.find(({ health }) => health === 'healthy'),
    rolledBack,
    failedSince: failedSince(ended),
    open: attempts.filter((attempt) => isUnderWay(attempt, { after: live?.deployment.id ?? 0, now })).map(({ deployment }) => deployment),
    newestId: deployments.length === 0 ? undefined : Math.max(...deployments.map(({ id }) => id)),
  };
}

/**
 * When a version began to go out: its first try since another one lived. One that was rolled back from does not count as another:
 * the time before a rollback is no time to compare with. `attempts` are the newest first.
 */
function rolloutStart(attempts: readonly Attempt[], { sha, rolledBack }: { sha: string; rolledBack: ReadonlySet<string> }): number {
  const isOther = ({ deployment, outcome }: Attempt): boolean =>
    outcome === 'lived' && deployment.sha !== sha && !rolledBack.has(deployment.sha);
  const other = attempts.findIndex(isOther);
  const since = other === -1 ? attempts : attempts.slice(0, other);
  return Math.min(...since.filter(({ deployment }) => deployment.sha === sha).map(({ deployment }) => deployment.createdAt));
}

/** `inactive` says that something newer came, not how it went, and production environments do not even get it by themselves. */
function attemptOf(deployment: Deployment): Attempt {
  const success = deployment.statuses.find(({ state }) => state === 'success');
  const failure = deployment.statuses.find(({ state }) => isFailure(state));
  const isOver = deployment.statuses.some(({ state }) => state === 'inactive');
  if (success) return { deployment, outcome: 'lived', at: success.at };
  if (failure) return { deployment, outcome: 'failed', at: failure.at };
  return { deployment, outcome: isOver ? 'lived' : 'open', at: deployment.createdAt };
}

/** Newer by id, not by time: GitHub's times are whole seconds. */
function isUnderWay({ deployment, outcome, at }: Attempt, { after, now }: { after: number; now: number }): boolean {
  return outcome === 'open' && deployment.id > after && at > now - openForMs;
}

const isFailure = (state: string): boolean => state === 'failure' || state === 'error';

/**
 * A version that was followed by one which is older by its first deployment was rolled back from. It is no "last known good",
 * however well its deployment went: without this a second rollback would go back to the bad version.
 */
function rolledBackShas(lived: readonly Attempt[]): Set<string> {
  const firstSeen = new Map<string, number>(lived.map(({ deployment, at }) => [deployment.sha, at])); // newest first: the oldest stays
  const isOlder = (a: string, b: string) => (firstSeen.get(a) ?? 0) < (firstSeen.get(b) ?? 0);
  const newestOf = new Set<string>();
  const rolledBack = new Set<string>();
  for (const [index, { deployment }] of lived.entries()) {
    const successor = lived[index - 1]?.deployment.sha;
    if (successor !== undefined && !newestOf.has(deployment.sha) && isOlder(successor, deployment.sha)) rolledBack.add(deployment.sha);
    newestOf.add(deployment.sha);
  }
  return rolledBack;
}

interface Known {
  label: (deployment: Deployment) => string;
  rolledBack: ReadonlySet<string>;
}

/** One version out of its attempts, newest first. A later try that failed does not undo that it once ran well. */
function toVersion(attempts: readonly Attempt[], { label, rolledBack }: Known): Version {
  const told = attempts.find(({ outcome }) => outcome === 'lived') ?? attempts[0];
  if (!told) throw new Error('a version without a deployment');
  const { deployment, at } = told;
  const url = deployment.statuses.find((status) => status.url !== undefined)?.url;
  return {
    id: deployment.sha,
    label: label((attempts.find((attempt) => !isBareSha(attempt.deployment.ref)) ?? told).deployment),
    deployedAt: at,
    ...(deployment.by !== undefined && { by: deployment.by }),
    health: rolledBack.has(deployment.sha) ? 'unknown' : healthOf(told),
    ...(url !== undefined && { url }),
  };
}

function healthOf({ deployment, outcome }: Attempt): Version['health'] {
  if (outcome === 'failed') return 'failed';
  const verdict = deployment.statuses.find(({ state }) => state === 'success' || isFailure(state));
  if (!verdict) return 'unknown';
  return verdict.state === 'success' ? 'healthy' : 'failed'; // a smoke test may fail it after it went live
}

function failedSince(ended: readonly Attempt[]): Map<string, number> {
  const newest = new Map(ended.toReversed().map((attempt) => [attempt.deployment.sha, attempt]));
  return new Map([...newest].filter(([, { outcome }]) => outcome === 'failed').map(([sha, { at }]) => [sha, at]));
}

const isBareSha = (ref: string): boolean => /^[0-9a-f]{40}$/.test(ref);

/** A tag names its version; a branch is the same for all of them, and a bare sha is too long to read. */
function labels(deployments: readonly Deployment[]): (deployment: Deployment) => string {
  const shasOf = new Map<string, Set<string>>();
  for (const { ref, sha } of deployments) shasOf.set(ref, (shasOf.get(ref) ?? new Set()).add(sha));
  return ({ ref, sha }) => {
    if (isBareSha(ref)) return sha.slice(0, 7);
    const name = ref.replace(/^refs\/(heads|tags)\//, '');
    return (shasOf.get(ref)?.size ?? 0) > 1 ? `${name}@${sha.slice(0, 7)}` : name;
  };
}

/** The version that a person means, among those deployed here; `ambiguous` when several fit. */
export function versionNamed({ current, candidates, rolledBack }: History, name: string): Version | 'ambiguous' | undefined {
  if (name === 'previous') return candidates.find(({ id, health }) => health !== 'failed' && !rolledBack.has(id));
  const all = current ? [current, ...candidates] : candidates;
  const exact = all.find(({ id, label }) => id === name || label === name);
  if (exact) return exact;

  const fitting = all.filter(({ id, label }) => label.startsWith(`${name}@`) || (/^[0-9a-f]{7,40}$/.test(name) && id.startsWith(name)));
  return fitting.length > 1 ? 'ambiguous' : fitting[0];
}
