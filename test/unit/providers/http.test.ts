import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import type { Order, RollbackTarget } from '../../../src/ports.ts';
import { openTarget } from '../../../src/providers/index.ts';
import { failure } from '../../contract/providers/vendor.ts';
import { listen, type Loopback } from './loopback.ts';

const inTime = () => AbortSignal.timeout(5_000);
const version = (id: string) => ({ id, label: id, health: 'unknown' as const });
const orderTo = (id: string): Order => ({ operationId: 'op-1', to: version(id), reason: 'test' });

describe('a value over HTTP', () => {
  let server: Loopback;
  let answer: { status: number; body: string; headers?: Record<string, string> };
  let bodies: string[];
  let heads: IncomingMessage['headers'][];

  beforeEach(async () => {
    answer = { status: 200, body: '{"data":{"a/b":[{"weight":100}]}}' };
    [bodies, heads] = [[], []];
    server = await listen((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      request.on('end', () => {
        bodies.push(body);
        heads.push(request.headers);
        response.writeHead(answer.status, answer.headers ?? {}).end(answer.body);
      });
    });
  });
  afterEach(() => server.close());

  const open = (changed: { settings?: object; read?: object; write?: object } = {}): RollbackTarget => {
    const { settings, read, write } = changed;
    const hosts = [new URL(server.url).host];
    const body = { set: '{value}', note: 'by {operation}: {value}' };
    return openTarget(
      { http: { hosts, allowPrivate: true, tokens: { good: 'canary-secret' }, ...settings } },
      {
        provider: 'http',
        name: 'weight',
        read: { url: `${server.url}/value`, pick: '/data/a~1b/0/weight', token: 'good', ...read },
        write: { url: `${server.url}/value`, method: 'PUT', token: 'good', body, ...write },
      },
    );
  };

  it('reads the value by its pointer and says what would change', async () => {
    const seen = await open().preview('50');
    expect(seen).toMatchObject({ current: { id: '100', label: '100' }, target: { id: '50' }, candidates: [] });
    expect(seen.change).toEqual({ summary: 'weight: 100 → 50', commits: [] });
    expect(seen.checks).toEqual([expect.objectContaining({ code: 'value_read', level: 'pass' })]);
  });

  it('names each place of an object that differs, and how many more there are', async () => {
    const from = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`v${index}`, index]));
    answer.body = JSON.stringify(from);
    const seen = await open({ read: { pick: '' } }).preview(JSON.stringify({ ...from, v0: 9, extra: { deep: true } }));
    expect(seen.change?.summary).toBe('weight: extra: nothing → {"deep":true}, v0: 0 → 9');
    const all = await open({ read: { pick: '' } }).preview('{}');
    expect(all.change?.summary).toMatch(/v4: 4 → nothing, and 3 more$/);
  });

  it.each([
    [undefined, 'target_unnamed'],
    ['previous', 'target_unnamed'],
    ['off', 'target_not_json'],
    ['1e999', 'target_not_json'],
    ['['.repeat(5_000) + ']'.repeat(5_000), 'target_not_json'],
    ['100', 'target_is_current'],
    ['true', 'value_kind'],
    ['"100"', 'value_kind'],
  ])('blocks the target %p as %s', async (to, code) => {
    const { checks } = await open().preview(to);
    expect(checks.find(({ level }) => level === 'block')?.code).toBe(code);
  });

  it('takes a text without quotes where a text is, and the same object in another order for the same', async () => {
    answer.body = '"slow"';
    const text = open({ read: { pick: '' } });
    expect((await text.preview('fast')).target).toMatchObject({ id: '"fast"', label: 'fast' });
    expect((await text.preview('"fast"')).target?.id).toBe('"fast"');
    answer.body = '{"b":1,"a":2}';
    expect((await text.preview('{"a":2,"b":1}')).checks).toEqual([expect.objectContaining({ code: 'target_is_current' })]);
  });

  it('changes its fingerprint with the value, the target and where it is written', async () => {
    const [from, to] = [version('100'), version('50')];
    const { fingerprint } = await open().preview('50');
    expect(await open().fingerprint(from, to)).toBe(fingerprint);
    expect(await open().fingerprint(from, version('51'))).not.toBe(fingerprint);
    expect(await open({ write: { method: 'PATCH' } }).fingerprint(from, to)).not.toBe(fingerprint);
    answer.body = '{"data":{"a/b":[{"weight":99}]}}';
    expect(await open().fingerprint(from, to)).not.toBe(fingerprint);
  });

  it('fills the value and the operation into the body, once, and sends the token with it', async () => {
    expect(await open().start(orderTo('"{operation} & {value}"'), inTime())).toEqual({ ref: 'op-1' });
    expect(bodies).toEqual([JSON.stringify({ set: '{operation} & {value}', note: 'by op-1: {operation} & {value}' })]);
    expect(heads[0]).toMatchObject({ authorization: 'Bearer canary-secret', 'content-type': 'application/json' });
  });

  it('sends tokens in other forms, and other headers, where a service wants that', async () => {
    await open({ write: { scheme: 'Basic', headers: { 'Content-Type': 'application/merge-patch+json' } } }).start(orderTo('1'), inTime());
    await open({ write: { scheme: 'none' } }).start(orderTo('1'), inTime());
    expect(heads[0]).toMatchObject({ authorization: 'Basic canary-secret', 'content-type': 'application/merge-patch+json' });
    expect(heads[1]?.authorization).toBe('canary-secret');
  });

  it('asks again by POST when a read by POST fails for a moment, as reads may be', async () => {
    answer.status = 503;
    await expect(open({ read: { method: 'POST' } }).effective()).rejects.toMatchObject({ kind: 'unavailable' });
    expect(server.seen).toEqual(Array.from({ length: 3 }, () => 'POST /value'));
  });

  it('calls a value that was not taken over a failure, and says what it still is', async () => {
    expect(await open().observe({ ref: 'op-1' }, orderTo('50'))).toMatchObject({ state: 'failed', message: 'weight is still 100, not 50' });
    expect(await open().observe({ ref: 'op-1' }, orderTo('100'))).toMatchObject({ state: 'succeeded' });
  });

  it('looks for the effect where verify says', async () => {
    const target = openTarget(
      { http: { hosts: [new URL(server.url).host], allowPrivate: true } },
      {
        provider: 'http',
        name: 'weight',
        read: { url: `${server.url}/wanted` },
        write: { url: `${server.url}/wanted`, method: 'PUT', body: '{value}' },
        verify: { url: `${server.url}/real`, pick: '/data' },
      },
    );
    await target.observe({ ref: 'op-1' }, orderTo('1'));
    await target.effective();
    expect(server.seen).toEqual(['GET /real', 'GET /wanted']);
  });

  it.each([
    ['an HTML page', '<html>sign in</html>', 'no JSON'],
    ['nothing', '', 'no JSON'],
    ['another shape', '{"data":[]}', 'has nothing at /data/a~1b/0/weight'],
    ['too much', `"${'x'.repeat(70_000)}"`, 'larger than 64 KB'],
  ])('calls %s unexpected', async (_what, body, said) => {
    answer.body = body;
    await expect(open().effective()).rejects.toMatchObject({ kind: 'unexpected', message: expect.stringContaining(said) });
  });

  it('sends nothing that is too large or no JSON', async () => {
    await expect(open().start(orderTo(`"${'x'.repeat(40_000)}"`), inTime())).rejects.toMatchObject({ kind: 'refused' });
    await expect(open().start(orderTo('off'), inTime())).rejects.toMatchObject({ kind: 'refused' });
    expect(server.seen).toEqual([]);
  });

  it('shows no secret in an error, not even when the service repeats it', async () => {
    answer = { status: 403, body: '{"message":"canary-secret may not write"}' };
    const error = await failure(open().start(orderTo('1'), inTime()));
    expect(error).toMatchObject({ kind: 'unauthorized', message: expect.stringContaining('check the token good') });
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('canary-secret');
  });

  it('follows no redirect with its token', async () => {
    answer = { status: 307, body: '', headers: { location: `${server.url}/elsewhere` } };
    await expect(open().start(orderTo('1'), inTime())).rejects.toMatchObject({ kind: 'refused' });
    expect(server.seen).toEqual(['PUT /value']);
  });

  it('opens only with hosts and tokens that are configured', () => {
    expect(() => open({ settings: { hosts: ['127.0.0.1'] } })).toThrow('not among the hosts');
    expect(() => open({ settings: { hosts: ['example.com'] } })).toThrow('not among the hosts');
    expect(() => open({ settings: { tokens: {} } })).toThrow('no token good');
    expect(() => open({ read: { token: 'constructor' } })).toThrow('no token constructor');
  });

  it.each([
    [{ read: { url: 'file:///etc/passwd' } }],
    [{ read: { url: 'ftp://example.com/' } }],
    [{ read: { headers: { Authorization: 'Bearer x' } } }],
    [{ write: { headers: { 'x-a': 'b\r\nc: d' } } }],
    [{ write: { body: { enabled: true } } }],
    [{ write: { method: 'DELETE' } }],
    [{ read: { pick: 'data' } }],
    [{ read: { tokn: 'good' } }],
    [{ settings: { hosts: ['*.example.com'] } }],
    [{ settings: { hosts: [] } }],
  ])('refuses the configuration %j', (changed) => {
    expect(() => open(changed)).toThrow(expect.objectContaining({ name: 'ZodError' }));
  });
});
