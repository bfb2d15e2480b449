// Routes about deployments and their statuses.
import type { Answer, Ask, Route } from '../http.ts';
import { body, found, refuse } from './answers.ts';
import { addStatus, createDeployment } from './deployments.ts';
import { listAnswer } from './paging.ts';
import { resolveRef } from './repository.ts';
import { deploymentShape, statusShape } from './shapes-actions.ts';
import type { Deployment, DeploymentState, GithubState } from './state.ts';

const states: readonly DeploymentState[] = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success'];
const text = (value: unknown, fallback: string): string => (typeof value === 'string' ? value : fallback);

export function deploymentRoutes(state: GithubState): Route[] {
  const deployments = '/repos/:owner/:repo/deployments';
  const one = `${deployments}/:id`;
  return [
    ['GET', deployments, (ask) => list(state, ask)],
    ['POST', deployments, (ask) => create(state, ask)],
    ['GET', one, (ask) => ({ status: 200, body: deploymentShape(state, deploymentOf(state, ask)) })],
    ['GET', `${one}/statuses`, (ask) => listStatuses(state, ask)],
    ['POST', `${one}/statuses`, (ask) => createStatus(state, ask)],
    ['GET', `${one}/statuses/:status`, (ask) => getStatus(state, ask)],
  ];
}

const deploymentOf = (state: GithubState, { params }: Ask): Deployment =>
  found(state.deployments.find(({ id }) => String(id) === params['id']));

function list(state: GithubState, ask: Ask): Answer {
  const filters = (['environment', 'task', 'sha', 'ref'] as const).flatMap((field) => {
    const value = ask.query.get(field);
    return value && value !== 'none' ? [(deployment: Deployment) => deployment[field] === value] : [];
  });
  const wanted = state.deployments.filter((deployment) => filters.every((fits) => fits(deployment))).toReversed();
  return listAnswer(ask, wanted, (deployment) => deploymentShape(state, deployment));
}

function create(state: GithubState, ask: Ask): Answer {
  const { ref, task, environment, description, payload } = body(ask);
  if (typeof ref !== 'string' || ref === '') refuse(422, 'Invalid request.\n\n"ref" wasn\'t supplied.');
  const commit = resolveRef(state.repository, ref);
  if (!commit) refuse(422, `No ref found for: ${ref}`);
  const deployment = createDeployment(state, {
    ref,
    sha: commit.sha,
    task: text(task, 'deploy'),
    environment: text(environment, 'production'),
    description: typeof description === 'string' ? description : null,
    payload: typeof payload === 'string' ? payload : ((payload ?? {}) as Record<string, unknown>),
  });
  return { status: 201, body: deploymentShape(state, deployment) };
}

function listStatuses(state: GithubState, ask: Ask): Answer {
  const deployment = deploymentOf(state, ask);
  return listAnswer(ask, deployment.statuses.toReversed(), (status) => statusShape(state, deployment, status));
}

function createStatus(state: GithubState, ask: Ask): Answer {
  const deployment = deploymentOf(state, ask);
  const fields = body(ask);
  const wanted = states.find((known) => known === fields['state']);
  if (!wanted) refuse(422, `Validation Failed: state must be one of ${states.join(', ')}`);
  const status = addStatus(state, deployment, {
    state: wanted,
    description: text(fields['description'], ''),
    logUrl: text(fields['log_url'] ?? fields['target_url'], ''),
    environmentUrl: text(fields['environment_url'], ''),
  });
  return { status: 201, body: statusShape(state, deployment, status) };
}

function getStatus(state: GithubState, ask: Ask): Answer {
  const deployment = deploymentOf(state, ask);
  const status = found(deployment.statuses.find(({ id }) => String(id) === ask.params['status']));
  return { status: 200, body: statusShape(state, deployment, status) };
}
