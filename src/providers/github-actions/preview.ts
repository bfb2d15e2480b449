// Reads what a rollback would meet. Nothing here changes anything.
import { digestOf } from '../../lib/canonical.ts';
import { ProviderError, type Preview } from '../../ports.ts';
import { ifThere, type Api } from './api.ts';
import { ambiguousTarget, currentChecks, missingTarget, pendingChecks, targetChecks, workflowChecks } from './checks.ts';
import { historyOf, versionNamed, type History } from './deployments.ts';
import { protectionChecks } from './protection.ts';
import { readRange } from './range.ts';
import type { Change, Comparison, Deployment, Target, Version, WorkflowRun } from './schema.ts';

/** Everything known about going back to `to`: what runs, what would change, what speaks against it. */
export async function preview(api: Api, target: Target, to: string | undefined): Promise<Preview> {
  const { deployWorkflow } = target;
  const [deployments, state, file, rollbacks, deploys] = await Promise.all([
    api.deployments(),
    workflowState(api),
    workflowFile(api),
    recentRuns(api),
    deployWorkflow === undefined ? [] : recentRuns(api, deployWorkflow),
  ]);
  const { history, found } = await resolve(api, deployments, to);
  const { environment } = target.deployments;
  const version = typeof found === 'object' ? found : undefined;
  const [between, upstream] = await Promise.all([
    version && readRange(api, target, { current: history.current, to: version }),
    protectionChecks(api, target, file),
  ]);
  const { current, candidates, lastKnownGood } = history;
  return {
    current,
    candidates,
    lastKnownGood,
    target: version,
    change: between?.comparison && changeOf(between.comparison, { current, version }),
    checks: [
      ...(version
        ? targetChecks(history, version)
        : [to !== undefined && found === 'ambiguous' ? ambiguousTarget(to) : missingTarget(history, { asked: to, environment })]),
      ...currentChecks(history, environment, Date.now()),
      ...workflowChecks(state, target, file),
      ...pendingChecks(history, { rollbacks, deploys }),
      ...(between?.checks ?? []),
      ...upstream,
    ],
    fingerprint: digest({ from: current?.id, live: current?.id, to: version?.id, workflow: state, newest: history.newestId }),
    ...estimate(rollbacks),
  };
}

/** The digest of what decides whether a plan still holds: the same parts as in the preview, read now. */
export async function fingerprint(api: Api, from: Version, to: Version): Promise<string> {
  const [deployments, state] = await Promise.all([api.deployments(), workflowState(api)]);
  const { current, newestId } = historyOf(deployments, Date.now());
  return digest({ from: from.id, live: current?.id, to: to.id, workflow: state, newest: newestId });
}

/** What GitHub's deployments say is live: the one that reached success last. */
export async function effective(api: Api): Promise<Version | undefined> {
  return historyOf(await api.deployments(), Date.now()).current;
}

interface Guards {
  from: string | undefined;
  live: string | undefined;
  to: string | undefined;
  workflow: string;
  newest: number | undefined;
}

const digest = (guards: Guards): string => digestOf(guards);

async function workflowState(api: Api): Promise<string> {
  const workflow = await ifThere(api.workflow());
  return workflow?.state ?? 'missing';
}

/** The file tells whether it can be started and found again. A token without contents: read cannot know, and that is no fault. */
async function workflowFile(api: Api): Promise<string | undefined> {
  try {
    return await ifThere(api.workflowFile());
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'unauthorized') return undefined;
    throw error;
  }
}

async function recentRuns(api: Api, workflow?: string): Promise<WorkflowRun[]> {
  return (await ifThere(api.recentRuns(workflow))) ?? [];
}

interface Resolved {
  history: History;
  found: Version | 'ambiguous' | undefined;
}

/** Finds the version asked for; one that was deployed longer ago than the list reaches is looked for by its commit. */
async function resolve(api: Api, deployments: readonly Deployment[], to: string | undefined): Promise<Resolved> {
  const history = historyOf(deployments, Date.now());
  if (to === undefined) return { history, found: history.lastKnownGood };
  const found = versionNamed(history, to);
  if (found !== undefined || to === 'previous' || !/^[\w][\w./-]{0,99}$/.test(to) || to.includes('..')) return { history, found };

  const older = await deploymentsOf(api, to);
  const [oldest] = older;
  if (!oldest) return { history, found: undefined };
  const extended = historyOf([...deployments, ...older], Date.now());
  return { history: extended, found: versionNamed(extended, oldest.sha) };
}

async function deploymentsOf(api: Api, name: string): Promise<Deployment[]> {
  try {
    const sha = await ifThere(api.commitSha(name));
    return sha === undefined ? [] : await api.deployments(sha);
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'refused') return []; // 422: no such tag, branch or commit
    throw error;
  }
}

function changeOf(
  { status, total, commits, url, paths }: Comparison,
  { current, version }: { current: Version | undefined; version: Version | undefined },
): Change {
  const [from = '', to = ''] = [current?.label, version?.label];
  const files = paths.length === 1 ? '1 file' : `${paths.length} files`;
  const count = total === 1 ? '1 commit' : `${total} commits`;
  const summary =
    status === 'behind' ? `${to} is ahead of ${from}; nothing is taken out` : `${from} to ${to} takes out ${count} in ${files}`;
  return { summary, url, commits };
}

/** The middle of what the last successful runs took. */
function estimate(runs: readonly WorkflowRun[]): { estimateSeconds?: number } {
  const seconds = runs
    .flatMap(({ conclusion, startedAt, updatedAt }) =>
      conclusion === 'success' && startedAt !== undefined ? [(updatedAt - startedAt) / 1000] : [],
    )
    .toSorted((a, b) => a - b);
  const middle = seconds[Math.floor(seconds.length / 2)];
  return middle === undefined ? {} : { estimateSeconds: Math.max(1, Math.round(middle)) };
}
