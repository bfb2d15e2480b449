// What a workflow run does: it really starts the version, really asks for its health and really moves the traffic.
import { setTimeout as sleep } from 'node:timers/promises';
import { addStatus, createDeployment } from './deployments.ts';
import { resolveRef, tagOf } from './repository.ts';
import { runHtmlUrl } from './shapes-actions.ts';
import type { Deployment, GithubState, LedgerEntry, Run } from './state.ts';

export interface Work {
  state: GithubState;
  run: Run;
  entry: LedgerEntry;
  signal: AbortSignal;
  /** The version as it was asked for, then as its tag. */
  version: string;
  weightsBefore: Record<string, number>;
  deployment: Deployment | undefined;
  /** Set once the rest of the steps has nothing to do. */
  done: boolean;
}

export interface StepPlan {
  name: string;
  /** The share of the run's time that this step takes at least. */
  share: number;
  act(work: Work): Promise<void>;
  /** Past the point of no return: the old version may be gone, so a cancellation comes too late. */
  final?: boolean;
}

/** A step that fails with a line for the log. */
class StepFailed extends Error {}

/** A log line, stamped as the real service stamps it. */
export function log({ state, run }: Pick<Work, 'state' | 'run'>, line: string): void {
  run.job.log.push(`${new Date(state.now()).toISOString()} ${line}`);
}

/** The steps of both workflows, in order. */
export const plan: readonly StepPlan[] = [
  { name: 'Set up job', share: 0.05, act: (work) => Promise.resolve(log(work, 'Runner: local runner')) },
  { name: 'Already done?', share: 0.05, act: lookFirst },
  { name: 'Start the version', share: 0.15, act: startVersion },
  { name: 'Wait until it is healthy', share: 0.15, act: waitForHealth },
  { name: 'Send it half of the traffic', share: 0.3, act: sendHalf },
  { name: 'Send it all traffic', share: 0.2, act: sendAll },
  { name: 'Record the deployment', share: 0.1, act: record, final: true },
];

/** Runs one step for at least its share of the time. */
export async function runStep(step: StepPlan, work: Work): Promise<void> {
  log(work, `##[group]${step.name}`);
  if (work.state.lie !== 'nothing') await step.act(work);
  const signal = step.final ? {} : { signal: work.signal };
  await sleep(work.state.runSeconds * 1_000 * step.share, undefined, signal);
}

function lookFirst(work: Work): Promise<void> {
  const { state, run } = work;
  const tag = tagOf(state.repository, work.version);
  if (!tag || !state.fleet.known(tag)) throw new StepFailed(`there is no version "${work.version}" of this shop`);
  work.version = tag;
  const before = state.ledger.find(
    (entry) => entry.opId !== undefined && entry.opId === run.inputs['op_id'] && entry.conclusion === 'success',
  );
  // Traffic alone is no deployment: somebody may have moved it by hand, and what is on record is still the other version.
  if (before || (state.fleet.live() === tag && deployed(state, 1)[0] === tag)) {
    work.done = true;
    work.entry.effect = 'already there';
    log({ state, run }, before ? `${before.opId} was done by run ${before.runId}` : `${tag} is deployed and has all traffic`);
  }
  return Promise.resolve();
}

async function startVersion(work: Work): Promise<void> {
  const { state, run, version } = work;
  const { op_id: opId } = run.inputs;
  const rollback = run.workflow.file === 'rollback.yml';
  work.deployment = createDeployment(state, {
    ref: version,
    sha: resolveRef(state.repository, version)?.sha ?? '',
    task: 'deploy', // as GitHub writes it for every job with an environment, rollbacks included
    environment: 'production',
    description: rollback ? `Roll back to ${version}` : `Deploy ${version}`,
    payload: { version, run_id: run.id, ...(rollback && { rollback: true }), ...(opId !== undefined && { op_id: opId }) },
  });
  setStatus(work, 'in_progress', `Starting ${version}`);
  await state.fleet.start(version);
  log(work, `${version} started`);
}

async function waitForHealth(work: Work): Promise<void> {
  if (!(await work.state.fleet.becomesHealthy(work.version, work.signal))) throw new StepFailed(`${work.version} did not get healthy`);
  log(work, `${work.version} answers its health check`);
}

async function sendHalf(work: Work): Promise<void> {
  const others = Object.entries(work.state.fleet.weights()).filter(([version, weight]) => version !== work.version && weight > 0);
  if (others.length === 0) return log(work, `${work.version} has all traffic already`);
  const total = others.reduce((sum, [, weight]) => sum + weight, 0);
  const halved = others.map(([version, weight]) => [version, (50 * weight) / total] as const);
  await shift(work, { ...Object.fromEntries(halved), [work.version]: 50 });
}

function sendAll(work: Work): Promise<void> {
  return shift(work, { [work.version]: 100 });
}

async function shift(work: Work, weights: Record<string, number>): Promise<void> {
  if (work.state.lie === 'no traffic') return log(work, `weights ${JSON.stringify(weights)}`); // so it says
  await work.state.fleet.shift(weights);
  work.entry.effect = 'switched';
  log(work, `weights ${JSON.stringify(weights)}`);
}

async function record(work: Work): Promise<void> {
  const { state, version } = work;
  setStatus(work, 'success', `${version} has all traffic`);
  // The version before stays up without traffic, as a warm standby: the balancer can go back to it at once.
  const kept = deployed(state, 2);
  const old = state.fleet.running().filter((running) => !kept.includes(running));
  await Promise.all(old.map((running) => state.fleet.retire(running)));
}

/** What was deployed with success, the latest first, each version once. */
function deployed({ deployments }: GithubState, count: number): string[] {
  const done = deployments.filter(({ statuses }) => statuses.at(-1)?.state === 'success').map(({ ref }) => ref);
  return [...new Set(done.toReversed())].slice(0, count);
}

function setStatus({ state, run, deployment }: Work, to: 'in_progress' | 'success' | 'failure' | 'error', description: string): void {
  if (!deployment) return;
  addStatus(state, deployment, { state: to, description, logUrl: runHtmlUrl(state, run.id), environmentUrl: state.shopUrl });
}

/** Puts the traffic back where it was, as the `if: failure() || cancelled()` step of the workflow does. */
export async function putBack(work: Work, conclusion: 'failure' | 'cancelled'): Promise<void> {
  const { state, version, weightsBefore, entry } = work;
  if (!work.deployment) return;
  if (entry.effect === 'switched') {
    await state.fleet.shift(Object.fromEntries(Object.entries(weightsBefore).filter(([name]) => state.fleet.running().includes(name))));
    entry.effect = 'none';
    log(work, `traffic is back at ${JSON.stringify(weightsBefore)}`);
  }
  if (!(version in weightsBefore)) await state.fleet.retire(version);
  setStatus(
    work,
    conclusion === 'failure' ? 'failure' : 'error',
    conclusion === 'failure' ? `${version} was not deployed` : 'The run was cancelled',
  );
}
