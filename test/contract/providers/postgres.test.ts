import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { Order, RollbackTarget } from '../../../src/ports.ts';
import { describeLane, serverAddress } from '../../support/lanes.ts';
import { at, breakingWire, claimDatabase, type OwnDatabase } from './postgres-database.ts';
import { failure, inTime } from './vendor.ts';

/** 1,001 and so on up to 1,200. */
const goodCents = 220_100;

const orderOf = async (target: RollbackTarget, to?: string): Promise<Order> => {
  const { target: version } = await target.preview(to);
  if (!version) throw new Error('it leads nowhere');
  return { operationId: randomUUID(), to: version, reason: 'wrong prices' };
};
const codes = async (target: RollbackTarget, level: string): Promise<string[]> =>
  (await target.preview()).checks.filter((check) => check.level === level).map(({ code }) => code);

describeLane('postgres', 'reverting a bad change of a database', () => {
  let database: OwnDatabase;
  beforeEach(async () => {
    database = await claimDatabase();
  });
  afterEach(() => database.release());

  it('reverts 200 rows and leaves alone what was changed since', async () => {
    await database.badChange('import-42');
    await database.sql(`update shop.price set cents = 777 where sku in ('sku-007', 'sku-008', 'sku-009')`);
    const target = database.target();
    const order = await orderOf(target);

    const run = await target.start(order, inTime());

    expect(await database.state()).toMatchObject({ rows: 200, cents: goodCents - 1007 - 1008 - 1009 + 3 * 777, operations: 1 });
    expect(await target.observe(run, order)).toMatchObject({ state: 'succeeded', message: 'changed 197 rows, left 3 rows as they were' });
    expect((await target.effective())?.id).toBe(order.to.id);
    const tagged = await database.sql<{ count: number }>(`select count(*)::int from shop.price_history where changed_by = $1`, [
      order.operationId,
    ]);
    expect(tagged).toEqual([{ count: 197 }]);
  });

  it('shows in a dry run what would change, and changes nothing', async () => {
    await database.badChange('import-42');
    await database.sql(`update shop.price set cents = 777 where sku = 'sku-007'`);
    const before = await database.state();

    const { checks, change, current, target } = await database.target().preview();

    expect(await database.state()).toEqual(before);
    expect(change?.summary).toBe('revert_prices changes 199 rows and leaves 1 row that changed since, for example sku-001: 1 → 1001');
    expect(checks.filter(({ level }) => level === 'block')).toEqual([]);
    expect(checks.find(({ code }) => code === 'rows_skipped')?.text).toContain('sku-007 (changed since by unknown:');
    expect(current).toMatchObject({ label: 'now' });
    expect(target).toMatchObject({ label: 'reverted by revert_prices tag=import-42' });
  });

  it('takes nothing back when a procedure writes although it was asked for a dry run', async () => {
    await database.sql(`create or replace function warroom.price_reversion_result(tag text) returns jsonb language plpgsql as
      $$ begin update shop.price set cents = 0; return '{"affected": 1, "skipped": 0}'; end $$`);

    await database.target().preview();

    expect(await database.state()).toMatchObject({ cents: goodCents });
  });

  it('refuses above the cap', async () => {
    await database.badChange('import-42');
    const before = await database.state();
    const target = database.target({ maxRows: 199 });

    expect(await codes(target, 'block')).toEqual(['row_cap']);
    const error = await failure(target.start(await orderOf(target), inTime()));

    expect(error).toMatchObject({ kind: 'refused' });
    expect(error.message).toContain('it would change 200 rows, and at most 199 are allowed');
    expect(await database.state()).toEqual(before);
  });

  it('has one effect for one operation, however often and at once it is started', async () => {
    await database.badChange('import-42');
    const target = database.target({ lockTimeout: '5s' });
    const order = await orderOf(target);

    const runs = await Promise.all([1, 2, 3].map(() => target.start(order, inTime())));
    const once = await database.state();
    await database.badChange('import-42', `sku = 'sku-001'`);
    await target.start(order, inTime());

    expect(runs).toEqual([1, 2, 3].map(() => ({ ref: order.operationId })));
    expect(once).toEqual({ cents: goodCents, rows: 200, versions: 600, operations: 1 });
    expect(await database.state()).toMatchObject({ cents: goodCents - 1000, versions: 601, operations: 1 });
  });

  it('takes no run of a similar operation for its own', async () => {
    await database.badChange('import-42');
    const target = database.target();
    const order = await orderOf(target);
    await target.start(order, inTime());

    expect(await target.find({ ...order, operationId: order.operationId.slice(0, -1) })).toBeUndefined();
    expect(await target.find({ ...order, operationId: '%' })).toBeUndefined();
    expect(await target.observe({ ref: 'another' }, order)).toMatchObject({ state: 'unknown' });
  });

  it('refuses an operation that was something else', async () => {
    await database.badChange('import-42');
    const target = database.target();
    const order = await orderOf(target);
    await database.sql(`insert into warroom.procedure (name, class, description) values ('warroom.other', 'forward-fix', 'other')`);
    await database.sql(`insert into warroom.operation values ($1, 'warroom.other', '{}', '{}')`, [order.operationId]);

    expect(await target.find(order)).toBeUndefined();
    expect(await failure(target.start(order, inTime()))).toMatchObject({ kind: 'refused' });
    expect(await database.state()).toMatchObject({ cents: 200 });
  });

  it('says "unknown" when the answer to the commit got lost, and finds the run', async () => {
    await database.badChange('import-42');
    const wire = await breakingWire(database.url, { words: 'commit', arrives: true });
    const target = database.target();
    const order = await orderOf(target);
    expect(await target.find(order)).toBeUndefined();

    const error = await failure(database.target({ url: wire.url }).start(order, inTime()));
    await wire.close();

    expect(error).toMatchObject({ kind: 'unknown' });
    expect(await target.find(order)).toEqual({ ref: order.operationId });
    await target.start(order, inTime());
    expect(await database.state()).toEqual({ cents: goodCents, rows: 200, versions: 600, operations: 1 });
  });

  it.each([
    ['while the procedure runs', 'revert_prices"', true],
    ['before the commit arrives', 'commit', false],
  ])('leaves nothing behind when the connection breaks %s', async (_when, words, arrives) => {
    await database.badChange('import-42');
    const before = await database.state();
    const wire = await breakingWire(database.url, { words, arrives });
    const target = database.target();
    const order = await orderOf(target);

    const error = await failure(database.target({ url: wire.url }).start(order, inTime()));
    await wire.close();

    // Whether a commit arrived is not to be seen from here.
    expect(error).toMatchObject({ kind: words === 'commit' ? 'unknown' : 'unavailable' });
    expect(await target.find(order)).toBeUndefined();
    expect(await database.state()).toEqual(before);
  });

  it('gives up soon when somebody holds a lock, and says so', async () => {
    await database.badChange('import-42');
    const target = database.target();
    const order = await orderOf(target);
    const superuser = at(serverAddress('postgres'), { pathname: new URL(database.url).pathname });
    const other = new Client({ connectionString: superuser });
    await other.connect();
    await other.query(`begin; select from shop.price where sku = 'sku-100' for update`);

    const error = await failure(target.start(order, inTime()));
    await other.end();

    expect(error).toMatchObject({ kind: 'refused' });
    expect(error.message).toContain('somebody else holds a lock longer than lockTimeout; nothing was changed');
    expect(await database.state()).toMatchObject({ cents: 200, operations: 0 });
    await target.start(order, inTime());
    expect(await database.state()).toMatchObject({ cents: goodCents, operations: 1 });
  });

  it('takes its own reversion back, except where the row was changed since', async () => {
    await database.badChange('import-42');
    const target = database.target();
    const { current: from } = await target.preview();
    expect((await target.effective())?.id).toBe(from?.id);
    await target.start(await orderOf(target), inTime());
    await database.sql(`update shop.price set cents = 555 where sku = 'sku-005'`);

    const back = await target.preview(from?.id);
    const order = await orderOf(target, from?.id);
    await target.start(order, inTime());
    await target.start(order, inTime());

    expect(back.target?.id).toBe(from?.id);
    expect(back.checks.filter(({ level }) => level === 'block')).toEqual([]);
    expect(back.change?.summary).toContain('revert_prices changes 199 rows and leaves 1 row');
    expect(await database.state()).toMatchObject({ cents: 199 + 555, operations: 2 });
    expect((await target.effective())?.id).toBe(from?.id);
  });

  it('takes back inserts and deletes, and knows rows that are older than their history', async () => {
    await database.sql(`truncate shop.price_history`);
    await database.sql(`begin; set local warroom.change_tag = 'import-42'; update shop.price set cents = 1 where sku = 'sku-001';
      delete from shop.price where sku = 'sku-002'; insert into shop.price values ('sku-999', 5); commit`);
    const target = database.target();

    await target.start(await orderOf(target), inTime());

    expect(await database.state()).toMatchObject({ cents: goodCents, rows: 200 });
    expect(await database.sql(`select cents from shop.price where sku in ('sku-001', 'sku-002') order by sku`)).toEqual([
      { cents: 1001 },
      { cents: 1002 },
    ]);
  });

  it('blocks when there is nothing to revert, and when it was reverted before', async () => {
    const target = database.target();
    expect(await codes(target, 'block')).toEqual(['nothing_to_change']);

    await database.badChange('import-42');
    await target.start(await orderOf(target), inTime());

    const seen = await target.preview();
    expect(seen.checks.filter(({ level }) => level === 'block').map(({ code }) => code)).toEqual(['target_is_current']);
    expect(seen.current?.id).toBe(seen.target?.id);
  });

  it('keeps its fingerprint while nothing happens, and changes it with the rows and with the procedure', async () => {
    await database.badChange('import-42');
    const target = database.target();
    const { current: from, target: to, fingerprint } = await target.preview();
    if (!from || !to) throw new Error('it leads nowhere');
    expect(await target.fingerprint(from, to)).toBe(fingerprint);

    await database.sql(`alter function warroom.revert_prices(jsonb, boolean, text, integer) cost 50`);
    const redefined = await target.fingerprint(from, to);
    await database.sql(`update shop.price set cents = 2 where sku = 'sku-001'`);
    const moved = await target.fingerprint(from, to);

    expect(new Set([fingerprint, redefined, moved]).size).toBe(3);
  });
});
