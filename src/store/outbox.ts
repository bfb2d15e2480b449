import type { Kysely, RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { ClaimedJob, Fence, Outbox, Repetition, StoredJob } from '../ports.ts';
import { violated } from './database.ts';
import type { Database } from './schema.ts';

const open = sql`done_at is null and parked_at is null`;

/** Nothing older of the same order is still to do: posts of one room keep their order, and one card is never drawn twice at once. */
const itsTurn = sql`not exists (
  select 1 from outbox older where older.order_key = outbox.order_key and older.id < outbox.id
    and older.done_at is null and older.parked_at is null)`;

/** The row, while this worker still holds it. */
const mine = ({ jobId, token }: Fence) => sql`id = ${jobId} and fence = ${token} and ${open}`;

/** Leases are by the database's clock alone: the clocks of workers may differ. */
export function createOutbox(db: Kysely<Database>, { leaseMs }: { leaseMs: number }): Outbox {
  const lease = sql`clock_timestamp() + make_interval(secs => ${leaseMs / 1000})`;

  /** Writes the end of a try, then names the job of the same order that this one was in front of. */
  const settle: Settle = async (fence, change) => {
    const { rows } = await sql<{
      order_key: string;
    }>`update outbox set claimed_until = null, ${change} where ${mine(fence)} returning order_key`.execute(db);
    const [row] = rows;
    if (row === undefined) return undefined;
    const next = await sql<Row>`
      select id, kind, due_at from outbox where order_key = ${row.order_key} and ${open} order by id limit 1`.execute(db);
    return next.rows.map(stored)[0];
  };

  return {
    claim: async (jobId, now) => {
      const { rows } = await sql<ClaimRow>`
        update outbox set fence = fence + 1, claims = claims + 1, claimed_until = ${lease}, hurried = false
        where id = ${jobId} and ${open} and due_at <= ${now} and (claimed_until is null or claimed_until < clock_timestamp()) and ${itsTurn}
        returning kind, payload, attempts, claims, fence`.execute(db);
      return rows.map(({ fence, claims, ...row }): ClaimedJob => ({ ...row, jobId, token: fence, claims: claims - 1 }))[0];
    },
    renew: async (fence) => {
      const { numAffectedRows } = await sql`update outbox set claimed_until = ${lease} where ${mine(fence)}`.execute(db);
      return (numAffectedRows ?? 0n) > 0n;
    },
    finish: (fence) => settle(fence, sql`done_at = now(), failure = null`),
    // Times are whole milliseconds in the table; a fraction would be refused, and the job only taken up again when its lease has ended.
    again: (fence, at, why) => putBack({ db, settle }, fence, { ...why, at: Math.round(at) }),
    park: (fence, reason) => settle(fence, sql`parked_at = now(), attempts = attempts + 1, failure = ${reason}`),
    hurry: (job, now) => hurry(db, job, now),
    due: async (now, limit) => {
      const { rows } = await sql<Row>`
        select id, kind, due_at from outbox
        where ${open} and due_at <= ${now} and (claimed_until is null or claimed_until < clock_timestamp()) and ${itsTurn}
        order by due_at, id limit ${limit}`.execute(db);
      return rows.map(stored);
    },
    counts: (now) => counts(db, now),
  };
}

type Settle = (fence: Fence, change: RawBuilder<unknown>) => Promise<StoredJob | undefined>;

/** How often a newer one may come in between before the try is left to its lease. */
const replacements = 5;

/**
 * A newer drawing of the same card may wait already. The older one does its work too, and not the other way round: only it knows that
 * an earlier try may have gone through, and what was ordered behind it must not overtake it.
 */
async function putBack(
  { db, settle }: { db: Kysely<Database>; settle: Settle },
  fence: Fence,
  { at, failure, soonest }: Repetition & { at: number },
): Promise<StoredJob | undefined> {
  // A planned repetition is no failure, and says that the worker lived: the count of claims starts anew.
  const change =
    failure === undefined
      ? sql`${planned(at, soonest)}, claims = 0, attempts = 0`
      : sql`due_at = ${at}, soonest = null, attempts = attempts + 1, failure = ${failure}`;
  for (let round = 1; ; round += 1) {
    try {
      return await settle(fence, change);
    } catch (error) {
      if (round === replacements || !violated(error, 'outbox_waiting')) throw error;
      await replaceNewer(db, fence);
    }
  }
}

/** News that came while it ran may be younger than what it saw. */
function planned(at: number, soonest: number | undefined): RawBuilder<unknown> {
  if (soonest === undefined) return sql`due_at = ${at}, soonest = null`;
  const early = Math.min(at, Math.round(soonest));
  return sql`due_at = case when hurried then ${early}::bigint else ${at}::bigint end, soonest = ${early}`;
}

/** Only what said how soon it may run is brought forward: others wait because they were told to, by a provider for instance. */
async function hurry(db: Kysely<Database>, { kind, order }: Parameters<Outbox['hurry']>[0], now: number): Promise<StoredJob[]> {
  const held = sql`coalesce(claimed_until >= clock_timestamp(), false)`;
  const early = sql`greatest(${now}::bigint, soonest)`;
  const { rows } = await sql<Row & { hurried: boolean }>`
    update outbox set hurried = ${held}, due_at = case when ${held} then due_at else ${early} end
    where order_key = ${order} and kind = ${kind} and ${open} and (${held} or (soonest is not null and due_at > ${early}))
    returning id, kind, due_at, hurried`.execute(db);
  return rows.filter(({ hurried }) => !hurried).map(stored);
}

async function replaceNewer(db: Kysely<Database>, { jobId, token }: Fence): Promise<void> {
  await sql`
    update outbox newer set done_at = now(), failure = 'replaced by the older one' from outbox older
    where older.id = ${jobId} and older.fence = ${token} and newer.dedupe_key = older.dedupe_key and newer.id <> older.id
      and newer.claimed_until is null and newer.done_at is null and newer.parked_at is null`.execute(db);
}

async function counts(db: Kysely<Database>, now: number): ReturnType<Outbox['counts']> {
  const { rows } = await sql<{ waiting: string; due: string; parked: string; oldest: string | null }>`
    select count(*) filter (where ${open}) as waiting, count(*) filter (where ${open} and due_at <= ${now}) as due,
      count(*) filter (where parked_at is not null) as parked,
      min(due_at) filter (where ${open} and due_at <= ${now}) as oldest
    from outbox where done_at is null`.execute(db);
  const [row] = rows;
  const oldest = row?.oldest ?? undefined;
  return {
    waiting: Number(row?.waiting ?? 0),
    due: Number(row?.due ?? 0),
    parked: Number(row?.parked ?? 0),
    oldestDueMs: oldest === undefined ? 0 : now - Number(oldest),
  };
}

interface Row {
  id: string | number;
  kind: StoredJob['kind'];
  due_at: string | number;
}

interface ClaimRow {
  kind: ClaimedJob['kind'];
  payload: unknown;
  attempts: number;
  claims: number;
  fence: number;
}

const stored = ({ id, kind, due_at }: Row): StoredJob => ({ id: String(id), kind, dueAt: Number(due_at) });
