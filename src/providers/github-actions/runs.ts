// Starts a workflow run once, finds it again after a lost answer, and says how far it is.
import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderError, type Observation, type Order, type Run } from '../../ports.ts';
import { AnswerStatus } from '../http-trouble.ts';
import { ifThere, type Api } from './api.ts';
import type { Job, WorkflowRun } from './schema.ts';

/** Servers that do not tell the run show it in their list some seconds later. */
const listLagMs = 20_000;

/** For what shows a moment later, however rarely a run that works is looked at. */
const soonMs = 2_000;

/** The run of this order, by the operation id in its title (the workflow's run-name puts it there). */
export async function findRun(api: Api, { operationId }: Order): Promise<Run | undefined> {
  const isMine = titleMatcher(operationId);
  const mine = (await api.dispatchedRuns()).filter(({ title }) => isMine(title));
  const [first] = mine.toSorted((a, b) => a.id - b.id);
  return first && { ref: String(first.id), url: first.url };
}

/** The id as a whole word: RB-1 must not find the run of RB-12. */
function titleMatcher(operationId: string): (title: string) => boolean {
  const literal = operationId.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const pattern = new RegExp(`(?<![\\w-])${literal}(?![\\w-])`);
  return (title) => pattern.test(title);
}

/** Dispatches the workflow. Never sent twice: an unknown outcome is the caller's to look into. */
export async function startRun(api: Api, order: Order, { signal, pollMs }: { signal: AbortSignal; pollMs: number }): Promise<Run> {
  const run = await dispatch(api, order, signal);
  if (run) return run;

  const deadline = Date.now() + listLagMs;
  while (Date.now() < deadline && !signal.aborted) {
    const found = await quietly(() => findRun(api, order));
    if (found) return found;
    await sleep(Math.min(pollMs, soonMs));
  }
  throw new ProviderError('github-actions', 'unknown', {
    message: `accepted the rollback without naming its run, and no run shows the operation ${order.operationId.slice(0, 40)} yet`,
  });
}

/** Older servers refuse the question for the run's id, and a refusal is known to have started nothing. */
async function dispatch(api: Api, order: Order, signal: AbortSignal): Promise<Run | undefined> {
  try {
    return await api.dispatch(order, { signal, details: true });
  } catch (error) {
    const isTooOld = error instanceof ProviderError && error.kind === 'refused' && error.message.includes('return_run_details');
    if (!isTooOld) throw error;
    return api.dispatch(order, { signal, details: false });
  }
}

/** After the dispatch was accepted a failed look must not read as a failed start. */
async function quietly<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ProviderError) return undefined;
    throw error;
  }
}

/** Asks GitHub to stop a run. Its steps may go on for a while: `observe` tells when it is over. */
export async function cancelRun(api: Api, { ref }: Run): Promise<{ accepted: boolean; note?: string }> {
  try {
    await api.cancel(ref);
    return { accepted: true, note: 'GitHub stops the run; a step that has begun may still end' };
  } catch (error) {
    const isTooLate = error instanceof ProviderError && error.cause instanceof AnswerStatus && error.cause.status === 409;
    if (!isTooLate) throw error;
    const run = await ifThere(api.run(ref));
    return { accepted: false, note: run?.conclusion ? `the run was over: ${run.conclusion}` : 'GitHub does not let it be stopped now' };
  }
}

/** Where a run stands, in one line for the card. */
export async function observeRun(api: Api, { ref }: Run, pollMs: number): Promise<Observation> {
  const [run, jobs = []] = await Promise.all([ifThere(api.run(ref)), ifThere(api.jobs(ref))]);
  // A run of a moment ago may not be everywhere at GitHub yet: not being there is no verdict.
  if (!run) return { state: 'unknown', message: `GitHub does not show run ${ref.slice(0, 20)}`, nextLookMs: Math.min(pollMs, soonMs) };
  const seen = stateOf(run, jobs);
  const isUnderWay = seen.state === 'waiting' || seen.state === 'running';
  return { ...seen, nextLookMs: isUnderWay ? pollMs : Math.min(pollMs, soonMs) };
}

function stateOf(run: WorkflowRun, jobs: readonly Job[]): Omit<Observation, 'nextLookMs'> {
  switch (run.status) {
    case 'queued':
    case 'requested':
      return { state: 'waiting', message: 'waiting for a runner at GitHub' };
    case 'pending':
      return { state: 'waiting', message: 'waiting for another run of the same concurrency group' };
    case 'waiting':
      return { state: 'waiting', message: 'waiting for a reviewer in GitHub' };
    case 'in_progress':
      return { state: 'running', message: progress(jobs) };
    case 'completed':
      return conclude(run.conclusion ?? 'nothing', jobs);
    default:
      return { state: 'unknown', message: `GitHub calls the run ${run.status.slice(0, 40)}` };
  }
}

function conclude(conclusion: string, jobs: readonly Job[]): Omit<Observation, 'nextLookMs'> {
  switch (conclusion) {
    case 'success':
      return { state: 'succeeded', message: jobs.length === 1 ? 'the job is done' : `all ${jobs.length} jobs are done` };
    case 'failure':
    case 'timed_out':
    case 'startup_failure':
      return { state: 'failed', message: failure(conclusion, jobs) };
    case 'cancelled':
      return { state: 'failed', message: 'cancelled at GitHub, by a person or by a newer run of the same concurrency group' };
    case 'skipped':
    case 'stale':
    case 'action_required':
      return { state: 'failed', message: `GitHub ended the run as ${conclusion.replace('_', ' ')}; nothing was rolled back by it` };
    default:
      return { state: 'unknown', message: `the run ended as ${conclusion.slice(0, 40)}` };
  }
}

function progress(jobs: readonly Job[]): string {
  const index = jobs.findIndex(({ status }) => status !== 'completed');
  const job = jobs[index];
  if (!job) return 'the run has started';
  const step = job.steps.findIndex(({ status }) => status === 'in_progress');
  const doing = job.steps[step];
  const within = doing ? `, step ${step + 1} of ${job.steps.length}: ${doing.name}` : '';
  const review = job.status === 'waiting' ? ', waiting for a reviewer in GitHub' : '';
  return `job ${index + 1} of ${jobs.length}: ${job.name}${within}${review}`;
}

function failure(conclusion: string, jobs: readonly Job[]): string {
  const index = jobs.findIndex((job) => job.conclusion === 'failure' || job.conclusion === 'timed_out');
  const job = jobs[index];
  if (!job)
    return conclusion === 'startup_failure' ? 'GitHub could not start the workflow' : `the run ended: ${conclusion.replace('_', ' ')}`;
  const step = job.steps.find(({ conclusion: ended }) => ended === 'failure' || ended === 'timed_out');
  return `job ${index + 1} of ${jobs.length}: ${job.name} failed${step ? ` at: ${step.name}` : ''}`;
}
