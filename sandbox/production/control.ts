// The handles of the local production over HTTP, for a bench or a page in another process. Part of the sandbox, not of GitHub.
import type { Fault } from './github/faults.ts';
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
      ['DELETE', '/faults', () => (github.faults.clear(), { status: 204 })],
      ['PUT', '/token', (ask) => setToken(production, ask)],
    ],
    port,
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

const kinds: readonly Fault['kind'][] = [
  'status',
  'hang_before',
  'hang_after',
  'cut_before',
  'cut_after',
  'latency',
  'secondary_limit',
  'unauthorized',
];

function addFault({ github }: Production, ask: Ask): Answer {
  const fault = jsonBody(ask);
  if (!kinds.some((kind) => kind === fault['kind'])) return { status: 422, body: { error: `kind must be one of ${kinds.join(', ')}` } };
  if (fault['kind'] === 'status' && typeof fault['status'] !== 'number') return { status: 422, body: { error: 'status must be a number' } };
  if (fault['kind'] === 'latency' && typeof fault['ms'] !== 'number') return { status: 422, body: { error: 'ms must be a number' } };
  if (fault['path'] !== undefined && typeof fault['path'] !== 'string')
    return { status: 422, body: { error: 'path must be a part of the path' } };
  github.faults.add(fault as unknown as Fault); // checked above as far as it matters
  return { status: 201, body: fault };
}

function setToken({ github }: Production, ask: Ask): Answer {
  const { token } = jsonBody(ask);
  if (typeof token !== 'string' || token === '') return { status: 422, body: { error: 'token is missing' } };
  github.setToken(token);
  return { status: 204 };
}
