import { afterEach, describe, expect, it } from '@jest/globals';
import type { ProviderError } from '../../../src/ports.ts';
import { createTransport, type Ask, type TransportOptions } from '../../../src/providers/transport.ts';
import { listen, type Loopback } from './loopback.ts';

const token = 'canary-secret-1234';
let server: Loopback | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const open = (url: string, more: Partial<TransportOptions> = {}) =>
  createTransport({ provider: 'vendor', url, remedy: 'set VENDOR_TOKEN', token, allowPrivate: true, ...more });

async function failureOf(call: Promise<Response>): Promise<ProviderError> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error as ProviderError,
  );
  if (!outcome) throw new Error('it went through');
  return outcome;
}

/** Answers every request with this status, then asks once. */
async function answered(status: number, { ask, headers = {}, body = '' }: { ask?: Ask; headers?: Record<string, string>; body?: string }) {
  await server?.close();
  server = await listen((_request, response) => response.writeHead(status, headers).end(body));
  return failureOf(open(server.url).fetch(`${server.url}/x`, ask));
}

const write: Ask = { method: 'POST', body: '{}' };

describe('what an answer means', () => {
  it.each([
    ['read', 400, {}, 'refused'],
    ['read', 401, {}, 'unauthorized'],
    ['read', 403, {}, 'unauthorized'],
    ['read', 403, { 'retry-after': '40' }, 'rate_limited'],
    ['read', 403, { 'x-ratelimit-remaining': '0' }, 'rate_limited'],
    ['read', 404, {}, 'not_found'],
    ['read', 422, {}, 'refused'],
    ['read', 429, { 'retry-after': '40' }, 'rate_limited'],
    ['read', 500, {}, 'unavailable'],
    ['read', 301, { location: 'http://127.0.0.1/' }, 'refused'],
    ['write', 409, {}, 'refused'],
    ['write', 429, {}, 'rate_limited'],
    ['write', 500, {}, 'unknown'],
    ['write', 503, { 'retry-after': '1' }, 'unknown'],
    ['write', 307, { location: 'http://127.0.0.1/' }, 'refused'],
  ] as const)('a %s answered %i with %o is %s-worded', async (how, status, headers, kind) => {
    const error = await answered(status, { headers, ...(how === 'write' && { ask: write }) });
    expect(error).toMatchObject({ name: 'ProviderError', provider: 'vendor', kind });
    expect(error.message).toContain(String(status));
    expect(error.message).toContain('127.0.0.1');
  });

  it('tells a person which variable to set', async () => {
    const error = await answered(401, {});
    expect(error.message).toMatch(/^vendor: 127\.0\.0\.1:\d+ answered 401: the token is wrong or expired; set VENDOR_TOKEN$/);
  });

  it.each([
    ['retry-after in seconds', { 'retry-after': '7' }, 7_000, 7_000],
    ['retry-after as a date', { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() }, 3_000_000, 3_600_000],
    [
      'the reset of a used-up limit',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${Math.ceil(Date.now() / 1000) + 3600}` },
      3_000_000,
      3_601_000,
    ],
    ['nothing at all', {}, 60_000, 60_000],
  ])('waits as long as %s says', async (_what, headers, least, most) => {
    const { retryAfterMs = 0 } = await answered(429, { headers, ask: write });
    expect(retryAfterMs).toBeGreaterThanOrEqual(least);
    expect(retryAfterMs).toBeLessThanOrEqual(most);
  });

  it('keeps texts short and secrets out of them, even when the vendor repeats them', async () => {
    const message = `Bearer ${token} is bad, so are ghp_abcdefghij0123456789 and xoxb-1-2-abc ${'x'.repeat(5_000)}`;
    const error = await answered(403, { body: JSON.stringify({ message }) });
    expect(error.message).not.toMatch(/canary|ghp_|xoxb-/);
    expect(error.message.length).toBeLessThanOrEqual(200);
  });

  it('quotes what the vendor says in one line, and no page of a proxy', async () => {
    expect((await answered(422, { body: '{"message":"No ref\\nfound"}' })).message).toContain('(No ref found)');
    expect((await answered(400, { body: '<html>nginx</html>' })).message).not.toContain('nginx');
  });
});

describe('asking again', () => {
  it('repeats a read after a short fault and then answers as if nothing had been', async () => {
    server = await listen((_request, response, before) => response.writeHead(before < 2 ? 502 : 200).end('fine'));
    const response = await open(server.url).fetch(`${server.url}/x`);
    expect(await response.text()).toBe('fine');
    expect(server.seen).toHaveLength(3);
  });

  it('gives up after two repetitions', async () => {
    expect(await answered(502, {})).toMatchObject({ kind: 'unavailable' });
    expect(server?.seen).toHaveLength(3);
  });

  it('repeats a read whose answer is cut in the middle', async () => {
    server = await listen((_request, response, before) => {
      response.writeHead(200, { 'content-length': '4' }).write('fi');
      if (before === 0) setTimeout(() => response.destroy(), 10);
      else response.end('ne');
    });
    expect(await (await open(server.url).fetch(`${server.url}/x`)).text()).toBe('fine');
  });

  it('honours a short pause and leaves a long one to the caller', async () => {
    server = await listen((_request, response, before) => response.writeHead(before < 1 ? 429 : 200, { 'retry-after': '0' }).end());
    await open(server.url).fetch(`${server.url}/x`);
    expect(server.seen).toHaveLength(2);

    expect(await answered(429, { headers: { 'retry-after': '30' } })).toMatchObject({ retryAfterMs: 30_000 });
    expect(server.seen).toHaveLength(1);
  });

  it.each([400, 401, 403, 404, 422])('does not repeat a read that was answered %i', async (status) => {
    await answered(status, {});
    expect(server?.seen).toHaveLength(1);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('never repeats a %s, whatever happens to it', async (method) => {
    server = await listen((request, response, before) => {
      if (before === 0) response.writeHead(503, { 'retry-after': '0' }).end();
      else request.socket.destroy();
    });
    const transport = open(server.url);
    expect(await failureOf(transport.fetch(`${server.url}/x`, { method }))).toMatchObject({ kind: 'unknown' });
    expect(await failureOf(transport.fetch(`${server.url}/x`, { method }))).toMatchObject({ kind: 'unknown' });
    expect(server.seen).toHaveLength(2);
  });
});

describe('silence', () => {
  it('is unknown for a write that was sent, and unavailable for a read, which is not repeated', async () => {
    server = await listen(() => undefined);
    const transport = open(server.url, { timeouts: { callMs: 100 } });
    expect(await failureOf(transport.fetch(`${server.url}/x`, write))).toMatchObject({ kind: 'unknown' });
    expect(await failureOf(transport.fetch(`${server.url}/x`))).toMatchObject({ kind: 'unavailable' });
    expect(server.seen).toEqual(['POST /x', 'GET /x']);
  });

  it('is unknown for a write that the caller called off', async () => {
    server = await listen(() => undefined);
    const asked = open(server.url).fetch(`${server.url}/x`, { ...write, signal: AbortSignal.timeout(100) });
    expect(await failureOf(asked)).toMatchObject({ kind: 'unknown' });
  });

  it('is unavailable for a write when nobody listens', async () => {
    const gone = await listen(() => undefined);
    await gone.close();
    expect(await failureOf(open(gone.url).fetch(`${gone.url}/x`, write))).toMatchObject({ kind: 'unavailable' });
  });

  it('refuses an answer without end', async () => {
    server = await listen((_request, response) => response.writeHead(200).end('x'.repeat(26_000_000)));
    expect(await failureOf(open(server.url).fetch(`${server.url}/x`))).toHaveProperty('name', 'ProviderError');
  });
});

describe('the private network', () => {
  it.each([
    'http://127.0.0.1:1/x',
    'http://localhost:8099/x',
    'http://[::1]:1/x',
    'http://2130706433/x',
    'http://169.254.169.254/x',
    'http://[::ffff:10.0.0.1]/x',
  ])('is out of reach as %s', async (url) => {
    const error = await failureOf(open(url, { allowPrivate: false }).fetch(url));
    expect(error).toMatchObject({ kind: 'refused' });
    expect(error.message).toContain('allowPrivate');
  });
});
