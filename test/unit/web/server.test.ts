import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { PortTaken, type WebOptions } from '../../../src/web/server.ts';
import { sendRaw, startWeb, type TestWeb } from '../../support/web-server.ts';

const running: TestWeb[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ web }) => web.stop()));
});

async function started(options: Partial<WebOptions> = {}): Promise<TestWeb> {
  const web = await startWeb({ timeouts: { stop: 50 }, ...options });
  running.push(web);
  return web;
}

describe('the probes', () => {
  it('say that the process lives, even while it is not ready', async () => {
    const { url, web } = await started({ ready: () => Promise.resolve([{ name: 'database', ok: false }]) });
    web.setShuttingDown();
    const answer = await fetch(url('/healthz'));
    expect([answer.status, await answer.text()]).toEqual([200, 'ok']);
  });

  it('are ready when every check is', async () => {
    const checks = [
      { name: 'database', ok: true },
      { name: 'queue', ok: true, detail: 'Redis' },
    ];
    const { url } = await started({ ready: () => Promise.resolve(checks) });
    const answer = await fetch(url('/readyz'));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ ready: true, checks });
  });

  it('are not ready when one check is not, and say which', async () => {
    const checks = [
      { name: 'database', ok: true },
      { name: 'slack connection', ok: false, detail: 'no socket' },
    ];
    const { url } = await started({ ready: () => Promise.resolve(checks) });
    const answer = await fetch(url('/readyz'));
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ ready: false, checks });
  });

  it.each([
    ['fails', () => Promise.reject(new Error('secret host'))],
    ['hangs', () => new Promise<never>(() => {})],
  ])('are not ready when asking %s', async (_how, ready) => {
    const { url } = await started({ ready, timeouts: { check: 30, stop: 50 } });
    const answer = await fetch(url('/readyz'));
    expect(answer.status).toBe(503);
    expect(await answer.text()).not.toContain('secret host');
  });

  it('are not ready once the process shuts down', async () => {
    const { url, web } = await started();
    web.setShuttingDown();
    const answer = await fetch(url('/readyz'));
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ ready: false, checks: [{ detail: 'shutting down' }] });
  });
});

describe('the metrics page', () => {
  it('reads the figures of the store first', async () => {
    let asked = 0;
    const { url } = await started({ refreshMetrics: () => Promise.resolve(void asked++) });
    const answer = await fetch(url('/metrics'));
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(await answer.text()).toContain('warroom_store_figures_fresh 1');
    expect(asked).toBe(1);
  });

  it('answers without them when the store is gone, and says so', async () => {
    const { url } = await started({ refreshMetrics: () => Promise.reject(new Error('no database')) });
    const answer = await fetch(url('/metrics'));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('warroom_store_figures_fresh 0');
  });
});

describe('the pages', () => {
  it('name the product, its version and role, and that the embedded store is for trying out', async () => {
    const { url } = await started({ about: { version: '<1>', store: 'embedded', role: 'worker' } });
    const page = await (await fetch(url('/'))).text();
    expect(page).toContain('<h1>Warroom</h1>');
    expect(page).toContain('&lt;1&gt;');
    expect(page).toContain('runs jobs');
    expect(page).toContain('embedded: for trying out');
  });

  it('do not speak of trying out when there are servers', async () => {
    const { url } = await started({ about: { version: '1', store: 'servers', role: 'all' } });
    expect(await (await fetch(url('/'))).text()).not.toContain('trying out');
  });

  it('allow nothing but their own style', async () => {
    const { url } = await started();
    const answer = await fetch(url('/'));
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(await answer.text()) ?? [];
    const policy = answer.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each(['/nope', '//', '/healthz/x', '/slack/events', '/%00', '/..%2f'])('answer %s with 404 in JSON', async (path) => {
    const { url } = await started();
    const answer = await fetch(url(path));
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ error: 'not_found' });
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('the server', () => {
  it('says clearly that its port is taken', async () => {
    const { port } = await started();
    const second = startWeb({ port });
    await expect(second).rejects.toThrow(PortTaken);
    await expect(second).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken. Stop what uses it or set PORT.`);
  });

  it.each([
    ['its headers', 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: '],
    ['its body', 'POST /nope HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc'],
  ])('hangs up on a client that never ends %s', async (_what, bytes) => {
    const { port } = await started({ timeouts: { headers: 50, request: 100, idle: 50, stop: 50 } });
    expect(await sendRaw(port, bytes)).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  it('survives what is no HTTP', async () => {
    const { port, url } = await started();
    expect(await sendRaw(port, 'hello\r\n\r\n')).toContain('400 Bad Request');
    expect((await fetch(url('/healthz'))).status).toBe(200);
  });

  it('lets an open request end before it stops', async () => {
    const door = new EventEmitter();
    const { url, web } = await started({
      timeouts: { stop: 60_000 }, // longer than the test may take: nothing is cut here
      ready: async () => {
        door.emit('asked');
        await once(door, 'answer');
        return [];
      },
    });
    const arrived = once(door, 'asked');
    const answer = fetch(url('/readyz'));
    await arrived;
    const stopped = web.stop();
    door.emit('answer');
    expect((await answer).status).toBe(200);
    await stopped;
    await expect(fetch(url('/healthz'))).rejects.toThrow('fetch failed');
  });

  it('cuts a request that does not end, and may be stopped twice', async () => {
    const { port, web } = await started();
    const socket = connect(port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.on('close', resolve).on('error', () => {}));
    await new Promise<void>((resolve) => {
      socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nX-Open: ', () => socket.once('data', () => resolve()));
    });
    await web.stop();
    await closed;
    await expect(web.stop()).resolves.toBeUndefined();
  });
});
