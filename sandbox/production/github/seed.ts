// The past: who deployed what before the sandbox started.
import { newRun } from './engine.ts';
import { resolveRef } from './repository.ts';
import { runHtmlUrl } from './shapes-actions.ts';
import type { Conclusion, Deployment, GithubState, Run } from './state.ts';
import { findWorkflow } from './workflows.ts';

const DAY = 86_400_000;
const ARTIFACT_DAYS = 14;
const past: readonly (readonly [version: string, conclusion: 'success' | 'failure'])[] = [
  ['v38', 'success'],
  ['v39', 'failure'],
  ['v40', 'success'],
  ['v41', 'success'],
];

/** Writes the deployments up to `live` with their runs. Artifacts are kept for 14 days, so the one of v38 is gone. */
export function seedPast(state: GithubState, live: string): void {
  for (const [version, conclusion] of past) {
    const commit = resolveRef(state.repository, version);
    const workflow = findWorkflow(state.workflows, 'deploy.yml');
    if (!commit || !workflow) throw new Error(`the history has no ${version}`);
    const at = commit.at + 15 * 60_000;
    const run = newRun(state, { workflow, headSha: commit.sha, headBranch: state.repository.branch, inputs: { version } });
    Object.assign(run, { createdAt: at, startedAt: at, updatedAt: at + 180_000, status: 'completed', conclusion });
    endJob(run, { at, conclusion });
    const digest = `sha256:${commit.sha}${commit.sha.slice(0, 24)}`;
    run.artifacts.push({
      id: state.nextId(),
      name: `shop-${version}`,
      size: 4_200_000,
      digest,
      createdAt: at,
      expiresAt: at + ARTIFACT_DAYS * DAY,
    });
    state.runs.push(run);
    state.deployments.push(pastDeployment(state, run, { version, conclusion }));
    if (version === live) return;
  }
}

function endJob(run: Run, { at, conclusion }: { at: number; conclusion: Conclusion }): void {
  const { steps } = run.job;
  const failing = conclusion === 'failure' ? 3 : steps.length; // v39 failed while it was waited for
  for (const [index, step] of steps.entries()) {
    const result = index < failing ? 'success' : index === failing ? 'failure' : 'skipped';
    const done = at + (index + 1) * 25_000;
    Object.assign(step, { status: 'completed', conclusion: result, startedAt: done - 25_000, completedAt: done });
  }
  Object.assign(run.job, { status: 'completed', conclusion, startedAt: at, completedAt: at + 180_000 });
  run.job.log.push(`${new Date(at).toISOString()} ${conclusion === 'failure' ? '##[error]v39 did not get healthy' : 'done'}`);
}

function pastDeployment(
  state: GithubState,
  run: Run,
  { version, conclusion }: { version: string; conclusion: 'success' | 'failure' },
): Deployment {
  const { createdAt: at, headSha: sha, actor: creator } = run;
  const common = { logUrl: runHtmlUrl(state, run.id), environmentUrl: state.shopUrl, creator };
  const started = {
    id: state.nextId(),
    state: 'in_progress' as const,
    description: `Starting ${version}`,
    createdAt: at + 30_000,
    ...common,
  };
  const description = conclusion === 'success' ? `${version} has all traffic` : `${version} was not deployed`;
  const ended = { id: state.nextId(), state: conclusion, description, createdAt: at + 180_000, ...common };
  return {
    id: state.nextId(),
    ref: version,
    sha,
    task: 'deploy',
    environment: 'production',
    description: `Deploy ${version}`,
    payload: { version, run_id: run.id },
    creator,
    createdAt: at,
    updatedAt: ended.createdAt,
    statuses: [started, ended],
  };
}
