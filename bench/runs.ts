/** As much of GitHub's API as a rollback by a workflow needs: repositories whose runs take their time and all work at once. */
import { serveRoutes, type Ask } from '../sandbox/production/http.ts';

export interface Runs {
  url: string;
  /** Every repository runs again what a rollback takes back. */
  reset: () => void;
  stop: () => Promise<void>;
}

interface Run {
  id: number;
  startedAt: number;
  to: string;
}

/** What was deployed to a repository's environment, oldest first, and its latest run. */
interface Repository {
  deployed: { id: number; sha: string; at: number }[];
  run?: Run;
}

const [good, bad] = ['a', 'b'].map((digit) => digit.repeat(40)) as [string, string];
const workflow = 'rollback.yml';

/** A run takes this long, however many others there are. */
export async function startRuns({ runMs }: { runMs: number }): Promise<Runs> {
  const repositories = new Map<string, Repository>();
  let lastId = 0;
  const deploy = (repository: Repository, sha: string, at: number): void => {
    lastId += 1;
    repository.deployed.push({ id: lastId, sha, at });
  };
  const repositoryOf = ({ params }: Ask): Repository => {
    const name = params['repo'] ?? '';
    const known = repositories.get(name) ?? { deployed: [] };
    if (known.deployed.length === 0) for (const sha of [good, bad]) deploy(known, sha, Date.now() - 60_000);
    repositories.set(name, known);
    settle(known);
    return known;
  };
  const settle = (repository: Repository): void => {
    const { run } = repository;
    const isOver = run !== undefined && Date.now() - run.startedAt >= runMs;
    if (isOver && repository.deployed.at(-1)?.sha !== run.to) deploy(repository, run.to, run.startedAt + runMs);
  };
  const dispatch = (ask: Ask) => {
    const { inputs } = JSON.parse(ask.raw.toString('utf8')) as { inputs: { target: string } };
    lastId += 1;
    const run: Run = { id: lastId, startedAt: Date.now(), to: inputs.target };
    repositoryOf(ask).run = run;
    return { status: 200, body: { workflow_run_id: run.id, html_url: `https://github.com/acme/runs/${run.id}` } };
  };
  const statusOf = ({ startedAt }: Run) =>
    Date.now() - startedAt < runMs ? { status: 'in_progress', conclusion: null } : { status: 'completed', conclusion: 'success' };
  const latest = (ask: Ask): Run => {
    const { run } = repositoryOf(ask);
    if (!run) throw new Error('nothing was dispatched');
    return run;
  };

  const repo = '/repos/:owner/:repo';
  const runs = `${repo}/actions/runs/:run`;
  const server = await serveRoutes([
    ['GET', `${repo}/deployments`, (ask) => ok(repositoryOf(ask).deployed.toReversed().map(deploymentShape))],
    ['GET', `${repo}/deployments/:id/statuses`, (ask) => ok([{ state: 'success', created_at: time(deployedAt(repositoryOf(ask), ask)) }])],
    ['GET', `${repo}/actions/workflows/:workflow`, () => ok({ state: 'active' })],
    ['GET', `${repo}/actions/workflows/:workflow/runs`, () => ok({ workflow_runs: [] })],
    ['POST', `${repo}/actions/workflows/:workflow/dispatches`, dispatch],
    ['GET', runs, (ask) => ok({ ...runShape(latest(ask)), ...statusOf(latest(ask)) })],
    ['GET', `${runs}/jobs`, (ask) => ok({ jobs: [{ name: 'roll back', ...statusOf(latest(ask)) }] })],
  ]);
  return { url: server.url, reset: () => repositories.clear(), stop: () => server.close() };
}

const ok = (body: unknown) => ({ status: 200, body });
const time = (at: number): string => new Date(at).toISOString();
const deployedAt = ({ deployed }: Repository, { params }: Ask): number => deployed.find(({ id }) => String(id) === params['id'])?.at ?? 0;
const deploymentShape = ({ id, sha, at }: Repository['deployed'][number]) => ({ id, ref: sha.slice(0, 7), sha, created_at: time(at) });
const runShape = ({ id, startedAt }: Run) => ({ id, html_url: `https://github.com/acme/runs/${id}`, updated_at: time(startedAt) });

/** The provider of these repositories, as warroom.yml has it, looking as often as it does by default. */
export const runsProvider = (url: string) => ({ 'github-actions': { apiUrl: url, token: 'bench-token', allowPrivate: true } });

/** A step that runs the workflow of one of these repositories, as warroom.yml has it. */
export const runStep = (name: string) => ({
  id: name,
  kind: 'code',
  provider: 'github-actions',
  target: { repository: `acme/${name}`, workflow, deployments: { environment: 'production' } },
});
