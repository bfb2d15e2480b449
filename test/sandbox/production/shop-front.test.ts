import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { listen } from '../../../sandbox/production/http.ts';
import { startProduction, type Production } from '../../../sandbox/production/production.ts';
import { fastProduction } from './support.ts';

let production: Production;

beforeEach(async () => {
  production = await fastProduction({ seed: 'v40' });
});
afterEach(() => production.stop());

const ask = async (url: string, token: string, init: { method?: string; body?: unknown } = {}) => {
  const sent = init.body === undefined ? {} : { body: JSON.stringify(init.body) };
  const response = await fetch(url, { method: init.method ?? 'GET', headers: { authorization: `Bearer ${token}` }, ...sent });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

describe('the balancer', () => {
  it('serves the shop and says which version answered', async () => {
    const response = await fetch(`${production.shopUrl}/checkout`, { method: 'POST', body: JSON.stringify({ sku: 3 }) });
    expect(response.headers.get('x-served-by')).toBe('v40');
    expect(await response.json()).toEqual({ sku: 3, total: 8 });
  });

  it('moves weights over its admin API, and only sensible ones', async () => {
    const weights = `${production.balancerUrl}/weights`;
    expect((await ask(weights, 'wrong')).status).toBe(401);
    const put = (body: unknown) => ask(weights, production.balancerToken, { method: 'PUT', body: { weights: body } });
    expect((await put({ v40: 50 })).body['weights']).toEqual({ v40: 50 });
    expect((await put({ v41: 100 })).status).toBe(422);
    expect((await put({ v40: 0 })).status).toBe(422);
    expect((await put({ v40: 'all' })).status).toBe(422);
    expect(production.fleet.weights()).toEqual({ v40: 50 });
  });

  it('keeps who-changed-what, and takes a repeated write as no change', async () => {
    const write = { method: 'PUT', body: { weights: { v40: 40 }, comment: 'less' } };
    await ask(`${production.balancerUrl}/weights`, production.balancerToken, write);
    await ask(`${production.balancerUrl}/weights`, production.balancerToken, write);
    const { body } = await ask(`${production.balancerUrl}/audit`, production.balancerToken);
    expect(body['changes']).toMatchObject([{ from: { v40: 100 }, to: { v40: 40 }, comment: 'less' }]);
    expect(production.balancer.audit()).toHaveLength(1);
  });
});

describe('the config service', () => {
  it('switches a flag, keeps who-changed-what, and takes a repeated write as no change', async () => {
    const flag = `${production.flagsUrl}/flags/promo-banner`;
    const token = production.flagsToken;
    expect((await ask(flag, 'wrong')).status).toBe(401);
    expect((await ask(flag, token)).body).toMatchObject({ enabled: false, version: 1 });
    await ask(flag, token, { method: 'PUT', body: { enabled: true, comment: 'try' } });
    await ask(flag, token, { method: 'PUT', body: { enabled: true } });
    const { body } = await ask(`${production.flagsUrl}/audit`, token);
    expect(body['changes']).toMatchObject([{ key: 'promo-banner', from: false, to: true, comment: 'try' }]);
    expect((await ask(`${production.flagsUrl}/flags/none`, token)).status).toBe(404);
    expect((await ask(flag, token, { method: 'PUT', body: { enabled: 'yes' } })).status).toBe(422);
  });
});

const flag = () => `${production.flagsUrl}/flags/promo-banner`;

const put = (enabled: boolean) => ask(flag(), production.flagsToken, { method: 'PUT', body: { enabled } });

describe('trouble on purpose', () => {
  it('carries a write out and says that it did not', async () => {
    production.flags.faults.add({ method: 'PUT', path: '/flags/promo-banner', kind: 'status_after', status: 503 });
    expect((await put(true)).status).toBe(503);
    expect(production.flags.audit()).toMatchObject([{ from: false, to: true }]);
    expect((await put(true)).status).toBe(200);
    expect(production.flags.audit()).toHaveLength(1);
  });

  it('begins a second trouble where the first one ends, and is over at once when it is cleared', async () => {
    const blind = { method: 'GET', path: /^\/flags/, times: 1_000, kind: 'status', status: 403 } as const;
    production.flags.faults.add({ method: 'PUT', path: '/flags/promo-banner', kind: 'latency', ms: 0, andThen: blind });
    expect((await ask(flag(), production.flagsToken)).status).toBe(200);
    expect((await put(true)).status).toBe(200);
    expect((await ask(flag(), production.flagsToken)).status).toBe(403);
    expect((await ask(`${production.flagsUrl}/evaluate/promo-banner`, production.flagsToken)).body).toMatchObject({ enabled: true });
    production.flags.faults.clear();
    expect((await ask(flag(), production.flagsToken)).status).toBe(200);
  });

  it('cuts and refuses at the balancer too, before anything is carried out', async () => {
    const weights = `${production.balancerUrl}/weights`;
    const write = { method: 'PUT', body: { weights: { v40: 10 } } };
    production.balancer.faults.add({ method: 'PUT', kind: 'cut_before' });
    production.balancer.faults.add({ method: 'PUT', kind: 'unauthorized' });
    await expect(ask(weights, production.balancerToken, write)).rejects.toThrow('fetch failed');
    expect((await ask(weights, production.balancerToken, write)).status).toBe(401);
    expect(production.balancer.audit()).toEqual([]);
  });
});

describe('the start', () => {
  it('says which port is taken and leaves nothing open', async () => {
    const other = await listen((_req, res) => void res.end());
    for (const part of ['github', 'shop', 'balancerAdmin', 'flags', 'prometheus'] as const) {
      await expect(startProduction({ ports: { [part]: other.port } })).rejects.toThrow(`port ${other.port} is taken`);
    }
    await other.close();
  });

  it('has measured nothing before the load starts, and says so', () => {
    expect(production.health()).toMatchObject({ requests: 0, errorShare: NaN });
  });
});
