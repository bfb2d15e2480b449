import { PGlite } from '@electric-sql/pglite';
import type { PgPool } from 'bullmq';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import pg from 'pg';
import { lockFolder } from './folder-lock.ts';
import { LiteSession } from './lite-session.ts';
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
  const pool = new pg.Pool({
    connectionString: url,
    max: 20,
    connectionTimeoutMillis: 2000,
    options: '-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000',
    application_name: 'warroom',
  });
  pool.on('error', onError); // an idle connection that breaks would end the process otherwise
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  return { db, queuePool: undefined, ping: () => ping(db), close: () => db.destroy() };
}

/** The embedded PostgreSQL for trying out: one process, one folder, no fsync. @throws FolderInUse */
export async function openEmbedded(folder: string): Promise<OpenDatabase> {
  const unlock = lockFolder(folder);
  try {
    if (!existsSync(`${folder}/PG_VERSION`)) await makeFolder(folder);
    // int8 as text, as node-postgres gives it.
    const lite = await PGlite.create(folder, { parsers: { 20: (value) => value } });
    const session = new LiteSession(lite);
    const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: session.kyselyPool() }) });
    const close = async (): Promise<void> => {
      await db.destroy();
      unlock();
    };
    return { db, queuePool: session.bullPool(), ping: () => ping(db), close };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function ping(db: Kysely<Database>): Promise<void> {
  await sql`select 1`.execute(db);
}

/** Making the folder takes some 800 MB that a process never gives back, so a short-lived child does it. */
async function makeFolder(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const pglite = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const program = 'const { PGlite } = require(process.argv[1]); PGlite.create(process.argv[2]).then((db) => db.close())';
  const child = spawn(process.execPath, ['-e', program, pglite, folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve));
  if (code !== 0) throw new Error(`The data folder ${folder} could not be made (exit code ${code ?? 'none'}).`);
}
