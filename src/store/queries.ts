import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Hold, PlacedHold } from '../domain/hold.ts';
import type { Queries, RecordedFact, StoredIncident, StoredRollback } from '../ports.ts';
import type { UserId } from '../domain/words.ts';
import { ask } from './database.ts';
import type { Database } from './schema.ts';

const incidentColumns = ['id', 'version', 'state'] as const;

/** Read questions by index; none reads a whole timeline to answer about its end. */
export function createQueries(db: Kysely<Database>): Queries {
  return { ...incidentQueries(db), ...rollbackQueries(db), ...factQueries(db), ...cardQueries(db) };
}

/** Every command in a war room begins with this question. */
const incidentById = 'select id, version, state from incident where id = $1';
const rollbackById = 'select id, version, state from rollback where id = $1';
const byRoom = 'select id, version, state from incident where room = $1';

function incidentQueries(db: Kysely<Database>) {
  const incidents = () => db.selectFrom('incident').select(incidentColumns);
  const inRoom = async (channel: string): Promise<StoredIncident | undefined> => (await ask<StoredIncident>(db, byRoom, [channel]))[0];
  // A room belongs to its incident for ever, so what was asked once need not be asked again.
  const idsByRoom = new Map<string, string>();
  return {
    incidentIdByRoom: async (channel: string): Promise<string | undefined> => {
      const id = idsByRoom.get(channel) ?? (await inRoom(channel))?.id;
      if (id !== undefined) idsByRoom.set(channel, id);
      return id;
    },
    incident: async (id: string): Promise<StoredIncident | undefined> => (await ask<StoredIncident>(db, incidentById, [id]))[0],
    incidentByNumber: (number: number): Promise<StoredIncident | undefined> => incidents().where('number', '=', number).executeTakeFirst(),
    incidentByRoom: inRoom,
    holds: async (): Promise<PlacedHold[]> => {
      const { rows } = await sql<HoldingRow>`
        select id, number, state -> 'holds' as holds from incident
        where jsonb_array_length(coalesce(state -> 'holds', '[]'::jsonb)) > 0 order by number`.execute(db);
      return rows.flatMap(({ id, number, holds }) => holds.map((hold) => ({ ...hold, incidentId: id, incident: number })));
    },
    holdingIncidents: async (): Promise<StoredIncident[]> => {
      const { rows } = await sql<StoredIncident>`
        select id, version, state from incident
        where jsonb_array_length(coalesce(state -> 'holds', '[]'::jsonb)) > 0
          or jsonb_array_length(coalesce(state -> 'closedPaths', '[]'::jsonb)) > 0 order by number`.execute(db);
      return rows;
    },
    incidents: async (ids: readonly string[]): Promise<StoredIncident[]> =>
      ids.length === 0 ? [] : incidents().where('id', 'in', ids).execute(),
    openIncidents: (): Promise<StoredIncident[]> => incidents().where('status', '<>', 'resolved').orderBy('number', 'desc').execute(),
  };
}

interface HoldingRow {
  id: string;
  number: number;
  holds: Hold[];
}

/** More than anybody can see to. */
const mostCare = 50;

function rollbackQueries(db: Kysely<Database>) {
  const rollbacks = () => db.selectFrom('rollback').select(incidentColumns);
  return {
    rollback: async (id: string): Promise<StoredRollback | undefined> => (await ask<StoredRollback>(db, rollbackById, [id]))[0],
    rollbackByNumber: (number: number): Promise<StoredRollback | undefined> => rollbacks().where('number', '=', number).executeTakeFirst(),
    rollbacksOf: (incidentId: string): Promise<StoredRollback[]> =>
      rollbacks().where('incident_id', '=', incidentId).orderBy('number').execute(),
    rollbackHistory: (service: string, limit: number, { before, plan }: { before?: number; plan?: string } = {}) => {
      let history = rollbacks().where('service', '=', service).orderBy('number', 'desc').limit(limit);
      if (before !== undefined) history = history.where('number', '<', before);
      if (plan !== undefined) history = history.where(sql`state -> 'plan' ->> 'name'`, '=', plan);
      return history.execute();
    },
    liveRollback: (service: string, environment: string): Promise<StoredRollback | undefined> =>
      db
        .selectFrom('live_place')
        .innerJoin('rollback', 'rollback.id', 'live_place.rollback_id')
        .select(['rollback.id', 'rollback.version', 'rollback.state'])
        .where('live_place.service', '=', service)
        .where('live_place.environment', '=', environment)
        .executeTakeFirst(),
    liveRollbacks: (): Promise<StoredRollback[]> =>
      rollbacks().where('id', 'in', db.selectFrom('live_place').select('rollback_id')).orderBy('number').execute(),
    openCareOf: (owner: UserId): Promise<StoredRollback[]> =>
      rollbacks()
        .where(sql`state ->> 'careOwner'`, '=', owner)
        .where(sql<boolean>`jsonb_path_exists(state, '$.care[*] ? (!exists (@.done))')`)
        .orderBy('number')
        .limit(mostCare)
        .execute(),
  };
}

function factQueries(db: Kysely<Database>) {
  const facts = (incidentId: string) => db.selectFrom('fact').selectAll().where('incident_id', '=', incidentId).orderBy('seq');
  return {
    facts: async (incidentId: string, { after = 0, limit = 1000 }: { after?: number; limit?: number } = {}): Promise<RecordedFact[]> =>
      (await facts(incidentId).where('seq', '>', after).limit(limit).execute()).map(recorded),
    fact: async (incidentId: string, seq: number): Promise<RecordedFact | undefined> => {
      const row = await facts(incidentId).where('seq', '=', seq).executeTakeFirst();
      return row && recorded(row);
    },
  };
}

interface FactRow {
  incident_id: string;
  seq: number;
  entity: RecordedFact['entity'];
  entity_id: string;
  event: RecordedFact['event'];
  at: string;
  hash: string;
}

const recorded = (row: FactRow): RecordedFact => ({
  incidentId: row.incident_id,
  seq: row.seq,
  entity: row.entity,
  entityId: row.entity_id,
  event: row.event,
  at: Number(row.at),
  hash: row.hash,
});

function cardQueries(db: Kysely<Database>): Pick<Queries, 'card' | 'saveCard'> {
  return {
    card: async (key) => {
      const row = await db.selectFrom('card').selectAll().where('key', '=', key).executeTakeFirst();
      return row && { channel: row.channel, ts: row.ts, digest: row.digest, drawnAt: Number(row.drawn_at) };
    },
    saveCard: async (key, { channel, ts, digest, drawnAt }) => {
      const row = { channel, ts, digest, drawn_at: String(drawnAt) };
      await db
        .insertInto('card')
        .values({ key, ...row })
        .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
        .execute();
    },
  };
}
