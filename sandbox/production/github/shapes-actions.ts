// Our records in GitHub's words: workflows, runs, jobs, artifacts, deployments.
import { resolveRef } from './repository.ts';
import { apiRoot, htmlRoot, iso, nodeId, repositoryShape, user } from './shapes.ts';
import type { ArtifactShape, DeploymentShape, DeploymentStatusShape, JobShape, RunShape, WorkflowShape } from './shapes.ts';
import type { Artifact, Deployment, DeploymentStatus, GithubState, Run, Workflow } from './state.ts';

export const runUrl = (state: GithubState, id: number): string => `${apiRoot(state)}/actions/runs/${id}`;
export const runHtmlUrl = (state: GithubState, id: number): string => `${htmlRoot(state)}/actions/runs/${id}`;
const workflowPath = (workflow: Workflow): string => `.github/workflows/${workflow.file}`;

export function workflowShape(state: GithubState, workflow: Workflow): WorkflowShape {
  const { id, name, file, state: workflowState } = workflow;
  const created = iso(state.repository.createdAt);
  return {
    id,
    node_id: nodeId('Workflow', id),
    name,
    path: workflowPath(workflow),
    state: workflowState,
    created_at: created,
    updated_at: created,
    url: `${apiRoot(state)}/actions/workflows/${id}`,
    html_url: `${htmlRoot(state)}/blob/main/${workflowPath(workflow)}`,
    badge_url: `${htmlRoot(state)}/workflows/${encodeURIComponent(file)}/badge.svg`,
  };
}

function headCommit(state: GithubState, sha: string): RunShape['head_commit'] {
  const commit = resolveRef(state.repository, sha);
  if (!commit) return null;
  const author = { name: commit.author, email: `${commit.author}@users.noreply.example` };
  return { id: sha, tree_id: commit.tree, message: commit.message, timestamp: iso(commit.at), author, committer: author };
}

function runLinks(state: GithubState, { id, workflow }: Run) {
  const url = runUrl(state, id);
  return {
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${apiRoot(state)}/check-suites/${id + 1}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${apiRoot(state)}/actions/workflows/${workflow.id}`,
  };
}

export function runShape(state: GithubState, run: Run): RunShape {
  const { id, workflow, headSha } = run;
  const url = runUrl(state, id);
  const repository = repositoryShape(state);
  return {
    id,
    name: workflow.name,
    node_id: nodeId('WorkflowRun', id),
    check_suite_id: id + 1,
    head_branch: run.headBranch,
    head_sha: headSha,
    path: workflowPath(workflow),
    display_title: run.displayTitle,
    run_number: run.number,
    run_attempt: 1,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: workflow.id,
    url,
    html_url: runHtmlUrl(state, id),
    pull_requests: [],
    created_at: iso(run.createdAt),
    updated_at: iso(run.updatedAt),
    run_started_at: iso(run.startedAt),
    actor: user(state, run.actor),
    triggering_actor: user(state, run.actor),
    ...runLinks(state, run),
    head_commit: headCommit(state, headSha),
    repository,
    head_repository: repository,
  };
}

export function jobShape(state: GithubState, run: Run): JobShape {
  const { job } = run;
  const started = job.status === 'in_progress' || job.status === 'completed';
  return {
    id: job.id,
    run_id: run.id,
    run_url: runUrl(state, run.id),
    run_attempt: 1,
    node_id: nodeId('CheckRun', job.id),
    head_sha: run.headSha,
    url: `${apiRoot(state)}/actions/jobs/${job.id}`,
    html_url: `${runHtmlUrl(state, run.id)}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion,
    created_at: iso(run.createdAt),
    started_at: iso(job.startedAt),
    completed_at: job.completedAt === null ? null : iso(job.completedAt),
    name: job.name,
    steps: job.steps.map((step, index) => ({
      name: step.name,
      status: step.status,
      conclusion: step.conclusion,
      number: index + 1,
      started_at: step.startedAt === null ? null : iso(step.startedAt),
      completed_at: step.completedAt === null ? null : iso(step.completedAt),
    })),
    check_run_url: `${apiRoot(state)}/check-runs/${job.id}`,
    labels: ['ubuntu-latest'],
    runner_id: started ? 1 : null,
    runner_name: started ? 'local runner' : null,
    runner_group_id: started ? 1 : null,
    runner_group_name: started ? 'Default' : null,
    workflow_name: run.workflow.name,
    head_branch: run.headBranch,
  };
}

export function artifactShape(state: GithubState, run: Run, artifact: Artifact): ArtifactShape {
  const { id, name, size, digest, createdAt, expiresAt } = artifact;
  const url = `${apiRoot(state)}/actions/artifacts/${id}`;
  return {
    id,
    node_id: nodeId('Artifact', id),
    name,
    size_in_bytes: size,
    url,
    archive_download_url: `${url}/zip`,
    expired: state.now() >= expiresAt,
    digest,
    created_at: iso(createdAt),
    updated_at: iso(createdAt),
    expires_at: iso(expiresAt),
    workflow_run: { id: run.id, head_branch: run.headBranch, head_sha: run.headSha },
  };
}

export function deploymentShape(state: GithubState, deployment: Deployment): DeploymentShape {
  const { id, ref, sha, task, environment, description, payload } = deployment;
  const url = `${apiRoot(state)}/deployments/${id}`;
  return {
    url,
    id,
    node_id: nodeId('Deployment', id),
    task,
    original_environment: environment,
    environment,
    description,
    created_at: iso(deployment.createdAt),
    updated_at: iso(deployment.updatedAt),
    statuses_url: `${url}/statuses`,
    repository_url: apiRoot(state),
    creator: user(state, deployment.creator),
    sha,
    ref,
    payload,
    transient_environment: false,
    production_environment: environment === 'production',
  };
}

export function statusShape(state: GithubState, deployment: Deployment, status: DeploymentStatus): DeploymentStatusShape {
  const deploymentUrl = `${apiRoot(state)}/deployments/${deployment.id}`;
  const { id, logUrl } = status;
  return {
    url: `${deploymentUrl}/statuses/${id}`,
    id,
    node_id: nodeId('DeploymentStatus', id),
    state: status.state,
    creator: user(state, status.creator),
    description: status.description,
    environment: deployment.environment,
    target_url: logUrl,
    log_url: logUrl,
    environment_url: status.environmentUrl,
    created_at: iso(status.createdAt),
    updated_at: iso(status.createdAt),
    deployment_url: deploymentUrl,
    repository_url: apiRoot(state),
  };
}
