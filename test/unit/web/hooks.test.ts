// The door at which providers call, with GitHub's own signature: who gets in, and what is left of what they say.
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Hint } from '../../../src/ports.ts';
import { openWebhooks } from '../../../src/providers/index.ts';
import type { Hooks } from '../../../src/web/hooks.ts';
import { startWeb, type TestWeb } from '../../support/web-server.ts';

const secret = 'hush-hush-hush-hush';
const settings = { 'github-actions': { token: 'x', webhookSecret: secret } };
const event = (title: string, id = 7): string =>
  JSON.stringify({ action: 'completed', workflow_run: { id, display_title: title, name: 'Roll back' } });
const signatureOf = (body: string | Buffer, key = secret): string => `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;

describe('the door at /hooks', () => {
  const heard: { provider: string; delivery: string; hints: readonly Hint[] }[] = [];
  const next: { answer: () => Promise<'taken' | 'repeated'> } = { answer: () => Promise.resolve('taken') };
  const hear: Hooks['hear'] = (provider, said) => {
    heard.push({ provider, ...said });
    return next.answer();
  };
  let web: TestWeb;
  beforeAll(async () => {
    web = await startWeb({ hooks: { webhooks: openWebhooks(settings), hear }, timeouts: { check: 200, stop: 50 } });
  });
  beforeEach(() => {
    heard.splice(0);
    next.answer = () => Promise.resolve('taken');
  });
  afterAll(async () => web.web.stop());

  const headersFor = (body: string | Buffer): Record<string, string> => ({
    'content-type': 'application/json',
    'x-github-event': 'workflow_run',
    'x-github-delivery': 'd-1',
    'x-hub-signature-256': signatureOf(body),
  });
  const call = async (body: string | Buffer, change: Record<string, string | undefined> = {}, path = '/hooks/github-actions') => {
    const headers = Object.entries({ ...headersFor(body), ...change }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as [string, string]],
    );
    const response = await fetch(web.url(path), { method: 'POST', headers, body: typeof body === 'string' ? body : new Uint8Array(body) });
    return { status: response.status, text: await response.text() };
  };

  it('takes a signed call at once, and only where to look out of it', async () => {
    expect(await call(event('rollback rb_1.2.undo.r3'))).toEqual({ status: 202, text: '' });
    expect(heard).toEqual([{ provider: 'github-actions', delivery: 'd-1', hints: [{ operationId: 'rb_1.2.undo.r3' }, { ref: '7' }] }]);
  });

  it('reads of a job which run it belongs to, and of everything else nothing', async () => {
    const job = JSON.stringify({ action: 'completed', workflow_job: { id: 1, run_id: 99 } });
    expect((await call(job, { 'x-github-event': 'workflow_job' })).status).toBe(202);
    expect(heard.map(({ hints }) => hints)).toEqual([[{ ref: '99' }]]);
    for (const other of ['ping', 'push', 'deployment_status']) expect((await call(job, { 'x-github-event': other })).status).toBe(202);
    expect((await call('{"workflow_run":{"id":"seven"}}')).status).toBe(202);
    expect((await call('[]')).status).toBe(202);
    expect(heard).toHaveLength(1);
  });

  it('answers a delivery that came before with 200', async () => {
    next.answer = () => Promise.resolve('repeated');
    expect((await call(event('rollback rb_1.1'))).status).toBe(200);
  });

  it('says 503 when nothing can be recorded, and logs no word of the body', async () => {
    next.answer = () => Promise.reject(new Error('the database is away'));
    expect((await call(event('rollback rb_1.1 very-private'))).status).toBe(503);
    next.answer = () => new Promise(() => undefined);
    expect((await call(event('rollback rb_1.1 very-private'))).status).toBe(503);
    expect(web.logged()).toContain('webhook not taken');
    expect(web.logged()).not.toContain('very-private');
  });

  it('is not there for a provider without a secret, or that is none, and takes posts only', async () => {
    for (const path of ['/hooks/http', '/hooks/postgres', '/hooks/__proto__', '/hooks/', '/hooks/github-actions/more'])
      expect((await call(event('x'), {}, path)).status).toBe(404);
    expect((await fetch(web.url('/hooks/github-actions'))).status).toBe(404);
    expect(openWebhooks({ 'github-actions': { token: 'x' } }).size).toBe(0);
    expect(() => openWebhooks({ 'github-actions': { token: 'x', webhookSecret: 'short' } })).toThrow('shorter than 16');
  });

  const good = signatureOf(event('x'));
  it.each([
    ['no signature', undefined],
    ['an empty one', ''],
    ['one of another secret', signatureOf(event('x'), 'another-secret-of-16')],
    ['one of another body', signatureOf(event('y'))],
    ['half of the right one', good.slice(0, 39)],
    ['the right one but for its end', `${good.slice(0, -1)}${good.endsWith('0') ? '1' : '0'}`],
    ['the right one and more', `${good}00`],
    ['the right one twice', `${good}, ${good}`],
    ['the older kind', good.replace('sha256', 'sha1')],
    ['the right one in capitals', good.toUpperCase()],
    ['nothing but zeros', `sha256=${'0'.repeat(64)}`],
  ])('A1: answers a forged call with 401, whatever its body says: %s', async (_what, signature) => {
    expect(await call(event('x'), { 'x-hub-signature-256': signature })).toEqual({
      status: 401,
      text: '{"error":"The signature is not ours."}',
    });
    expect(heard).toEqual([]);
    expect(web.logged()).not.toContain('workflow_run');
  });

  it('A1: reads nothing of an unsigned body, be it no JSON at all, and no delivery without a name', async () => {
    for (const body of ['}{', '['.repeat(100_000), event('x')])
      expect((await call(body, { 'x-hub-signature-256': 'sha256=no' })).status).toBe(401);
    for (const name of [undefined, '', 'a b', 'x'.repeat(81)])
      expect((await call(event('x'), { 'x-github-delivery': name })).status).toBe(401);
    expect(heard).toEqual([]);
  });

  it('A23: refuses a body of 50 MB by its announced size, before it is sent', async () => {
    const answer = await announce(web.port, `content-length: ${50 * 1024 * 1024}`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('A23: refuses a body of 50 MB that does not say how large it is, and goes on serving', async () => {
    const piece = `${(64 * 1024).toString(16)}\r\n${'x'.repeat(64 * 1024)}\r\n`;
    expect(await announce(web.port, 'transfer-encoding: chunked', () => piece, (50 * 1024) / 64)).toMatch(/^HTTP\/1\.1 413 /);
    expect((await call(event('rollback rb_1.1'))).status).toBe(202);
    expect((await call(event('x'.repeat(1_000_000)))).status).toBe(202);
    expect((await call(event('x'.repeat(1_100_000)))).status).toBe(413);
  });

  it('A23: refuses signed JSON that is none or too deep with 400, and counts no bracket in a text', async () => {
    for (const body of ['', '}{', '{"a":', '['.repeat(500_000), `${'['.repeat(33)}${']'.repeat(33)}`, '{"a":'.repeat(33)])
      expect((await call(body)).status).toBe(400);
    for (const body of [`${'['.repeat(32)}${']'.repeat(32)}`, JSON.stringify('[{"\\'.repeat(99)), JSON.stringify({ a: '\\"'.repeat(40) })])
      expect((await call(body)).status).toBe(202);
  });

  it('A23: unpacks nothing and takes JSON only, with a hint for whoever set it up', async () => {
    const packed = gzipSync(Buffer.alloc(900_000));
    expect((await call(packed, { 'content-encoding': 'gzip' })).status).toBe(415);
    const form = await call('payload=%7B%7D', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(form).toEqual({ status: 415, text: '{"error":"Send application/json, uncompressed."}' });
    expect((await call(event('x'), { 'content-type': undefined })).status).toBe(415);
  });

  it('counts its answers by provider, and lets nobody make up new ones', async () => {
    const text = await web.metricsText();
    expect(text).toMatch(/warroom_hooks_total\{provider="github-actions",status="401"\} \d+/);
    expect(text).toMatch(/warroom_hooks_total\{provider="github-actions",status="202"\} \d+/);
    expect(text).not.toContain('provider="postgres"');
  });
});

/** Sends the head of a large call, then piece after piece for as long as anybody reads, and gives back what was answered. */
function announce(port: number, length: string, piece: () => string = () => '', pieces = 0): Promise<string> {
  return new Promise((resolve) => {
    const seen = { answer: '' };
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`POST /hooks/github-actions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${length}\r\n\r\n`);
      let sent = 0;
      const more = (): void => {
        while (sent < pieces && !socket.destroyed && seen.answer === '') {
          sent += 1;
          if (!socket.write(piece())) return void socket.once('drain', more);
        }
      };
      more();
    });
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      seen.answer += chunk;
      socket.destroy();
    });
    socket.on('error', () => undefined); // cut off while it still sends
    socket.on('close', () => resolve(seen.answer));
  });
}
