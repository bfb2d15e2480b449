import { expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createMemberships } from '../../../src/store/membership.ts';
import { createOperatorTokens } from '../../../src/store/operator-tokens.ts';
import { onEachStore } from '../../support/stores.ts';

const noon = Date.UTC(2026, 10, 23, 12);
const hour = 3_600_000;

onEachStore('the keys of operators', (store) => {
  const tokens = () => createOperatorTokens(store().db);
  const make = () => tokens().create({ user: 'UADA', label: 'laptop', createdAt: noon, expiresAt: noon + hour });

  it('are known by their secret, of which only a hash is stored', async () => {
    const { id, secret } = await make();
    expect(secret).toMatch(/^wr_op_[0-9a-f]{12}_[0-9a-f]{64}$/);
    expect(await tokens().check(secret, noon)).toEqual({
      id,
      token: { id, user: 'UADA', label: 'laptop', createdAt: noon, expiresAt: noon + hour },
    });
    const rows = await store().db.selectFrom('operator_token').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(secret.slice(-64));
  });

  it.each([
    ['expired', () => Promise.resolve({ at: noon + hour })],
    ['revoked', async (id: string) => ({ at: noon, done: await tokens().revoke(id, noon) })],
  ])('are worth nothing when they are %s', async (_how, end) => {
    const { id, secret } = await make();
    const session = await tokens().openSession(id, noon + 2 * hour);
    const { at } = await end(id);
    expect(await tokens().check(secret, at)).toEqual({});
    expect(await tokens().session(session, at)).toBeUndefined();
  });

  it('tell a wrong secret of a key from what is no key at all, and let neither in', async () => {
    const { id, secret } = await make();
    const wrong = secret.slice(0, -4) + (secret.endsWith('0000') ? '1111' : '0000');
    expect(await tokens().check(wrong, noon)).toEqual({ id });
    for (const other of ['', 'wr_op_', secret.toUpperCase(), `${secret}0`, ` ${secret}`, secret.replace(id, 'ffffffffffff')])
      expect(await tokens().check(other, noon)).toEqual({});
  });

  it('are revoked once, and listed with when they were used', async () => {
    const { id, secret } = await make();
    await tokens().check(secret, noon + 1000);
    await tokens().check(secret, noon + 2000);
    expect((await tokens().list()).find((token) => token.id === id)).toMatchObject({ lastUsedAt: noon + 1000 });
    expect([await tokens().revoke(id, noon), await tokens().revoke(id, noon), await tokens().revoke('nobody', noon)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('begin visits that end by themselves or by leaving', async () => {
    const { id } = await make();
    const [first, second] = [await tokens().openSession(id, noon + 1000), await tokens().openSession(id, noon + 1000)];
    expect(await tokens().session(first, noon + 999)).toMatchObject({ id, user: 'UADA' });
    expect(await tokens().session(first, noon + 1000)).toBeUndefined();
    await tokens().closeSession(second);
    expect(await tokens().session(second, noon)).toBeUndefined();
    expect(await tokens().session('', noon)).toBeUndefined();
  });
});

onEachStore('what Slack last said about people', (store) => {
  it('keeps the newest answer about a person and each group', async () => {
    const memory = createMemberships(store().db);
    const user = `U${randomUUID()}`;
    await memory.rememberGroup(user, '@sre', { isIn: true, at: noon });
    expect(await memory.recall(user)).toMatchObject({ standing: 'unknown', groups: { '@sre': { isIn: true } } });
    expect((await memory.names()).has(user)).toBe(false);

    await memory.rememberPerson(user, { standing: 'member', name: 'Ada' }, noon);
    await memory.rememberGroup(user, '@sre', { isIn: true, at: noon });
    await memory.rememberGroup(user, '@dba', { isIn: false, at: noon });
    await memory.rememberGroup(user, '@sre', { isIn: false, at: noon - 1 });
    await memory.rememberPerson(user, { standing: 'guest', name: 'Nobody' }, noon - 1);
    expect(await memory.recall(user)).toEqual({
      name: 'Ada',
      standing: 'member',
      standingAt: noon,
      groups: { '@sre': { isIn: true, at: noon }, '@dba': { isIn: false, at: noon } },
    });

    await memory.rememberPerson(user, { standing: 'deactivated', name: 'Ada' }, noon + 1);
    expect(await memory.recall(user)).toMatchObject({ standing: 'deactivated', groups: { '@sre': { isIn: true } } });
    expect((await memory.names()).get(user)).toBe('Ada');
  });
});
