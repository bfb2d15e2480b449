// A reverse proxy with one weight per version, and an admin API to move them.
import { Agent, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createFaults, type Faults } from '../faults.ts';
import { HttpRefusal, jsonBody, listen, requireBearer, send, serveRoutes, type Answer, type Ask, type Route } from '../http.ts';

interface Backend {
  url: URL;
  weight: number;
  /** Smooth weighted round robin: how much this backend is owed. */
  credit: number;
  served: number;
  failed: number;
  inFlight: number;
}

type Weights = Record<string, number>;

/** A write over the admin API that was carried out. */
export interface WeightChange {
  from: Weights;
  to: Weights;
  comment: string | null;
  at: number;
}

export interface Balancer {
  url: string;
  adminUrl: string;
  adminToken: string;
  register(version: string, url: string): void;
  unregister(version: string): void;
  weights(): Record<string, number>;
  setWeights(weights: Record<string, number>): void;
  inFlight(version: string): number;
  /** Every change over the admin API, oldest first; a write of what is so already is none. */
  audit(): WeightChange[];
  faults: Faults;
  close(): Promise<void>;
}

export interface BalancerOptions {
  port?: number;
  adminPort?: number;
  adminToken: string;
  now: () => number;
}

/** Starts the proxy and its admin API, each on its own port. */
export async function startBalancer({ port = 0, adminPort = 0, adminToken, now }: BalancerOptions): Promise<Balancer> {
  const backends = new Map<string, Backend>();
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const front = await listen((req, res) => proxy({ req, res }, pick(backends), agent), port);
  const setWeights = (weights: Weights) => applyWeights(backends, weights);
  const audit: WeightChange[] = [];
  const faults = createFaults();
  const guard = (ask: Ask): void => requireBearer(ask, adminToken);
  const admin = await serveRoutes(adminRoutes({ backends, audit, now }), { port: adminPort, guard, faults }).catch(
    async (error: unknown) => {
      await front.close(); // a taken admin port must not leave the proxy open
      throw error;
    },
  );
  return {
    url: front.url,
    adminUrl: admin.url,
    adminToken,
    register: (version, url) => void backends.set(version, { url: new URL(url), weight: 0, credit: 0, served: 0, failed: 0, inFlight: 0 }),
    unregister: (version) => void backends.delete(version),
    weights: () => weightsOf(backends),
    setWeights,
    audit: () => [...audit],
    faults,
    inFlight: (version) => backends.get(version)?.inFlight ?? 0,
    async close() {
      agent.destroy();
      await Promise.all([front.close(), admin.close()]);
    },
  };
}

interface Desk {
  backends: Map<string, Backend>;
  audit: WeightChange[];
  now: () => number;
}

function adminRoutes(desk: Desk): Route[] {
  return [
    ['GET', '/weights', () => ({ status: 200, body: report(desk.backends) })],
    ['PUT', '/weights', (ask) => putWeights(ask, desk)],
    ['GET', '/audit', () => ({ status: 200, body: { changes: desk.audit.toReversed() } })],
  ];
}

const weightsOf = (backends: Map<string, Backend>): Weights =>
  Object.fromEntries([...backends].map(([version, { weight }]) => [version, weight]));

function report(backends: Map<string, Backend>): unknown {
  const rows = [...backends].map(
    ([version, { url, weight, served, failed, inFlight }]) =>
      [version, { url: url.origin, weight, served, failed, in_flight: inFlight }] as const,
  );
  return {
    weights: weightsOf(backends),
    backends: Object.fromEntries(rows),
  };
}

function putWeights(ask: Ask, { backends, audit, now }: Desk): Answer {
  const { weights, comment } = jsonBody(ask);
  if (!isWeights(weights)) return { status: 422, body: { error: 'weights must be an object of numbers from 0 to 100' } };
  const missing = Object.keys(weights).filter((version) => !backends.has(version));
  if (missing.length > 0) return { status: 422, body: { error: `not running: ${missing.join(', ')}` } };
  const from = weightsOf(backends);
  applyWeights(backends, weights);
  const to = weightsOf(backends);
  const isChange = Object.keys(to).some((version) => from[version] !== to[version]);
  if (isChange) audit.push({ from, to, comment: typeof comment === 'string' ? comment : null, at: now() });
  return { status: 200, body: report(backends) };
}

function isWeights(value: unknown): value is Record<string, number> {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((weight) => typeof weight === 'number' && weight >= 0 && weight <= 100);
}

/** A version that is not named keeps no traffic: the given weights are the whole picture. */
function applyWeights(backends: Map<string, Backend>, weights: Record<string, number>): void {
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  if (total <= 0) throw new HttpRefusal({ status: 422, body: { error: 'at least one version needs a weight over 0' } });
  for (const [version, backend] of backends) {
    backend.weight = weights[version] ?? 0;
    backend.credit = 0;
  }
}

function pick(backends: Map<string, Backend>): { version: string; backend: Backend } | undefined {
  let best: { version: string; backend: Backend } | undefined;
  let total = 0;
  for (const [version, backend] of backends) {
    if (backend.weight <= 0) continue;
    total += backend.weight;
    backend.credit += backend.weight;
    if (!best || backend.credit > best.backend.credit) best = { version, backend };
  }
  if (best) best.backend.credit -= total;
  return best;
}

function proxy({ req, res }: { req: IncomingMessage; res: ServerResponse }, chosen: ReturnType<typeof pick>, agent: Agent): void {
  if (!chosen) return send(res, { status: 503, body: { error: 'no version gets traffic' } });
  const { version, backend } = chosen;
  backend.inFlight += 1;
  let counted = false;
  const count = (ok: boolean) => {
    if (counted) return;
    counted = true;
    backend.inFlight -= 1;
    backend[ok ? 'served' : 'failed'] += 1;
  };
  const { hostname, port } = backend.url;
  const headers = { ...req.headers, 'x-forwarded-for': req.socket.remoteAddress ?? '' };
  const upstream = request({ hostname, port, agent, headers, method: req.method, path: req.url }, (answer) => {
    const status = answer.statusCode ?? 502;
    res.writeHead(status, { ...answer.headers, 'x-served-by': version });
    answer.pipe(res);
    answer.once('close', () => count(status < 500));
  });
  upstream.once('error', () => {
    count(false);
    if (!res.headersSent) send(res, { status: 502, body: { error: 'bad gateway' }, headers: { 'x-served-by': version } });
    else res.destroy();
  });
  req.pipe(upstream);
}
