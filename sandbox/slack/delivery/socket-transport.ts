/** Socket Mode: the app connects to us, envelopes go to one of its sockets, acks come back. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer, type WebSocket } from 'ws';
import { filled, record } from '../state/json.ts';
import type { Envelope, Receipt, Transport } from './envelope.ts';
import { createTickets } from './tickets.ts';

export interface SocketTransportOptions {
  appId: string;
  ackTimeoutMs: number;
  now: () => number;
  /** The number of sockets changed, or a ticket was refused. */
  noticed: (what: string, sockets: number) => void;
}

export interface SocketTransport extends Transport {
  /** A ticket for `apps.connections.open`: used once, for 30 seconds. */
  ticket(): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Tells the app to reconnect, or hangs up. */
  disconnect(how: 'warning' | 'refresh_requested' | 'cut'): void;
  /** Says goodbye; who does not answer is cut off. */
  stop(): Promise<void>;
}

const maxSockets = 10;
const goodbyeMs = 200;
const host = 'applink-sandbox';

/** Where acks wait for their envelope. */
type Waiting = Map<string, { acked: (payload: unknown) => void; lost: () => void }>;

interface Pool {
  sockets: WebSocket[];
  waiting: Waiting;
  options: SocketTransportOptions;
}

/** Accepts the app's sockets and spreads envelopes over them. */
export function createSocketTransport(options: SocketTransportOptions): SocketTransport {
  const server = new WebSocketServer({ noServer: true });
  const tickets = createTickets(options.now);
  const pool: Pool = { sockets: [], waiting: new Map(), options };
  const { sockets, waiting } = pool;
  let turn = 0;
  return {
    get ready() {
      return sockets.length > 0;
    },
    ticket: () => tickets.issue(),
    upgrade(request, socket, head) {
      const ticket = new URL(request.url ?? '/', 'http://sandbox').searchParams.get('ticket') ?? '';
      if (tickets.redeem(ticket)) return server.handleUpgrade(request, socket, head, (opened) => accept(pool, opened));
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
      options.noticed('ticket_refused', sockets.length);
    },
    async send(envelope) {
      turn += 1;
      const open = sockets.filter((one) => one.readyState === one.OPEN);
      const socket = open[turn % open.length];
      if (!socket) return { ok: false, ms: 0, error: 'dispatch_failed' };
      return sendAndWait(socket, envelope, { waiting, timeoutMs: options.ackTimeoutMs });
    },
    disconnect(how) {
      for (const socket of sockets.slice()) hangUp(socket, how);
    },
    async stop() {
      await sayGoodbye(sockets.slice());
      server.close();
      for (const { lost } of waiting.values()) lost();
    },
  };
}

function accept({ sockets, waiting, options }: Pool, socket: WebSocket): void {
  socket.on('error', () => socket.terminate());
  if (sockets.length >= maxSockets) {
    hangUp(socket, 'too_many_websockets');
    socket.close();
    return;
  }
  sockets.push(socket);
  socket.on('message', (data, isBinary) => !isBinary && settle(waiting, textOf(data)));
  socket.on('close', () => {
    sockets.splice(sockets.indexOf(socket), 1);
    options.noticed('closed', sockets.length);
  });
  socket.send(JSON.stringify(hello(options.appId, sockets.length)));
  options.noticed('connected', sockets.length);
}

function hangUp(socket: WebSocket, how: 'warning' | 'refresh_requested' | 'too_many_websockets' | 'cut'): void {
  if (how === 'cut') socket.terminate();
  else socket.send(JSON.stringify({ type: 'disconnect', reason: how, debug_info: { host } }));
}

async function sayGoodbye(open: WebSocket[]): Promise<void> {
  for (const socket of open) socket.close(1001);
  const closed = Promise.all(open.map((socket) => once(socket, 'close')));
  await Promise.race([closed, sleep(goodbyeMs, undefined, { ref: false })]);
  for (const socket of open) socket.terminate();
}

function sendAndWait(socket: WebSocket, envelope: Envelope, ack: { waiting: Waiting; timeoutMs: number }): Promise<Receipt> {
  const id = randomUUID();
  const started = performance.now();
  const elapsed = () => Math.round((performance.now() - started) * 10) / 10;
  return new Promise((resolve) => {
    const finish = (receipt: Receipt) => {
      clearTimeout(timer);
      ack.waiting.delete(id);
      resolve(receipt);
    };
    const lost = () => finish({ ok: false, ms: elapsed(), error: 'no_ack' });
    const timer = setTimeout(lost, ack.timeoutMs);
    ack.waiting.set(id, { acked: (payload) => finish({ ok: true, ms: elapsed(), payload }), lost });
    socket.send(JSON.stringify(frame(id, envelope)));
  });
}

function frame(id: string, { type, payload, acceptsResponse, retry }: Envelope): unknown {
  const base = { envelope_id: id, type, payload, accepts_response_payload: acceptsResponse };
  if (type !== 'events_api') return base;
  return { ...base, retry_attempt: retry?.attempt ?? 0, retry_reason: retry ? 'timeout' : '' };
}

/** An unknown envelope id is ignored: it is an ack that came too late. */
function settle(waiting: Waiting, frameText: string): void {
  try {
    const ack = record(JSON.parse(frameText));
    const id = filled(ack['envelope_id']) ?? '';
    waiting.get(id)?.acked(ack['payload'] ?? {});
  } catch {
    // Not JSON: Slack ignores it as well.
  }
}

function textOf(data: unknown): string {
  return Buffer.isBuffer(data) ? data.toString('utf8') : '';
}

function hello(appId: string, connections: number): unknown {
  return {
    type: 'hello',
    num_connections: connections,
    debug_info: { host, build_number: 1, approximate_connection_time: 18_060 },
    connection_info: { app_id: appId },
  };
}
