// Stands in front of a real service: counts what arrives, and goes wrong on purpose.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Trouble } from './vendor.ts';

export interface Front {
  url: string;
  trouble: (trouble: Trouble) => void;
  starts: () => number;
  calls: () => number;
  /** Resolves when every request that came has been carried out, answered or not. */
  idle: () => Promise<void>;
  close: () => Promise<void>;
}

/** Starts it. Everything that is not a GET counts as a start. */
export async function startFront(behind: string): Promise<Front> {
  const seen: string[] = [];
  const troubles: Trouble[] = [];
  let under = Promise.resolve();
  const server = createServer((request, response) => {
    const { method = 'GET' } = request;
    seen.push(method);
    const trouble = take(troubles, method === 'GET' ? 'reads' : 'start');
    under = Promise.all([under, pass({ request, response }, behind, trouble)]).then(() => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trouble: (trouble) => void troubles.push(...repeated(trouble)),
    starts: () => seen.filter((method) => method !== 'GET').length,
    calls: () => seen.length,
    idle: () => under,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const repeated = (trouble: Trouble): Trouble[] => Array.from({ length: trouble.on === 'reads' ? trouble.times : 1 }, () => trouble);

function take(troubles: Trouble[], on: Trouble['on']): Trouble['kind'] | undefined {
  const index = troubles.findIndex((trouble) => trouble.on === on);
  return index < 0 ? undefined : troubles.splice(index, 1)[0]?.kind;
}

type Exchange = { request: IncomingMessage; response: ServerResponse };

async function pass({ request, response }: Exchange, behind: string, trouble: Trouble['kind'] | undefined): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  if (trouble === 'error') return void response.writeHead(502).end();
  if (trouble === 'rate-limit') return void response.writeHead(429, { 'retry-after': '30' }).end();

  const answer = await forward(request, behind, Buffer.concat(chunks));
  switch (trouble) {
    case 'accepted-then-error':
      return void response.writeHead(502).end();
    case 'accepted-then-cut':
      return void request.socket.destroy();
    case 'accepted-then-silent':
      return;
    case undefined:
      return void response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  }
}

async function forward(request: IncomingMessage, behind: string, body: Buffer): Promise<{ status: number; body: string }> {
  const { authorization = '' } = request.headers;
  const answer = await fetch(`${behind}${request.url ?? '/'}`, {
    method: request.method ?? 'GET',
    headers: { authorization, 'content-type': 'application/json' },
    ...(body.length > 0 && { body: body.toString('utf8') }),
  });
  return { status: answer.status, body: await answer.text() };
}

/** An address that was free a moment ago. */
export async function deadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
