import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Log } from '../ports.ts';
import type { Metrics } from './metrics.ts';
import type { Operate } from './operate/door.ts';
import type { Hooks } from './hooks.ts';
import { pages, type About } from './pages.ts';
import type { Readiness } from './ready.ts';
import { slackDoor, slackPath, type SlackHttp } from './slack-door.ts';

export interface WebOptions {
  host: string;
  /** 0 for any free one. */
  port: number;
  ready: () => Promise<Readiness[]>;
  metrics: Metrics;
  /** Sets the figures that come from the store; called before Prometheus reads. */
  refreshMetrics: () => Promise<void>;
  /** Given in HTTP mode only. */
  slackHttp?: SlackHttp;
  /** The way in without Slack. */
  operate?: Operate;
  /** Where providers call. */
  hooks?: Hooks;
  log: Log;
  about: About;
  now?: () => number;
  timeouts?: Partial<Timeouts>;
}

/** In milliseconds. */
export interface Timeouts {
  /** For a client to send its headers. */
  headers: number;
  /** For a client to send its whole request. Slack itself waits no longer than 3 s for an answer. */
  request: number;
  /** For an idle connection; longer than load balancers keep theirs, so that they close it and not we under their request. */
  idle: number;
  /** For one question to the database, Slack or the queue. */
  check: number;
  /** For open requests to end when the server stops. */
  stop: number;
}

const usual: Timeouts = { headers: 10_000, request: 15_000, idle: 65_000, check: 2_500, stop: 5_000 };

export interface Web {
  /** @returns the port. @throws PortTaken */
  start: () => Promise<number>;
  /** Takes no new connections, lets open requests end, then cuts them. */
  stop: () => Promise<void>;
  /** From now on /readyz says no, so that nobody sends new work here; everything else goes on. */
  setShuttingDown: () => void;
}

/** Somebody else listens there. */
export class PortTaken extends Error {
  override name = 'PortTaken' as const;

  constructor({ host, port }: { host: string; port: number }, options?: ErrorOptions) {
    super(`Port ${port} on ${host} is taken. Stop what uses it or set PORT.`, options);
  }
}

/** The process's one HTTP server: pages and probes for all, and Slack's requests in HTTP mode. */
export function createWeb(options: WebOptions): Web {
  const timeouts = { ...usual, ...options.timeouts };
  let shuttingDown = false;
  const app = pages({ ...options, checkMs: timeouts.check, shuttingDown: () => shuttingDown });
  const answerPage = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer(
    {
      headersTimeout: timeouts.headers,
      requestTimeout: timeouts.request,
      keepAliveTimeout: timeouts.idle,
      connectionsCheckingInterval: Math.min(5_000, timeouts.headers),
    },
    route(options, (request, response) => void answerPage(request, response)),
  );
  const setShuttingDown = (): void => {
    shuttingDown = true;
  };
  return {
    start: () => listen(server, options),
    stop: async () => {
      setShuttingDown();
      await close(server, timeouts.stop);
    },
    setShuttingDown,
  };
}

function route({ slackHttp, metrics, log, now = Date.now }: WebOptions, otherwise: RequestListener): RequestListener {
  if (slackHttp === undefined) return otherwise;
  const slack = slackDoor({ slack: slackHttp, metrics, now, otherwise });
  return (request, response) => {
    if (!isSlackPath(request.url ?? '')) return otherwise(request, response);
    try {
      slack(request, response);
    } catch (error) {
      log.error({ err: error }, 'slack request failed');
      fail(response);
    }
  };
}

/** The path as Bolt reads it, so that no spelling reaches Bolt past the door. */
function isSlackPath(url: string): boolean {
  return URL.canParse(url, 'http://localhost') && new URL(url, 'http://localhost').pathname === slackPath;
}

function fail(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(500, { 'content-length': 0, connection: 'close' }).end();
}

function listen(server: Server, { host, port, log }: WebOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void =>
      reject(error.code === 'EADDRINUSE' ? new PortTaken({ host, port }, { cause: error }) : error);
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      server.on('error', (error) => log.error({ err: error }, 'web server trouble'));
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function close(server: Server, graceMs: number): Promise<void> {
  if (!server.listening) return;
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  // close() ends the connections that are idle now; one whose request ends later would be kept alive for the next, which never comes.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  try {
    // An error here only says that it was closed already.
    await new Promise<void>((resolve) => server.close(() => resolve()));
  } finally {
    clearTimeout(cut);
    clearInterval(sweep);
  }
}
