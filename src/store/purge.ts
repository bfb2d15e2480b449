import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Purge } from '../ports.ts';
import type { Database } from './schema.ts';

/** Slack repeats an input for an hour at most; the rest of the week is for people who look into what happened. */
const keptDays = 7;

/** By the database's clock alone. Several processes may purge at once: rows that one has locked the others leave to it. */
export function createPurge(db: Kysely<Database>): Purge {
  return async (limit) => {
    const inputs = await removeInputs(db, limit);
    const jobs = await removeJobs(db, limit);
    return { inputs, jobs };
  };
}

const cutoff = sql`now() - make_interval(days => ${sql.lit(keptDays)})`;

async function removeInputs(db: Kysely<Database>, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from inbox where key = any(array(
      select key from inbox where received_at < ${cutoff} order by received_at limit ${limit} for update skip locked))`.execute(db);
  return Number(numAffectedRows ?? 0n);
}

/**
 * Walks from the lowest number instead of by an index over ends, which every job would have to pay for. Jobs that waited long before
 * they were done stand in front of older ends for at most as long as they are kept themselves. A parked job is not done, and stays.
 */
async function removeJobs(db: Kysely<Database>, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from outbox where id = any(array(
      select id from (
        select id, done_at from outbox where done_at is not null order by id limit ${limit} for update skip locked) as first
      where done_at < ${cutoff}))`.execute(db);
  return Number(numAffectedRows ?? 0n);
}
