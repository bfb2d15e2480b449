import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Production } from '../../../sandbox/production/production.ts';
import { api, completed, fastProduction, rollBack } from './support.ts';

let production: Production;

beforeEach(async () => {
  production = await fastProduction();
});
afterEach(() => production.stop());

describe('the token', () => {
  it.each([
    ['no token', null, 'Requires authentication'],
    ['a wrong token', 'other', 'Bad credentials'],
  ])('is asked for: %s gets 401', async (_what, token, message) => {
    const reply = await api(production, '', { token });
    expect([reply.status, reply.body]).toEqual([401, { message, documentation_url: 'https://docs.github.com/rest', status: '401' }]);
  });

  it('stops working in the middle when it is revoked', async () => {
    expect((await api(production, '')).status).toBe(200);
    production.github.setToken('new-token');
    expect((await api(production, '')).status).toBe(401);
    expect((await api(production, '', { token: 'new-token' })).status).toBe(200);
  });
});

describe('limits', () => {
  it('counts requests down and refuses the one too many', async () => {
    production.github.setRateRemaining(1);
    expect((await api(production, '')).headers.get('x-ratelimit-remaining')).toBe('0');
    const refused = await api(production, '');
    expect([refused.status, refused.headers.get('x-ratelimit-remaining')]).toEqual([403, '0']);
    expect(refused.body['message']).toContain('rate limit exceeded');
  });

  it('answers the secondary limit with a time to wait', async () => {
    production.github.faults.add({ kind: 'secondary_limit', retryAfter: 7 });
    const refused = await api(production, '');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([403, '7']);
    expect((await api(production, '')).status).toBe(200);
  });
});

describe('faults', () => {
  it('cut after acceptance leaves exactly one run, and the caller without an answer', async () => {
    production.github.faults.add({ kind: 'cut_after', method: 'POST', path: '/dispatches' });
    await expect(rollBack(production, 'v40', 'op-1')).rejects.toThrow('fetch failed');
    await production.github.idle();
    expect(production.github.ledger()).toMatchObject([{ opId: 'op-1', effect: 'switched', conclusion: 'success' }]);
    const found = await api<{ workflow_runs: { display_title: string }[] }>(production, '/actions/workflows/rollback.yml/runs');
    expect(found.body.workflow_runs.map(({ display_title: title }) => title)).toEqual(['rollback op-1']);
  });

  it('lets a run end well that did nothing, or recorded it and moved no traffic, until it is honest again', async () => {
    production.github.setLie('nothing');
    await completed(production, await rollBack(production, 'v40', 'op-1'));
    const [newest] = (await api<{ sha: string }[]>(production, '/deployments')).body;
    expect(production.github.ledger()).toMatchObject([{ effect: 'none', conclusion: 'success' }]);
    expect(production.fleet.live()).toBe('v41');

    production.github.setLie('no traffic');
    await completed(production, await rollBack(production, 'v40', 'op-2'));
    expect((await api<{ sha: string }[]>(production, '/deployments')).body[0]?.sha).not.toBe(newest?.sha);
    expect(production.fleet.live()).toBe('v41');

    production.github.setLie(undefined);
    await completed(production, await rollBack(production, 'v38', 'op-3'));
    expect(production.fleet.live()).toBe('v38');
  });

  it('says in an answer what it is told to say', async () => {
    production.github.faults.add({ kind: 'status', status: 403, says: 'not with test-token' });
    expect((await api(production, '')).body).toMatchObject({ message: 'not with test-token' });
  });

  it('cut before acceptance leaves no run', async () => {
    production.github.faults.add({ kind: 'cut_before', path: '/dispatches' });
    await expect(rollBack(production, 'v40', 'op-1')).rejects.toThrow('fetch failed');
    expect(production.github.ledger()).toEqual([]);
  });

  it.each([
    ['hang_before', 0],
    ['hang_after', 1],
  ] as const)('%s never answers and leaves %i run(s)', async (kind, runs) => {
    production.github.faults.add({ kind, path: /dispatches$/ });
    const asked = fetch(`${production.githubUrl}/repos/acme/shop/actions/workflows/rollback.yml/dispatches`, {
      method: 'POST',
      headers: { authorization: 'Bearer test-token' },
      body: JSON.stringify({ ref: 'main', inputs: { target: 'v40', op_id: 'op-1' } }),
      signal: AbortSignal.timeout(200),
    });
    await expect(asked).rejects.toThrow('timeout');
    expect(production.github.ledger()).toHaveLength(runs);
  });

  it('answers a given status as often as asked for, and logs every request as it arrived', async () => {
    production.github.faults.add({ kind: 'status', status: 502, times: 2, path: '/deployments' });
    const statuses = [];
    for (let round = 0; round < 3; round += 1) statuses.push((await api(production, '/deployments')).status);
    expect(statuses).toEqual([502, 502, 200]);
    const log = production.github.requests();
    expect(log.map(({ method, path, status }) => [method, path, status])).toEqual([
      ['GET', '/repos/acme/shop/deployments', 502],
      ['GET', '/repos/acme/shop/deployments', 502],
      ['GET', '/repos/acme/shop/deployments', 200],
    ]);
    expect(log.every(({ arrivedMs }) => arrivedMs <= Number(process.hrtime.bigint()) / 1e6)).toBe(true);
  });
});
