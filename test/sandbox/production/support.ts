// What the tests of the local production share: a fast one, and a small client for its GitHub-compatible API.
import { setTimeout as sleep } from 'node:timers/promises';
import { startProduction, type Production, type ProductionOptions } from '../../../sandbox/production/production.ts';

const TOKEN = 'test-token';

/** Everything on free ports, with runs of a fifth of a second. */
export const fastProduction = (options: ProductionOptions = {}): Promise<Production> =>
  startProduction({ runSeconds: 0.2, githubToken: TOKEN, flagTtlMs: 50, sampleMs: 100, load: { perSecond: 100 }, ...options });

export interface Reply<T> {
  status: number;
  headers: Headers;
  body: T;
}

/** One call to the API below /repos/acme/shop. */
export async function api<T = Record<string, unknown>>(
  { githubUrl }: Production,
  path: string,
  { method = 'GET', body, token = TOKEN }: { method?: string; body?: unknown; token?: string | null } = {},
): Promise<Reply<T>> {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await fetch(`${githubUrl}/repos/acme/shop${path}`, { method, headers, ...sent });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text === '' ? undefined : JSON.parse(text)) as T };
}

export interface RunBody {
  id: number;
  status: string;
  conclusion: string | null;
  display_title: string;
}

/** Dispatches rollback.yml and answers the id of the run. */
export async function rollBack(production: Production, target: string, opId: string): Promise<number> {
  const body = { ref: 'main', inputs: { target, op_id: opId }, return_run_details: true };
  const reply = await api<{ workflow_run_id: number }>(production, '/actions/workflows/rollback.yml/dispatches', { method: 'POST', body });
  return reply.body.workflow_run_id;
}

export const getRun = async (production: Production, id: number): Promise<RunBody> =>
  (await api<RunBody>(production, `/actions/runs/${id}`)).body;

/** Polls until something holds; fails with what was seen last. */
export async function until<T>(look: () => T | Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > deadline) throw new Error(`still ${JSON.stringify(seen)}`);
    await sleep(10);
  }
}

export const completed = (production: Production, id: number): Promise<RunBody> =>
  until(
    () => getRun(production, id),
    ({ status }) => status === 'completed',
  );
