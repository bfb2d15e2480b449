import { afterEach, describe, expect, it } from '@jest/globals';
import { Refusal } from '../../../../src/domain/refusal.ts';
import { ProviderError } from '../../../../src/ports.ts';
import { aView, operators, secretOf, start } from '../../../support/operators.ts';
import { startWeb, type TestWeb } from '../../../support/web-server.ts';

const running: TestWeb[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ web }) => web.stop()));
});

async function started(change: Parameters<typeof operators>[0] = {}) {
  const parts = operators(change);
  const web = await startWeb({ operate: parts.operate, timeouts: { stop: 50 } });
  running.push(web);
  const call = (path: string, { key = secretOf('UADA'), body }: { key?: string; body?: unknown } = {}) =>
    fetch(web.url(`/api/v1${path}`), {
      headers: { authorization: `Bearer ${key}`, 'idempotency-key': 'pressed-once' },
      ...(body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return { ...parts, call, web };
}

describe('the interface without Slack', () => {
  it('lets nobody in without a key that counts, and tells nobody why', async () => {
    const { call, web } = await started();
    const answers = await Promise.all([
      fetch(web.url('/api/v1/rollback/RB-7')),
      call('/rollback/RB-7', { key: 'wr_op_nobody_x' }),
      call('/rollback/RB-7', { key: 'wr_op_uada_wrong' }),
      call('/no/such/thing', { key: 'x' }),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="warroom"');
      expect(await answer.json()).toEqual({ error: 'unauthorized', message: 'This key opens nothing.' });
    }
  });

  it('stops listening to an address after ten wrong keys, and still knows a right one', async () => {
    const { call, clock } = await started();
    for (let wrong = 1; wrong <= 10; wrong += 1) expect((await call('/incidents', { key: 'guess' })).status).toBe(401);
    const blocked = await call('/incidents', { key: 'guess' });
    expect([blocked.status, blocked.headers.get('retry-after')]).toEqual([429, '600']);
    expect((await call('/incidents')).status).toBe(200);
    clock.now += 600_000;
    expect((await call('/incidents', { key: 'guess' })).status).toBe(401);
  });

  it('stops even the right secret of a key after ten wrong ones', async () => {
    const { call } = await started();
    for (let wrong = 1; wrong <= 10; wrong += 1) await call('/incidents', { key: 'wr_op_uada_wrong' });
    expect((await call('/incidents')).status).toBe(429);
    expect((await call('/incidents', { key: secretOf('UBEN') })).status).toBe(200);
  });

  it('hands over who says what, under a name that counts once', async () => {
    const { call, acted, logged } = await started();
    const answer = await call('/rollback/RB-7/reject', { body: { reason: 'the cause is the database' } });
    expect(answer.status).toBe(200);
    expect(acted).toEqual([
      {
        by: { user: 'UADA', at: start, inboxKey: 'operator:uada:pressed-once' },
        rollback: 'RB-7',
        command: { verb: 'reject', reason: 'the cause is the database' },
      },
    ]);
    expect(logged()).toContain('operator acted {"user":"UADA","token":"uada","rollback":"RB-7","verb":"reject"}');
    expect(logged()).not.toContain(secretOf('UADA'));
  });

  it('answers with the card as a text, people by their names, and what can be done', async () => {
    const { call } = await started();
    const answer = await (await call('/rollback/RB-7')).json();
    expect(answer).toMatchObject({
      rollback: 'RB-7',
      planHash: 'plan-1',
      text: 'v42 → v41 (https://example.com/v41) asked by @Ben: “<script>alert(1)</script>” x<y',
      offers: [{ verb: 'approve' }, { verb: 'reject' }],
    });
    expect(answer).not.toHaveProperty('card');
  });

  it.each([
    ['a refusal', new Refusal('self_approval', { needs: 'the IC' }), 409, 'You asked for this rollback'],
    ['what is not there', new Refusal('no_rollback', { ref: 'RB-9' }), 404, 'There is no rollback RB-9'],
    [
      'a provider that is away',
      new ProviderError('github-actions', 'unavailable', { message: 'no answer' }),
      502,
      'Not done: github-actions',
    ],
    ['a bug', new Error('password=hunter2'), 500, 'Not recorded. Something failed on our side'],
  ])('says what is wrong with %s', async (_what, error, status, message) => {
    const { call } = await started({ act: () => Promise.reject(error) });
    const answer = await call('/rollback/RB-7/approve', { body: {} });
    expect(answer.status).toBe(status);
    const said = await answer.text();
    expect(said).toContain(message);
    expect(said).not.toContain('hunter2');
  });

  it.each([
    ['no JSON', '{', 400],
    ['an unknown field', { reasons: 'x' }, 400],
    ['a field of the wrong kind', { reason: 7 }, 400],
    ['too much', { reason: 'x'.repeat(20_000) }, 413],
  ])('does not take %s', async (_what, body, status) => {
    const { call, acted } = await started();
    expect((await call('/rollback/RB-7/reject', { body })).status).toBe(status);
    expect(acted).toEqual([]);
  });

  it('asks, plans, lists and declares', async () => {
    const asked: unknown[] = [];
    const { call } = await started({
      request: (by, wish) => Promise.resolve((asked.push(by.user, wish), aView({ rollback: 'RB-8' }))),
    });
    expect(await (await call('/rollback/request', { body: { incident: 'INC-1', text: 'shop to v41' } })).json()).toMatchObject({
      rollback: 'RB-8',
    });
    expect(asked).toEqual(['UADA', { incident: 'INC-1', text: 'shop to v41' }]);
    expect(await (await call('/rollback/plan', { body: { text: 'shop' } })).json()).toEqual({ text: 'plan of shop' });
    expect(await (await call('/rollback?incident=INC-1')).json()).toMatchObject({ rollbacks: [{ rollback: 'RB-7' }] });
    expect(await (await call('/rollback/waiting')).json()).toMatchObject({ rollbacks: [{ rollback: 'RB-7' }] });
    expect(await (await call('/incidents', { body: { title: 'x', severity: 'SEV1' } })).json()).toEqual({
      incident: 'INC-2',
      text: 'declared',
    });
    expect((await call('/incidents', { body: { title: 'x', severity: 'SEV9' } })).status).toBe(400);
  });
});
