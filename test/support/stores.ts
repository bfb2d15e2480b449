// The store by itself, on each database it runs on: what holds on one must hold on the other.
import { afterAll, beforeAll, describe } from '@jest/globals';
import type { Kysely } from 'kysely';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { incident, type KnownIncident } from '../../src/domain/incident.ts';
import { rollback } from '../../src/domain/rollback.ts';
import { createExecute } from '../../src/execute.ts';
import type { Execute, Ledger, Outbox, Queries, Save, StoredJob } from '../../src/ports.ts';
import { openEmbedded } from '../../src/store/embedded.ts';
import { createLedger } from '../../src/store/ledger.ts';
import { migrate } from '../../src/store/migrations.ts';
import { createOutbox } from '../../src/store/outbox.ts';
import { openPostgres, type OpenDatabase } from '../../src/store/postgres.ts';
import { createQueries } from '../../src/store/queries.ts';
import type { Database } from '../../src/store/schema.ts';
import { copyTemplate } from './house.ts';
import { describeLane } from './lanes.ts';
import { declare, request, start } from './samples.ts';
import { claimServers } from './servers.ts';

export interface TestStore {
  db: Kysely<Database>;
  ledger: Ledger;
  queries: Queries;
  execute: Execute;
  /** Jobs that workers were woken for, oldest first. */
  woken: StoredJob[];
  outbox: (leaseMs?: number) => Outbox;
  /** An incident of its own for a test; its id. */
  declared: () => Promise<string>;
  /** A requested rollback of a service that no other test uses; its id. */
  requested: (incidentId: string, part?: Partial<Parameters<typeof request>[1]>) => Promise<string>;
}

/** Everything that goes through `execute`, over an open database. */
function storeOver(db: Kysely<Database>): TestStore {
  const ledger = createLedger(db, () => start);
  const woken: StoredJob[] = [];
  const execute = createExecute({ ledger, wake: { push: (jobs) => void woken.push(...jobs) } });
  return {
    db,
    ledger,
    queries: createQueries(db),
    execute,
    woken,
    outbox: (leaseMs = 15_000) => createOutbox(db, { leaseMs }),
    declared: async () => (await execute(incident, `inc_${randomUUID()}`, declare())).id,
    requested: async (incidentId, part) => (await execute(rollback, `rb_${randomUUID()}`, request(incidentId, part))).id,
  };
}

/** Runs the body on the embedded database and on PostgreSQL. */
export function onEachStore(title: string, body: (store: () => TestStore) => void): void {
  describe(`${title}, embedded`, () => {
    suite(openCopy, body);
  });
  describeLane(['redis', 'postgres'], `${title}, on PostgreSQL`, () => suite(openServer, body));
}

/** Runs the body on PostgreSQL alone: for what costs too much to be done twice. */
export function onServerStore(title: string, body: (store: () => TestStore) => void): void {
  describeLane(['redis', 'postgres'], title, () => suite(openServer, body));
}

/** Stores under the door: what `execute` would, without its decisions. `before` runs when all is written and nothing is committed. */
export function saveRaw(
  ledger: Ledger,
  incidentId: string,
  { before, ...part }: Partial<Pick<Save, 'events' | 'jobs' | 'inboxKey'>> & { before?: () => Promise<void> },
): Promise<StoredJob[]> {
  return ledger.transact(async (tx) => {
    const { loaded, head } = await tx.load('incident', incidentId, undefined);
    if (!loaded) throw new Error(`there is no ${incidentId}`);
    const state = loaded.state as KnownIncident;
    const common = { entity: 'incident', id: incidentId, incidentId, version: loaded.version, state, head, events: [], jobs: [] } as const;
    const written = await tx.save({ ...common, ...part });
    await before?.();
    return written;
  });
}

interface Opened {
  database: OpenDatabase;
  close: () => Promise<void>;
}

function suite(open: () => Promise<Opened>, body: (store: () => TestStore) => void): void {
  const now: { opened?: Opened; store?: TestStore } = {};
  beforeAll(async () => {
    now.opened = await open();
    await migrate(now.opened.database.db);
    now.store = storeOver(now.opened.database.db);
  }, 60_000);
  afterAll(async () => now.opened?.close());
  body(() => {
    if (!now.store) throw new Error('the store did not open');
    return now.store;
  });
}

async function openCopy(): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'warroom-store-'));
  const database = await openEmbedded(copyTemplate(join(folder, 'data')));
  const close = async (): Promise<void> => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { database, close };
}

/** An empty PostgreSQL database that goes away again. */
export async function openServer(): Promise<Opened & { url: string }> {
  const servers = await claimServers();
  const database = openPostgres(servers.databaseUrl, { onError: () => undefined });
  const close = async (): Promise<void> => {
    await database.close();
    await servers.release();
  };
  return { database, close, url: servers.databaseUrl };
}
