import type { PgPool } from 'bullmq';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Pool } from 'pg';
import { pipelinedPool } from './pipelined-pool.ts';
import type { Database } from './schema.ts';

export interface OpenDatabase {
  db: Kysely<Database>;
  /** What BullMQ's PostgreSQL backend connects to when there is no Redis. */
  queuePool: PgPool | undefined;
  /** Rejects when the database does not answer. */
  ping: () => Promise<void>;
  close: () => Promise<void>;
}

/** PostgreSQL by its URL. Nothing waits for ever: a query has 5 seconds, a lock 2, a connection 2. */
export function openPostgres(url: string, { onError }: { onError: (error: Error) => void }): OpenDatabase {
  const pool = new Pool({
    connectionString: url,
    max: 12,
    idleTimeoutMillis: 300_000, // a connection that is kept knows its statements already
    pipeline: true,
    connectionTimeoutMillis: 2000,
    options: '-c jit=off -c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000',
    application_name: 'warroom',
  });
  // A connection that breaks would end the process otherwise: idle ones are the pool's, those in use nobody's.
  pool.on('error', onError);
  pool.on('connect', (client) => void client.on('error', onError));
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: pipelinedPool(pool) }) });
  return { db, queuePool: undefined, ping: () => ping(db), close: () => db.destroy() };
}

/** Rejects when the database does not answer. */
export async function ping(db: Kysely<Database>): Promise<void> {
  await sql`select 1`.execute(db);
}
