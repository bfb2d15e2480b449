// The requests we make of GitHub, each with the shape we read. Octokit builds them; the transport decides what trouble means.
import { Octokit } from '@octokit/rest';
import type { z } from 'zod';
import { ProviderError, type Order } from '../../ports.ts';
import { createTransport } from '../transport.ts';
import * as shapes from './schema.ts';
import type { Deployment, Settings, Target } from './schema.ts';

export type Api = ReturnType<typeof openApi>;

/** How far back deployments are read: each costs one request for its statuses. */
const deploymentsRead = 20;
const findWindowMs = 24 * 3_600_000;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Opens the API for one repository, workflow and environment. */
export function openApi({ apiUrl, token, allowPrivate, timeouts }: Settings, target: Target) {
  const remedy = 'set GITHUB_TOKEN';
  const transport = createTransport({ provider: 'github-actions', url: apiUrl, remedy, token, allowPrivate, timeouts });
  const octokit = new Octokit({
    auth: token,
    baseUrl: apiUrl.replace(/\/+$/, ''),
    userAgent: 'warroom',
    log: silent,
    request: { fetch: transport.fetch, retries: 0 },
  });
  octokit.hook.before('request', (request) => {
    request.headers['x-github-api-version'] = '2022-11-28'; // Octokit sends none, and the newest may change shapes under us
  });
  const [owner = '', repo = ''] = target.repository.split('/');
  const { workflow, ref, inputs } = target;
  const { environment } = target.deployments;
  const call = async <Shape extends z.ZodType>(shape: Shape, route: string, parameters: object = {}): Promise<z.output<Shape>> =>
    transport.read(shape, (await unwrapped(() => octokit.request(route, { owner, repo, ...parameters }))).data);

  const statuses = (id: number) =>
    call(shapes.DeploymentStatuses, 'GET /repos/{owner}/{repo}/deployments/{id}/statuses', { id, per_page: 30 });

  return {
    /** Newest first, each with its statuses; of one commit only when a sha is given. */
    async deployments(sha?: string): Promise<Deployment[]> {
      const filter = { environment, per_page: deploymentsRead, ...(sha !== undefined && { sha }) };
      const listed = await call(shapes.Deployments, 'GET /repos/{owner}/{repo}/deployments', filter);
      return Promise.all(listed.map(async (deployment) => ({ ...deployment, statuses: await statuses(deployment.id) })));
    },
    /** What the answer about the repository tells of the token. Scopes are told of classic tokens only. */
    async access() {
      const response = await unwrapped(() => octokit.request('GET /repos/{owner}/{repo}', { owner, repo }));
      const { 'x-oauth-scopes': scopes } = response.headers;
      return { ...transport.read(shapes.Repository, response.data), scopes: scopes?.split(',').map((scope) => scope.trim()) };
    },
    newestDeployment: () => call(shapes.Deployments, 'GET /repos/{owner}/{repo}/deployments', { environment, per_page: 1 }),
    newestCommit: () => call(shapes.Anything, 'GET /repos/{owner}/{repo}/commits', { per_page: 1 }),
    workflow: (file = workflow) => call(shapes.Workflow, 'GET /repos/{owner}/{repo}/actions/workflows/{workflow}', { workflow: file }),
    /** Switches a workflow on or off. Sent once; both are fine when it is so already. */
    async switchWorkflow(file: string, to: 'enable' | 'disable') {
      await call(shapes.Anything, `PUT /repos/{owner}/{repo}/actions/workflows/{workflow}/${to}`, { workflow: file });
    },
    /** The text of a file as it is in one commit. */
    file: (path: string, commit: string) =>
      call(shapes.RepositoryFile, 'GET /repos/{owner}/{repo}/contents/{+path}', {
        path: path.split('/').map(encodeURIComponent).join('/'),
        ref: commit,
      }),
    environment: (name: string) => call(shapes.Environment, 'GET /repos/{owner}/{repo}/environments/{name}', { name }),
    workflowFile: () =>
      call(shapes.WorkflowFile, 'GET /repos/{owner}/{repo}/contents/{+path}', { path: `.github/workflows/${workflow}`, ref }),
    recentRuns: (file = workflow) =>
      call(shapes.WorkflowRuns, 'GET /repos/{owner}/{repo}/actions/workflows/{workflow}/runs', { workflow: file, per_page: 20 }),
    /** The runs that an order of today may have started. */
    dispatchedRuns: () =>
      call(shapes.WorkflowRuns, 'GET /repos/{owner}/{repo}/actions/workflows/{workflow}/runs', {
        workflow,
        event: 'workflow_dispatch',
        created: `>=${new Date(Date.now() - findWindowMs).toISOString().slice(0, 19)}Z`,
        per_page: 100,
      }),
    compare: (from: string, to: string) =>
      call(shapes.Comparison, 'GET /repos/{owner}/{repo}/compare/{basehead}', { basehead: `${from}...${to}`, per_page: 100 }),
    commitSha: (name: string) => call(shapes.CommitSha, 'GET /repos/{owner}/{repo}/commits/{name}', { name }),
    artifacts: (run: string) => call(shapes.Artifacts, 'GET /repos/{owner}/{repo}/actions/runs/{run}/artifacts', { run, per_page: 100 }),
    run: (run: string) => call(shapes.WorkflowRun, 'GET /repos/{owner}/{repo}/actions/runs/{run}', { run }),
    jobs: (run: string) => call(shapes.Jobs, 'GET /repos/{owner}/{repo}/actions/runs/{run}/jobs', { run, per_page: 100 }),
    /** Asks a run to stop. Sent once. */
    cancel: (run: string) => call(shapes.Anything, 'POST /repos/{owner}/{repo}/actions/runs/{run}/cancel', { run }),
    /** Starts the workflow. Sent once, whatever happens. `undefined` when it was accepted without telling the run. */
    async dispatch(order: Order, { signal, details }: { signal: AbortSignal; details: boolean }) {
      const body = {
        ref,
        inputs: { [inputs.target]: order.to.id, [inputs.operation]: order.operationId },
        ...(details && { return_run_details: true }),
      };
      const route = 'POST /repos/{owner}/{repo}/actions/workflows/{workflow}/dispatches';
      const response = await unwrapped(() => octokit.request(route, { owner, repo, workflow, ...body, request: { signal } }));
      return shapes.Dispatched.safeParse(response.data).data; // accepted is accepted, even when the answer makes no sense
    },
  };
}

/** Octokit wraps what its fetch throws into an error of its own, with status 500; the real one is inside. */
async function unwrapped<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const { cause } = (error ?? {}) as { cause?: unknown };
    throw cause instanceof ProviderError ? cause : error;
  }
}

/** Waits for an answer that may not be there: `undefined` for what GitHub does not find. */
export async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'not_found') return undefined;
    throw error;
  }
}
