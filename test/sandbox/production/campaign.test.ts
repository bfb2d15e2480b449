import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Production } from '../../../sandbox/production/production.ts';
import { api, completed, fastProduction, rollBack, until } from './support.ts';

let production: Production;

beforeEach(async () => {
  production = await fastProduction({ load: { perSecond: 200 } });
});
afterEach(() => production.stop());

interface QueryBody {
  status: string;
  data: { result: { metric: Record<string, string>; value: [number, string] }[] };
}

async function query(text: string): Promise<QueryBody['data']['result']> {
  const response = await fetch(`${production.prometheusUrl}/api/v1/query?query=${encodeURIComponent(text)}`);
  return ((await response.json()) as QueryBody).data.result;
}

describe('the campaign and its end', () => {
  it('breaks the shop for real, and a rollback to v41 heals it', async () => {
    production.load.start();
    await until(
      () => production.health(1),
      ({ requests, errorShare }) => requests > 50 && errorShare === 0,
    );

    const { runId } = await production.campaign.start();
    expect((await completed(production, runId)).conclusion).toBe('success');
    expect(production.fleet.live()).toBe('v42');
    const broken = await until(
      () => production.health(1),
      ({ requests, errorShare }) => requests > 100 && errorShare > 0.15,
    );
    expect(broken.checkoutErrorShare).toBeGreaterThan(broken.errorShare);
    expect(broken.byVersion['v42']?.errors).toBeGreaterThan(0);

    const rollback = await rollBack(production, 'v41', 'op-1');
    expect((await completed(production, rollback)).conclusion).toBe('success');
    expect(production.fleet.live()).toBe('v41');
    expect(production.fleet.running()).toEqual(['v41', 'v42']);
    const healed = await until(
      () => production.health(1),
      ({ requests, errorShare }) => requests > 100 && errorShare < 0.01,
    );
    expect(Object.keys(healed.byVersion)).toContain('v41');
  }, 20_000);

  it('is seen by the metrics as it was measured', async () => {
    expect(await query('sum(rate(http_requests_total[1m]))')).toEqual([]);
    production.load.start();
    await production.campaign.start();
    const share = 'sum(rate(http_requests_total{code=~"5..",version="v42"}[1m])) / sum(rate(http_requests_total{version="v42"}[1m]))';
    const [seen] = await until(
      () => query(share),
      ([sample]) => Number(sample?.value[1]) > 0.15,
    );
    expect(Number(seen?.value[1])).toBeLessThan(0.5);
    expect(await query('histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[1m])))')).toHaveLength(1);

    await production.load.stop();
    const answered = await query('sum(rate(http_requests_total[1s])) / sum(rate(http_requests_total[1s]))');
    expect(answered).toHaveLength(1);
    await until(
      () => query('sum(rate(http_requests_total[1s])) / sum(rate(http_requests_total[1s]))'),
      ([sample]) => sample?.value[1] === 'NaN',
    );
  }, 20_000);

  it('fails some checkouts of v42 even without the banner', async () => {
    production.load.start();
    const body = { ref: 'main', inputs: { version: 'v42' } };
    await api(production, '/actions/workflows/deploy.yml/dispatches', { method: 'POST', body });
    await production.github.idle();
    const health = await until(
      () => production.health(1),
      ({ byVersion }) => (byVersion['v42']?.requests ?? 0) > 180,
    );
    const { requests = 0, errors = 0 } = health.byVersion['v42'] ?? {};
    expect(errors / requests).toBeGreaterThan(0);
    expect(errors / requests).toBeLessThan(0.15);
  }, 20_000);
});
