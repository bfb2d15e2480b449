import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Order } from '../../../src/ports.ts';
import { describeLane, serverAddress } from '../../support/lanes.ts';
import { at, claimDatabase, type OwnDatabase } from './postgres-database.ts';
import { failure, inTime } from './vendor.ts';

describeLane('postgres', 'what a database step lets through', () => {
  let database: OwnDatabase;
  beforeEach(async () => {
    database = await claimDatabase();
    await database.badChange('import-42');
  });
  afterEach(() => database.release());

  const blocks = async (changed: Record<string, unknown>): Promise<string[]> => {
    const { checks } = await database.target(changed).preview();
    return checks.filter(({ level }) => level === 'block').map(({ code }) => code);
  };
  const orderOf = async (): Promise<Order> => {
    const { target } = await database.target().preview();
    if (!target) throw new Error('it leads nowhere');
    return { operationId: randomUUID(), to: target, reason: 'wrong prices' };
  };
  const register = (name: string, body: string, columns = `'forward-fix', 'a try', '{}'`) =>
    database.sql(`create function warroom.${name}(p jsonb, dry_run boolean, operation text, max_rows integer) returns jsonb
      language plpgsql security definer set search_path = pg_catalog as $$ begin ${body} end $$;
      revoke all on function warroom.${name} from public; grant execute on function warroom.${name} to warroom_runner;
      insert into warroom.procedure (name, class, description, parameters) values ('warroom.${name}', ${columns})`);

  it.each([
    [{ tag: 42 }, 'the parameter tag must be a string and is a number'],
    [{}, 'the parameter tag (string) is missing'],
    [{ tag: 'import-42', also: true }, 'there is no parameter also; known are: tag'],
  ])('says what is wrong with the parameters %j', async (parameters, text) => {
    const order = await orderOf();
    const target = database.target({ parameters });
    const seen = await target.preview();

    expect(seen.checks.find(({ code }) => code === 'parameters_wrong')).toMatchObject({
      level: 'block',
      text: `For revert_prices ${text}.`,
    });
    const error = await failure(target.start({ ...order, to: seen.target ?? order.to }, inTime()));
    expect(error).toMatchObject({ kind: 'refused' });
    expect(error.message).toContain(text);
  });

  it('lets a parameter be data only', async () => {
    const hostile = `x'); drop table shop.price; --`;
    expect(await blocks({ parameters: { tag: hostile } })).toEqual(['nothing_to_change']);
    expect(await database.state()).toMatchObject({ rows: 200 });
  });

  it.each(['revert_prices(); drop table x', '--', 'Shop.X', '"a"', 'a.b.c', '', 'a'.repeat(64)])(
    'takes no procedure called %j',
    (procedure) => {
      expect(() => database.target({ procedure })).toThrow('procedure');
    },
  );

  it('runs nothing that is not registered, even if the role may', async () => {
    await register('hidden', `return '{"affected": 1, "skipped": 0}';`);
    await database.sql(`delete from warroom.procedure where name = 'warroom.hidden'`);

    expect(await blocks({ procedure: 'hidden', class: 'forward-fix', parameters: {} })).toEqual(['procedure_missing']);
    const order = await orderOf();
    const error = await failure(database.target({ procedure: 'hidden', class: 'forward-fix', parameters: {} }).start(order, inTime()));
    expect(error.message).toContain('warroom.hidden: it is not registered in warroom.procedure');
  });

  it('leads to one place only', async () => {
    const order = await orderOf();
    for (const name of ['', ' ', 'v41', '../../x', '<!channel>', '__proto__', 'rows-0000000000000000', 'a'.repeat(5_000)]) {
      expect((await database.target().preview(name)).target).toBeUndefined();
    }
    const elsewhere = database.target({ parameters: { tag: 'another' } });
    expect(await failure(elsewhere.start(order, inTime()))).toMatchObject({ kind: 'refused' });
    expect(await database.state()).toMatchObject({ cents: 200 });
  });

  it('takes back what a procedure did that breaks its promises', async () => {
    await register('silent', `update shop.price set cents = 0; return '{"affected": 200, "skipped": 0}';`);
    await register(
      'greedy',
      `update shop.price set cents = 0; perform warroom.note_result(operation, 'warroom.greedy', p, '{"affected": 501, "skipped": 0}');
       return '{"affected": 501, "skipped": 0}';`,
    );
    for (const [procedure, text] of [
      ['silent', 'did not write its operation into the log'],
      ['greedy', 'it changed 501 rows and at most 500 may'],
    ]) {
      const target = database.target({ procedure, class: 'forward-fix', parameters: {} });
      const { target: to } = await target.preview();
      if (!to) throw new Error('it leads nowhere');
      const error = await failure(target.start({ operationId: randomUUID(), to, reason: 'try' }, inTime()));
      expect(error).toMatchObject({ kind: 'refused' });
      expect(error.message).toContain(text);
    }
    expect(await database.state()).toMatchObject({ cents: 200, operations: 0 });
  });

  it('ends a procedure that takes too long', async () => {
    await register('slow', `if not dry_run then perform pg_sleep(30); end if; return '{"affected": 1, "skipped": 0}';`);
    const target = database.target({ procedure: 'slow', class: 'forward-fix', parameters: {}, statementTimeout: '200ms' });
    const { target: to } = await target.preview();
    if (!to) throw new Error('it leads nowhere');

    const error = await failure(target.start({ operationId: randomUUID(), to, reason: 'try' }, inTime()));

    expect(error).toMatchObject({ kind: 'refused' });
    expect(error.message).toContain('longer than statementTimeout; nothing was changed');
  });

  it('can be called off, and then has changed nothing', async () => {
    await register('slow', `if not dry_run then perform pg_sleep(30); end if; return '{"affected": 1, "skipped": 0}';`);
    const target = database.target({ procedure: 'slow', class: 'forward-fix', parameters: {} });
    const { target: to } = await target.preview();
    if (!to) throw new Error('it leads nowhere');
    const order = { operationId: randomUUID(), to, reason: 'try' };

    expect(await failure(target.start(order, AbortSignal.timeout(200)))).toMatchObject({ kind: 'unavailable' });
    expect(await failure(target.start(order, AbortSignal.abort()))).toMatchObject({ kind: 'unavailable' });
    expect(await target.find(order)).toBeUndefined();
    expect(await target.cancel({ ref: order.operationId })).toMatchObject({ accepted: false });
  });

  it('reports the class and how well a step was drilled, and never restores', async () => {
    const nothing = `return '{"affected": 1, "skipped": 0}';`;
    await register('take_down', nothing, `'schema-down', 'drops a column', '{}'`);
    await register('bring_back', `raise exception 'even a dry run of a restore is one too many';`, `'restore', 'a restore', '{}'`);
    const down = { procedure: 'take_down', class: 'schema-down', parameters: {} };
    const seen = await database.target(down).preview();

    expect(seen.checks.find(({ code }) => code === 'database_class')).toMatchObject({ level: 'warn' });
    expect(seen.database).toEqual({ class: 'schema-down', automated: false });
    await database.sql(`update warroom.procedure set automated = true, drilled_at = '2026-05-04Z' where name = 'warroom.take_down'`);
    expect((await database.target(down).preview()).database).toEqual({
      class: 'schema-down',
      automated: true,
      drilledAt: Date.UTC(2026, 4, 4),
    });
    expect((await database.target({ ...down, class: 'forward-fix' }).preview()).database).toMatchObject({ class: 'schema-down' });
    expect((await database.target().preview()).database).toMatchObject({ class: 'logical-reversion' });
    expect((await database.target({ procedure: 'bring_back', class: 'restore', parameters: {} }).preview()).database).toEqual({
      class: 'restore',
      automated: false,
    });

    expect(await blocks({ class: 'forward-fix' })).toEqual(['class_differs']);
    expect(await blocks({ procedure: 'bring_back', class: 'restore', parameters: {} })).toEqual(['database_class']);
    const restore = database.target({ procedure: 'bring_back', class: 'restore', parameters: {} });
    expect(await failure(restore.start(await orderOf(), inTime()))).toMatchObject({ kind: 'refused' });
    expect(restore.capabilities.reversible).toBe(false);
    expect(database.target().capabilities).toEqual({ cancel: 'no', instant: true, reversible: true });
  });

  it('knows a role that may run procedures and nothing else', async () => {
    const { checks } = await database.target().preview();
    expect(checks.find(({ code }) => code.startsWith('role_'))).toMatchObject({ code: 'role_limited', level: 'pass' });
    expect(await database.target().check()).toEqual({ ok: true, missing: [] });
  });

  it('warns of a role that may do more, and blocks a superuser', async () => {
    await register('unlisted', `return '{}';`);
    await database.sql(`delete from warroom.procedure where name = 'warroom.unlisted'`);
    await database.sql(`grant usage on schema shop to warroom_runner; grant update (cents) on shop.price to warroom_runner;
      grant create on schema shop to warroom_runner`);

    const { checks } = await database.target().preview();
    const superuser = at(serverAddress('postgres'), { pathname: new URL(database.url).pathname });

    expect(checks.find(({ code }) => code === 'role_too_powerful')).toEqual({
      code: 'role_too_powerful',
      level: 'warn',
      text:
        'The role warroom_runner may do more than run procedures: write shop.price directly; ' +
        'run warroom.unlisted, which is not registered; create objects in shop. Take that away.',
    });
    expect(await blocks({ url: superuser })).toEqual(['role_superuser']);
  });

  it('names each grant that is missing', async () => {
    const role = `runner_${randomBytes(4).toString('hex')}`;
    await database.sql(`create role ${role} login password 'canary-secret'`);
    const missing = async () =>
      (await database.target({ url: at(database.url, { username: role, password: 'canary-secret' }) }).check()).missing;
    try {
      const tables = ['grant select on warroom.procedure', 'grant select on warroom.operation'];
      expect(await missing()).toEqual(['grant usage on schema warroom', ...tables]);
      await database.sql(`grant usage on schema warroom to ${role}; grant select on warroom.procedure to ${role}`);
      expect(await missing()).toEqual(['grant select on warroom.operation']);
      await database.sql(`grant select on warroom.operation to ${role}`);
      expect(await missing()).toEqual(['grant execute on function warroom.revert_prices(jsonb, boolean, text, integer)']);
      await database.sql(`grant execute on function warroom.revert_prices to ${role}`);
      expect(await missing()).toEqual([]);
    } finally {
      await database.sql(`drop owned by ${role}; drop role ${role}`);
    }
  });

  it('says which of its places is not there, without its secret', async () => {
    const gone = database.target({ url: at(database.url, { port: '1' }) });
    const elsewhere = database.target({ url: at(database.url, { pathname: '/nowhere' }) });
    const errors = [await failure(gone.preview()), await failure(elsewhere.preview())];

    expect(errors).toMatchObject([{ kind: 'unavailable' }, { kind: 'not_found' }]);
    expect(await gone.check()).toMatchObject({ ok: false });
    expect(errors.map(({ message }) => message).join(' ')).not.toContain('canary-secret');
    for (const { message } of errors) expect(message.length).toBeLessThanOrEqual(200);
    expect((await database.target({ procedure: 'shop.nothing' }).check()).missing).toContain('grant usage on schema shop');
  });
});
