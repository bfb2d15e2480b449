// The few lines of HTTP every server of the local production shares: listen on loopback, read a bounded body, match a route.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer } from './answer.ts';
import { underFault, type Faults } from './faults.ts';

export type { Answer };

/** A parsed request. `params` are the named parts of the matched route. */
export interface Ask {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  params: Record<string, string>;
  raw: Buffer;
}

export type Handler = (ask: Ask) => Answer | Promise<Answer>;
export type Route = readonly [method: string, pattern: string, handler: Handler];

export interface Listening {
  url: string;
  port: number;
  close(): Promise<void>;
}

const BODY_LIMIT = 1_000_000;

/** Thrown by a handler to answer at once. */
export class HttpRefusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`HTTP ${answer.status}`);
    this.answer = answer;
  }
}

/** Listens on loopback only; port 0 takes a free one. */
export async function listen(listener: RequestListener, port = 0): Promise<Listening> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new Error(`port ${port} is taken; choose another one`, { cause: error }) : error),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${bound}`, port: bound, close };
}

export interface ServeOptions {
  port?: number;
  /** Throws an `HttpRefusal` for whoever may not ask. */
  guard?: (ask: Ask) => void;
  faults?: Faults;
}

/** Serves a route table; everything unmatched is 404. */
export function serveRoutes(
  routes: readonly Route[],
  { port = 0, guard = () => undefined, faults }: ServeOptions = {},
): Promise<Listening> {
  const find = router(routes);
  const answerTo = (ask: Ask): Answer | Promise<Answer> => {
    guard(ask);
    return find(ask)?.() ?? { status: 404, body: { error: 'not found' } };
  };
  return listen((req, res) => void respond({ req, res }, answerTo, faults), port);
}

type Exchange = { req: IncomingMessage; res: ServerResponse };

async function respond({ req, res }: Exchange, answerTo: Handler, faults?: Faults): Promise<void> {
  const fault = faults?.take(req.method ?? 'GET', (req.url ?? '/').split('?')[0] ?? '/');
  const carryOut = async (): Promise<Answer> => answerTo(await readAsk(req));
  try {
    const answer = await underFault(fault, { carryOut, cut: () => req.socket.destroy() });
    if (answer) send(res, answer);
  } catch (error) {
    if (res.headersSent || res.destroyed) return;
    send(res, error instanceof HttpRefusal ? error.answer : { status: 500, body: { error: String(error) } });
  }
}

/** Reads the request whole; a body over the limit is refused. */
export async function readAsk(req: IncomingMessage): Promise<Ask> {
  const url = new URL(req.url ?? '/', 'http://loopback');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new HttpRefusal({ status: 413, body: { error: 'body too large' } });
    chunks.push(chunk);
  }
  const { method = 'GET', headers } = req;
  return { method, path: url.pathname, query: url.searchParams, headers, params: {}, raw: Buffer.concat(chunks) };
}

/** Writes an answer out. */
export function send(res: ServerResponse, { status, body, text, html, headers = {} }: Answer): void {
  const payload = html ?? text ?? (body === undefined ? '' : JSON.stringify(body));
  const type = html !== undefined ? 'text/html' : text !== undefined ? 'text/plain' : 'application/json';
  res.writeHead(status, {
    ...(payload === '' ? {} : { 'content-type': `${type}; charset=utf-8` }),
    'content-length': Buffer.byteLength(payload),
    ...headers,
  });
  res.end(payload);
}

/** Finds the handler of a request; a pattern part `:name` matches one segment, `:name+` the rest of the path. */
export function router(routes: readonly Route[]): (ask: Ask) => (() => Answer | Promise<Answer>) | undefined {
  const compiled = routes.map(([method, pattern, handler]) => ({ method, matches: compile(pattern), handler }));
  return (ask) => {
    for (const { method, matches, handler } of compiled) {
      const params = method === ask.method ? matches(ask.path) : undefined;
      if (params) return () => handler({ ...ask, params });
    }
    return undefined;
  };
}

function compile(pattern: string): (path: string) => Record<string, string> | undefined {
  const source = pattern
    .replace(/\./g, '\\.')
    .replace(/:(\w+)(\+?)/g, (_all, name: string, rest: string) => `(?<${name}>${rest ? '.+' : '[^/]+'})`);
  const regex = new RegExp(`^${source}$`);
  return (path) => {
    const groups = regex.exec(path);
    return groups ? Object.fromEntries(Object.entries(groups.groups ?? {}).map(([key, value]) => [key, decode(value)])) : undefined;
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a malformed escape names nothing we have; the handler answers 404
  }
}

/** The JSON body, or a 400 in the words of the service that was asked. */
export function jsonBody(ask: Ask, refusal: unknown = { error: 'body is not JSON' }): Record<string, unknown> {
  if (ask.raw.length === 0) return {};
  try {
    const parsed: unknown = JSON.parse(ask.raw.toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Record<string, unknown>;
  } catch {
    // falls through to the same refusal: the caller only needs to know it was not a JSON object
  }
  throw new HttpRefusal({ status: 400, body: refusal });
}

/** Refuses a request without the bearer token. */
export function requireBearer(ask: Ask, token: string): void {
  if (ask.headers.authorization === `Bearer ${token}`) return;
  throw new HttpRefusal({ status: 401, body: { error: 'unauthorized' }, headers: { 'www-authenticate': 'Bearer' } });
}
