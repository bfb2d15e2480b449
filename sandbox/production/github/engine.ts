// Starts workflow runs. One concurrency group, "production": one run works, one waits, and a newer one cancels the waiting one.
import { tell } from './deployments.ts';
import { jobShape, runShape, workflowShape } from './shapes-actions.ts';
import { gateOf, passGate } from './gate.ts';
import { sha1 } from './repository.ts';
import type { Conclusion, GithubState, LedgerEntry, Run, Step, Workflow } from './state.ts';
import { log, plan, putBack, runStep, type Work } from './steps.ts';

export interface Dispatch {
  workflow: Workflow;
  headSha: string;
  headBranch: string;
  inputs: Record<string, string>;
}

/** Accepts a dispatch: the run exists from here on, and is in the ledger. */
export function startRun(state: GithubState, dispatch: Dispatch): Run {
  const run = newRun(state, dispatch);
  state.runs.push(run);
  const { id: runId, inputs, workflow } = run;
  const version = inputs[workflow.versionInput] ?? '';
  state.ledger.push({
    runId,
    workflow: workflow.file,
    version,
    opId: inputs['op_id'],
    requestedAt: run.createdAt,
    effect: 'none',
    conclusion: null,
  });
  tellRun(state, run, 'requested');
  tellJob(state, run, 'queued');
  enqueue(state, run);
  return run;
}

const emptyStep = (name: string): Step => ({ name, status: 'queued', conclusion: null, startedAt: null, completedAt: null });

/** A run that has not begun. */
export function newRun(state: GithubState, { workflow, headSha, headBranch, inputs }: Dispatch): Run {
  const at = state.now();
  const number = state.runs.filter((run) => run.workflow === workflow).length + 1;
  const steps = plan.map(({ name }) => emptyStep(name));
  const job: Run['job'] = {
    id: state.nextId(),
    name: workflow.jobName,
    status: 'queued',
    conclusion: null,
    startedAt: at,
    completedAt: null,
    steps,
    log: [],
  };
  const displayTitle = workflow.title(inputs);
  const times = { createdAt: at, startedAt: at, updatedAt: at };
  const fresh = { status: 'queued', conclusion: null, event: 'workflow_dispatch', artifacts: [] } as const;
  return {
    id: state.nextId(),
    number,
    workflow,
    headSha,
    headBranch,
    inputs,
    actor: state.actor,
    displayTitle,
    job,
    ...times,
    ...fresh,
    artifacts: [],
  };
}

function enqueue(state: GithubState, run: Run): void {
  if (!state.running) {
    void work(state, run);
    return;
  }
  if (state.pending) finish(state, state.pending, 'cancelled');
  setStatus(state, run, 'pending');
  state.pending = run;
}

/** Asks a run to stop; false when it is over already. */
export function cancelRun(state: GithubState, run: Run): boolean {
  if (run.status === 'completed') return false;
  if (state.pending === run) {
    state.pending = undefined;
    finish(state, run, 'cancelled');
  } else if (state.running?.run === run) {
    state.running.abort.abort(new Error('cancelled'));
  }
  return true;
}

async function work(state: GithubState, run: Run): Promise<void> {
  const abort = new AbortController();
  state.running = { run, abort };
  const entry = ledgerEntry(state, run);
  const weightsBefore = state.fleet.weights();
  const job: Work = { state, run, entry, signal: abort.signal, version: entry.version, weightsBefore, deployment: undefined, done: false };
  const conclusion = (await holdAtGate(state, run, abort.signal)) ?? (await begin(job));
  if (conclusion === 'success' && !job.done) addArtifact(state, run, job.version);
  finish(state, run, conclusion);
  state.running = undefined;
  const next = state.pending;
  state.pending = undefined;
  if (next) void work(state, next);
}

function begin(job: Work): ReturnType<typeof carryOut> {
  const { state, run } = job;
  setStatus(state, run, 'in_progress');
  tellRun(state, run, 'in_progress');
  tellJob(state, run, 'in_progress');
  return carryOut(job);
}

/** How the run ended at the gate of its environment; undefined when it may go on. */
async function holdAtGate(state: GithubState, run: Run, signal: AbortSignal): Promise<'failure' | 'cancelled' | undefined> {
  if (state.environments.length === 0) return undefined;
  const environment = await gateOf(state, run);
  if (!environment) return undefined;
  setStatus(state, run, 'waiting');
  tellJob(state, run, 'waiting');
  try {
    return (await passGate(run, environment, signal)) ? undefined : 'failure';
  } catch {
    return 'cancelled'; // nothing else interrupts the wait
  }
}

async function carryOut(job: Work): Promise<'success' | 'failure' | 'cancelled'> {
  for (const [index, step] of plan.entries()) {
    const record = job.run.job.steps[index] ?? emptyStep(step.name);
    if (job.done) {
      closeStep(job, record, 'skipped');
      continue;
    }
    Object.assign(record, { status: 'in_progress', startedAt: job.state.now() });
    job.run.updatedAt = job.state.now();
    try {
      await runStep(step, job);
      closeStep(job, record, 'success');
    } catch (error) {
      const conclusion = job.signal.aborted ? 'cancelled' : 'failure';
      closeStep(job, record, conclusion);
      log(
        job,
        conclusion === 'cancelled'
          ? '##[error]The operation was canceled.'
          : `##[error]${error instanceof Error ? error.message : String(error)}`,
      );
      await tidyUp(job, conclusion);
      return conclusion;
    }
  }
  return 'success';
}

/** Even the tidying up may fail, for instance because the balancer is gone; the run ends all the same and says so. */
async function tidyUp(job: Work, conclusion: 'failure' | 'cancelled'): Promise<void> {
  for (const step of job.run.job.steps) if (step.status === 'queued') closeStep(job, step, 'skipped');
  try {
    await putBack(job, conclusion);
  } catch (error) {
    log(job, `##[error]traffic was not put back: ${String(error)}`);
  }
}

function closeStep({ state, run }: Work, step: Step, conclusion: Conclusion): void {
  Object.assign(step, { status: 'completed', conclusion, completedAt: state.now(), startedAt: step.startedAt ?? state.now() });
  run.updatedAt = state.now();
}

function addArtifact(state: GithubState, run: Run, version: string): void {
  const at = state.now();
  const digest = `sha256:${sha1(version)}${sha1(version).slice(0, 24)}`;
  run.artifacts.push({
    id: state.nextId(),
    name: `shop-${version}`,
    size: 4_200_000,
    digest,
    createdAt: at,
    expiresAt: at + 90 * 86_400_000,
  });
}

function finish(state: GithubState, run: Run, conclusion: Conclusion): void {
  const at = state.now();
  for (const step of run.job.steps)
    if (step.status !== 'completed') Object.assign(step, { status: 'completed', conclusion: 'skipped', completedAt: at });
  Object.assign(run, { conclusion });
  Object.assign(run.job, { conclusion, completedAt: at });
  setStatus(state, run, 'completed');
  ledgerEntry(state, run).conclusion = conclusion;
  tellJob(state, run, 'completed');
  tellRun(state, run, 'completed');
}

function setStatus(state: GithubState, run: Run, status: Run['status']): void {
  run.status = status;
  run.job.status = status;
  run.updatedAt = state.now();
  if (status === 'in_progress') run.job.startedAt = run.updatedAt;
}

function ledgerEntry(state: GithubState, run: Run): LedgerEntry {
  const entry = state.ledger.find(({ runId }) => runId === run.id);
  if (!entry) throw new Error(`run ${run.id} is not in the ledger`);
  return entry;
}

function tellRun(state: GithubState, run: Run, action: string): void {
  tell(state, 'workflow_run', { action, workflow_run: runShape(state, run), workflow: workflowShape(state, run.workflow) });
}

function tellJob(state: GithubState, run: Run, action: string): void {
  tell(state, 'workflow_job', { action, workflow_job: jobShape(state, run) });
}
