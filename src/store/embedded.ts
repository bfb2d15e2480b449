import { PGlite } from '@electric-sql/pglite';
import { Kysely, PostgresDialect } from 'kysely';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { lockFolder } from './folder-lock.ts';
import { LiteSession } from './lite-session.ts';
import type { OpenDatabase } from './postgres.ts';
import { ping } from './postgres.ts';
import type { Database } from './schema.ts';

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

/** Making the folder takes some 800 MB that a process never gives back, so a short-lived child does it. */
async function makeFolder(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const pglite = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const program = 'const { PGlite } = require(process.argv[1]); PGlite.create(process.argv[2]).then((db) => db.close())';
  const child = spawn(process.execPath, ['-e', program, pglite, folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve));
  if (code !== 0) throw new Error(`The data folder ${folder} could not be made (exit code ${code ?? 'none'}).`);
}
