// The handles of the local production over HTTP, for a bench or a page in another process. Part of the sandbox, not of GitHub.
import { z } from 'zod';
import { jsonBody, serveRoutes, type Answer, type Ask, type Listening } from './http.ts';
import type { Production } from './production.ts';

/** Serves the controls of a production. */
export function serveControl(production: Production, port = 0): Promise<Listening> {
  const { github, load } = production;
  return serveRoutes(
    [
      ['GET', '/health', ({ query }) => ok(production.health(Number(query.get('seconds') ?? 10)))],
      [
        'GET',
        '/fleet',
        () => ok({ live: production.fleet.live(), running: production.fleet.running(), weights: production.fleet.weights() }),
      ],
      ['GET', '/ledger', () => ok({ runs: github.ledger() })],
      ['GET', '/requests', ({ query }) => ok({ requests: github.requests().slice(Number(query.get('after') ?? 0)) })],
      ['POST', '/campaign', async () => ok(await production.campaign.start())],
      ['PUT', '/load', (ask) => setLoad(load, ask)],
      ['POST', '/faults', (ask) => addFault(production, ask)],
      ['DELETE', '/faults', () => clearFaults(production)],
      ['PUT', '/lie', (ask) => setLie(production, ask)],
      ['PUT', '/token', (ask) => setToken(production, ask)],
    ],
    { port },
  );
}

const ok = (body: unknown): Answer => ({ status: 200, body });

function setLoad(load: Production['load'], ask: Ask): Answer {
  const { perSecond } = jsonBody(ask);
  if (typeof perSecond !== 'number' || !(perSecond >= 0))
    return { status: 422, body: { error: 'perSecond must be a number from 0 to 200' } };
  load.setRate(perSecond);
  return ok({ perSecond: load.rate() });
}

const where = { method: z.string().optional(), path: z.string().optional(), times: z.int().positive().optional() };
const retryAfter = z.number().optional();
const FaultBody = z.discriminatedUnion('kind', [
  z.object({ ...where, kind: z.literal('status'), status: z.int().min(400).max(599), retryAfter, says: z.string().max(200).optional() }),
  z.object({ ...where, kind: z.literal('status_after'), status: z.int().min(500).max(599) }),
  z.object({ ...where, kind: z.literal('latency'), ms: z.number().nonnegative() }),
  z.object({ ...where, kind: z.literal('secondary_limit'), retryAfter }),
  z.object({ ...where, kind: z.enum(['hang_before', 'hang_after', 'cut_before', 'cut_after', 'unauthorized', 'pretend']) }),
]);

/** `of` says who has the trouble; GitHub unless told. */
const FaultyPart = z.enum(['github', 'flags', 'balancer']).default('github');

function addFault({ github, flags, balancer }: Production, ask: Ask): Answer {
  const { of, ...rest } = jsonBody(ask);
  const part = FaultyPart.safeParse(of);
  const fault = FaultBody.safeParse(rest);
  if (!part.success) return { status: 422, body: { error: z.prettifyError(part.error) } };
  if (!fault.success) return { status: 422, body: { error: z.prettifyError(fault.error) } };
  ({ github, flags, balancer })[part.data].faults.add(fault.data);
  return { status: 201, body: fault.data };
}

function clearFaults({ github, flags, balancer }: Production): Answer {
  for (const { faults } of [github, flags, balancer]) faults.clear();
  return { status: 204 };
}

function setToken({ github }: Production, ask: Ask): Answer {
  const { token } = jsonBody(ask);
  if (typeof token !== 'string' || token === '') return { status: 422, body: { error: 'token is missing' } };
  github.setToken(token);
  return { status: 204 };
}

const LieBody = z.object({ lie: z.enum(['nothing', 'no traffic']).nullable() });

/** What runs leave out while they claim to have done it; null makes them honest again. */
function setLie({ github }: Production, ask: Ask): Answer {
  const asked = LieBody.safeParse(jsonBody(ask));
  if (!asked.success) return { status: 422, body: { error: z.prettifyError(asked.error) } };
  github.setLie(asked.data.lie ?? undefined);
  return ok(asked.data);
}
