import { afterAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { migrate } from '../../../src/store/migrations.ts';
import { openPostgres } from '../../../src/store/postgres.ts';
import type { Database } from '../../../src/store/schema.ts';
import { describeLane } from '../../support/lanes.ts';
import { onEachStore, openServer } from '../../support/stores.ts';

type Column = 'text' | 'text?' | 'integer' | 'bigint' | 'bigint?' | 'boolean' | 'jsonb' | 'timestamp' | 'timestamp?';

/** What schema.ts tells the compiler. A table or column that is missing or too many here does not compile. */
const tables: { [Table in keyof Database]: Record<keyof Database[Table], Column> } = {
  counter: { entity: 'text', value: 'integer' },
  incident: {
    id: 'text',
    number: 'integer',
    version: 'integer',
    status: 'text',
    room: 'text?',
    state: 'jsonb',
    head_seq: 'integer',
    head_hash: 'text',
  },
  rollback: {
    id: 'text',
    number: 'integer',
    incident_id: 'text',
    version: 'integer',
    status: 'text',
    service: 'text',
    environment: 'text',
    state: 'jsonb',
  },
  fact: { incident_id: 'text', seq: 'integer', entity: 'text', entity_id: 'text', event: 'jsonb', at: 'bigint', hash: 'text' },
  live_place: { service: 'text', environment: 'text', rollback_id: 'text' },
  inbox: { key: 'text', entity_id: 'text', received_at: 'timestamp' },
  outbox: {
    id: 'bigint',
    kind: 'text',
    payload: 'jsonb',
    order_key: 'text',
    dedupe_key: 'text?',
    due_at: 'bigint',
    attempts: 'integer',
    claims: 'integer',
    fence: 'integer',
    claimed_until: 'timestamp?',
    done_at: 'timestamp?',
    parked_at: 'timestamp?',
    failure: 'text?',
    soonest: 'bigint?',
    hurried: 'boolean',
  },
  card: { key: 'text', channel: 'text', ts: 'text', digest: 'text', drawn_at: 'bigint' },
  operator_token: {
    id: 'text',
    user_id: 'text',
    label: 'text',
    hash: 'text',
    created_at: 'bigint',
    expires_at: 'bigint',
    last_used_at: 'bigint?',
    revoked_at: 'bigint?',
  },
  operator_session: { hash: 'text', token_id: 'text', expires_at: 'bigint' },
  membership: { user_id: 'text', name: 'text', standing: 'text', standing_at: 'bigint', groups: 'jsonb' },
};

onEachStore('the tables', (store) => {
  it('are what the types say, column by column', async () => {
    const { rows } = await sql<{ table: string; column: string; type: string; nullable: string }>`
      select table_name as table, column_name as column, data_type as type, is_nullable as nullable
      from information_schema.columns where table_schema = 'public' and table_name not like 'kysely%'`.execute(store().db);
    const found: Record<string, Record<string, string>> = {};
    for (const { table, column, type, nullable } of rows) {
      const short = type.replace('timestamp with time zone', 'timestamp');
      found[table] = { ...found[table], [column]: nullable === 'YES' ? `${short}?` : short };
    }
    expect(found).toEqual(tables);
  });

  it('stay as they are when they are brought up to date once more', async () => {
    await migrate(store().db);
    const { rows } = await sql<{ count: string }>`select count(*) as count from kysely_migration`.execute(store().db);
    expect(Number(rows[0]?.count)).toBe(7);
  });
});

describeLane(['redis', 'postgres'], 'an empty database', () => {
  const cleanups: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const cleanup of cleanups.toReversed()) await cleanup();
  });

  it('is brought up to date once when four processes start at the same time', async () => {
    const { url, close } = await openServer();
    cleanups.push(close);
    const databases = Array.from({ length: 4 }, () => openPostgres(url, { onError: () => undefined }));
    cleanups.push(...databases.map((database) => database.close));
    await Promise.all(databases.map(({ db }) => migrate(db)));

    const [first] = databases;
    if (!first) throw new Error('none');
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(first.db);
    expect(rows.map(({ name }) => name)).toEqual([
      '0001-the-house',
      '0002-undoing-is-live',
      '0003-operator-tokens',
      '0004-break-glass-and-holds',
      '0005-after-care',
      '0006-live-places',
      '0007-hurry',
    ]);
    expect(await first.db.selectFrom('counter').select('value').execute()).toEqual([{ value: 0 }, { value: 0 }]);
  });
});
