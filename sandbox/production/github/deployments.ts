// Deployments and their statuses: stored, and told to the webhook.
import { deploymentShape, statusShape } from './shapes-actions.ts';
import { repositoryShape, user } from './shapes.ts';
import type { Deployment, DeploymentState, DeploymentStatus, GithubState } from './state.ts';

export type NewDeployment = Pick<Deployment, 'ref' | 'sha' | 'task' | 'environment' | 'description' | 'payload'>;

/** Creates a deployment; nothing is deployed by that. */
export function createDeployment(state: GithubState, fields: NewDeployment): Deployment {
  const at = state.now();
  const deployment: Deployment = { id: state.nextId(), ...fields, creator: state.actor, createdAt: at, updatedAt: at, statuses: [] };
  state.deployments.push(deployment);
  tell(state, 'deployment', { action: 'created', deployment: deploymentShape(state, deployment) });
  return deployment;
}

export interface NewStatus {
  state: DeploymentState;
  description?: string;
  logUrl?: string;
  environmentUrl?: string;
}

/** Adds a status. Production keeps its older successes: GitHub makes them inactive only elsewhere. */
export function addStatus(state: GithubState, deployment: Deployment, fields: NewStatus): DeploymentStatus {
  const { description = '', logUrl = '', environmentUrl = '' } = fields;
  const at = state.now();
  const id = state.nextId();
  const status: DeploymentStatus = { id, state: fields.state, description, logUrl, environmentUrl, creator: state.actor, createdAt: at };
  deployment.statuses.push(status);
  deployment.updatedAt = at;
  tell(state, 'deployment_status', {
    action: 'created',
    deployment_status: statusShape(state, deployment, status),
    deployment: deploymentShape(state, deployment),
  });
  return status;
}

/** Sends a webhook with the parts every event has. */
export function tell(state: GithubState, event: string, payload: Record<string, unknown>): void {
  if (!state.webhooks.target) return;
  state.webhooks.send(event, { ...payload, repository: repositoryShape(state), sender: user(state, state.actor) });
}
