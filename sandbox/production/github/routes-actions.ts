// Routes about workflows, runs, jobs and artifacts.
import type { Answer, Ask, Route } from '../http.ts';
import { body, failure, found, refuse } from './answers.ts';
import { cancelRun, startRun } from './engine.ts';
import { counted, createdFilter } from './paging.ts';
import { resolveRef } from './repository.ts';
import { artifactShape, jobShape, runHtmlUrl, runShape, runUrl, workflowShape } from './shapes-actions.ts';
import { iso, nodeId } from './shapes.ts';
import type { GithubState, Run, Workflow } from './state.ts';
import { findWorkflow } from './workflows.ts';

const MOST_INPUTS = 25;
/** From this version of the API on, a dispatch always answers with the run. */
const RUN_DETAILS_SINCE = '2026-03-10';

export function actionsRoutes(state: GithubState): Route[] {
  const actions = '/repos/:owner/:repo/actions';
  const workflow = `${actions}/workflows/:workflow`;
  const run = `${actions}/runs/:run`;
  return [
    ['GET', `${actions}/workflows`, (ask) => counted(ask, 'workflows', state.workflows, (item) => workflowShape(state, item))],
    ['GET', workflow, (ask) => ({ status: 200, body: workflowShape(state, workflowOf(state, ask)) })],
    ['PUT', `${workflow}/disable`, (ask) => switchWorkflow(state, ask, 'disabled_manually')],
    ['PUT', `${workflow}/enable`, (ask) => switchWorkflow(state, ask, 'active')],
    ['POST', `${workflow}/dispatches`, (ask) => dispatch(state, ask)],
    ['GET', `${workflow}/runs`, (ask) => listRuns(state, ask, workflowOf(state, ask))],
    ['GET', `${actions}/runs`, (ask) => listRuns(state, ask)],
    ['GET', run, (ask) => ({ status: 200, body: runShape(state, runOf(state, ask)) })],
    ['GET', `${run}/jobs`, (ask) => counted(ask, 'jobs', [runOf(state, ask)], (item) => jobShape(state, item))],
    ['POST', `${run}/cancel`, (ask) => cancel(state, ask)],
    ['POST', `${run}/force-cancel`, (ask) => cancel(state, ask)],
    ['GET', `${run}/pending_deployments`, (ask) => ({ status: 200, body: pendingDeployments(runOf(state, ask)) })],
    ['POST', `${run}/pending_deployments`, (ask) => review(state, ask)],
    ['GET', `${run}/artifacts`, (ask) => listArtifacts(state, ask, [runOf(state, ask)])],
    ['GET', `${actions}/artifacts`, (ask) => listArtifacts(state, ask, state.runs.toReversed())],
    ['GET', `${actions}/jobs/:job`, (ask) => ({ status: 200, body: jobShape(state, runOfJob(state, ask)) })],
    ['GET', `${actions}/jobs/:job/logs`, (ask) => redirectToLog(state, ask)],
  ];
}

const workflowOf = (state: GithubState, { params }: Ask): Workflow => found(findWorkflow(state.workflows, params['workflow'] ?? ''));
const runOf = (state: GithubState, { params }: Ask): Run => found(state.runs.find(({ id }) => String(id) === params['run']));
const runOfJob = (state: GithubState, { params }: Ask): Run => found(state.runs.find(({ job }) => String(job.id) === params['job']));

function switchWorkflow(state: GithubState, ask: Ask, to: Workflow['state']): Answer {
  workflowOf(state, ask).state = to;
  return { status: 204 };
}

function dispatch(state: GithubState, ask: Ask): Answer {
  const workflow = workflowOf(state, ask);
  const { ref, inputs = {}, return_run_details: details } = body(ask);
  if (typeof ref !== 'string' || ref === '') refuse(422, 'Invalid request.\n\n"ref" wasn\'t supplied.');
  const commit = resolveRef(state.repository, ref);
  if (!commit) refuse(422, `No ref found for: ${ref}`);
  if (workflow.state !== 'active') refuse(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow");
  const run = startRun(state, {
    workflow,
    headSha: commit.sha,
    headBranch: ref.replace(/^refs\/(heads|tags)\//, ''),
    inputs: checkedInputs(workflow, inputs),
  });
  const version = String(ask.headers['x-github-api-version'] ?? '');
  if (details !== true && version < RUN_DETAILS_SINCE) return { status: 204 };
  return { status: 200, body: { workflow_run_id: run.id, run_url: runUrl(state, run.id), html_url: runHtmlUrl(state, run.id) } };
}

function checkedInputs(workflow: Workflow, inputs: unknown): Record<string, string> {
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs))
    refuse(422, "Invalid request.\n\nFor 'properties/inputs', is not an object.");
  const given = Object.entries(inputs as Record<string, unknown>);
  if (given.length > MOST_INPUTS)
    refuse(422, `Invalid request.\n\nNo more than ${MOST_INPUTS} properties are allowed; ${given.length} were supplied.`);
  const unexpected = given.map(([name]) => name).filter((name) => !(name in workflow.inputs));
  if (unexpected.length > 0) refuse(422, `Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  const checked = Object.fromEntries(given.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]));
  const missing = Object.keys(workflow.inputs).find((name) => workflow.inputs[name] && !checked[name]);
  if (missing) refuse(422, `Required input '${missing}' not provided`);
  return checked;
}

function listRuns(state: GithubState, ask: Ask, workflow?: Workflow): Answer {
  const { query } = ask;
  const wasCreated = createdFilter(query.get('created'));
  const visibleUntil = state.now() - state.listLagMs;
  const same = (name: string, value: string | null) => !query.get(name) || query.get(name) === value;
  const wanted = state.runs.filter(
    (run) =>
      (!workflow || run.workflow === workflow) &&
      run.createdAt <= visibleUntil &&
      same('event', run.event) &&
      same('branch', run.headBranch) &&
      same('actor', run.actor) &&
      same('head_sha', run.headSha) &&
      (same('status', run.status) || same('status', run.conclusion)) &&
      wasCreated(run.createdAt),
  );
  return counted(ask, 'workflow_runs', wanted.toReversed(), (run) => runShape(state, run));
}

function cancel(state: GithubState, ask: Ask): Answer {
  return cancelRun(state, runOf(state, ask)) ? { status: 202, body: {} } : failure(409, 'Cannot cancel a workflow run that is completed.');
}

function pendingDeployments({ gate, createdAt }: Run): unknown[] {
  if (!gate) return [];
  const { id, name, waitMinutes, reviewers } = gate.environment;
  const shown = reviewers.map(({ type, name: login }) => ({ type, reviewer: { login } }));
  const environment = { id, node_id: nodeId('Environment', id), name };
  return [
    { environment, wait_timer: waitMinutes, wait_timer_started_at: iso(createdAt), current_user_can_approve: true, reviewers: shown },
  ];
}

/** The account of the token stands in for any of the reviewers. */
function review(state: GithubState, ask: Ask): Answer {
  const run = runOf(state, ask);
  const { environment_ids: ids, state: verdict, comment } = body(ask);
  const { gate } = run;
  if (!gate || !Array.isArray(ids) || !ids.includes(gate.environment.id))
    refuse(422, 'There are no pending deployments for these environments');
  if (verdict !== 'approved' && verdict !== 'rejected') refuse(422, 'Validation Failed: state must be approved or rejected');
  if (typeof comment !== 'string') refuse(422, 'Validation Failed: comment is missing');
  gate.decide(verdict === 'approved');
  return { status: 200, body: [] };
}

function listArtifacts(state: GithubState, ask: Ask, runs: readonly Run[]): Answer {
  const name = ask.query.get('name');
  const all = runs.flatMap((run) => run.artifacts.map((artifact) => ({ run, artifact })));
  const wanted = all.filter(({ artifact }) => !name || artifact.name === name);
  return counted(ask, 'artifacts', wanted, ({ run, artifact }) => artifactShape(state, run, artifact));
}

// The real service redirects to a short-lived address elsewhere, which takes no token.
function redirectToLog(state: GithubState, ask: Ask): Answer {
  const { job } = runOfJob(state, ask);
  return { status: 302, headers: { location: `${state.url}/_logs/${job.id}` } };
}

/** What the redirect of a job's log leads to. */
export const logRoute = (state: GithubState): Route => [
  'GET',
  '/_logs/:job',
  (ask) => ({ status: 200, text: `${runOfJob(state, ask).job.log.join('\n')}\n` }),
];
