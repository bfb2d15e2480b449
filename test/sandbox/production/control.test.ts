import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serveControl } from '../../../sandbox/production/control.ts';
import type { Listening } from '../../../sandbox/production/http.ts';
import type { Production } from '../../../sandbox/production/production.ts';
import { api, completed, fastProduction, rollBack } from './support.ts';

let production: Production;
let control: Listening;

beforeEach(async () => {
  production = await fastProduction();
  control = await serveControl(production);
});
afterEach(async () => {
  await control.close();
  await production.stop();
});

async function call(path: string, init: { method?: string; body?: unknown } = {}): Promise<{ status: number; body: unknown }> {
  const sent = init.body === undefined ? {} : { body: JSON.stringify(init.body) };
  const response = await fetch(`${control.url}${path}`, { method: init.method ?? 'GET', ...sent });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

describe('the controls', () => {
  it('start the campaign and show what runs and what was started', async () => {
    const { body } = await call('/campaign', { method: 'POST' });
    const { runId } = body as { runId: number };
    await completed(production, runId);
    expect((await call('/fleet')).body).toMatchObject({ live: 'v42', running: ['v41', 'v42'] });
    expect((await call('/ledger')).body).toMatchObject({ runs: [{ runId, version: 'v42', conclusion: 'success' }] });
    expect((await call('/requests?after=0')).body).toHaveProperty('requests.0.method', 'POST');
    expect((await call('/health')).body).toMatchObject({ requests: 0, errorShare: null });
  });

  it('set faults, and refuse what is none', async () => {
    expect((await call('/faults', { method: 'POST', body: { kind: 'status', status: 503, path: '/deployments' } })).status).toBe(201);
    expect((await api(production, '/deployments')).status).toBe(503);
    expect((await call('/faults', { method: 'POST', body: { kind: 'status' } })).status).toBe(422);
    expect((await call('/faults', { method: 'POST', body: { kind: 'flood' } })).status).toBe(422);
    await call('/faults', { method: 'POST', body: { kind: 'unauthorized', times: 5 } });
    const ofFlags = { of: 'flags', kind: 'status', status: 503 };
    expect((await call('/faults', { method: 'POST', body: ofFlags })).status).toBe(201);
    expect((await call('/faults', { method: 'POST', body: { of: 'shop', kind: 'unauthorized' } })).status).toBe(422);
    expect((await fetch(`${production.flagsUrl}/flags`)).status).toBe(503);
    await call('/faults', { method: 'DELETE' });
    expect((await api(production, '/deployments')).status).toBe(200);
  });

  it('make runs lie, and refuse a lie that is none', async () => {
    expect((await call('/lie', { method: 'PUT', body: { lie: 'no traffic' } })).status).toBe(200);
    expect((await call('/lie', { method: 'PUT', body: { lie: 'white' } })).status).toBe(422);
    expect((await call('/lie', { method: 'PUT', body: { lie: null } })).body).toEqual({ lie: null });
    await call('/faults', { method: 'POST', body: { of: 'flags', kind: 'pretend', method: 'PUT' } });
    const put = { method: 'PUT', headers: { authorization: `Bearer ${production.flagsToken}` }, body: '{"enabled":true}' };
    expect((await fetch(`${production.flagsUrl}/flags/promo-banner`, put)).status).toBe(200);
    expect(production.flags.audit()).toEqual([]);
  });

  it('revoke the token and bound the load', async () => {
    expect((await call('/token', { method: 'PUT', body: { token: 'new' } })).status).toBe(204);
    expect((await api(production, '')).status).toBe(401);
    expect((await call('/load', { method: 'PUT', body: { perSecond: 5_000 } })).body).toEqual({ perSecond: 200 });
    expect((await call('/load', { method: 'PUT', body: { perSecond: 'many' } })).status).toBe(422);
  });
});

async function page(path: string): Promise<string> {
  return (await fetch(`${production.githubUrl}/acme/shop${path}`)).text();
}

describe('the pages behind the links', () => {
  it('show a run with its steps and log', async () => {
    const id = await rollBack(production, '<script>', 'op-<b>');
    await completed(production, id);
    const html = await page(`/actions/runs/${id}`);
    expect(html).toContain('rollback op-&lt;b&gt;');
    expect(html).toContain('Already done?: failure');
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toContain('<script>');
  });

  it('show a comparison and a commit with foreign text escaped', async () => {
    expect(await page('/compare/v40...v41')).toContain('Make search faster &lt;!channel&gt; please review');
    expect(await page('/commit/v41')).toContain('Release v41');
    expect((await fetch(`${production.githubUrl}/acme/shop/commit/none`)).status).toBe(404);
  });
});

describe('main', () => {
  it('starts alone, prints its addresses as one line of JSON and ends when asked to', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'sandbox/production/main.ts', '--rate', '5'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const { shopUrl, controlUrl } = JSON.parse(line) as Record<string, string>;
    expect(await (await fetch(`${shopUrl}/version`)).json()).toEqual({ version: 'v41' });
    expect((await fetch(`${controlUrl}/health`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  }, 20_000);
});
