import type { Kysely, Transaction } from 'kysely';
import { sql } from 'kysely';
import type { LiveRollback } from '../domain/decider.ts';
import type { KnownIncident } from '../domain/incident.ts';
import { placesOf } from '../domain/plan.ts';
import { liveStatuses } from '../domain/rollback.ts';
import type { UserId } from '../domain/words.ts';
import { rollbackName } from '../domain/words.ts';
import { canonical, sha256 } from '../lib/canonical.ts';
import type { ChainHead, EntityKind, Fence, Ledger, LedgerTransaction, Locked, Save, StoredJob } from '../ports.ts';
import { DuplicateInput, LiveConflict } from '../ports.ts';
import { ask, inTransaction, violated } from './database.ts';
import type { Database } from './schema.ts';

type Tx = Transaction<Database>;

/** Statuses of rollbacks that keep their incident open, as SQL. */
const underWay = ['requested', ...liveStatuses].map((status) => `'${status}'`).join(', ');

const genesis: ChainHead = { seq: 0, hash: '' };

/** Facts, folded state and caused jobs in one PostgreSQL transaction. */
export function createLedger(db: Kysely<Database>, now: () => number): Ledger {
  return {
    transact: (work) => inTransaction(db, (tx) => work(transaction(tx, now))),
    outcome: async (inboxKey) => {
      const row = await db.selectFrom('inbox').select('entity_id').where('key', '=', inboxKey).executeTakeFirst();
      return row && { entityId: row.entity_id };
    },
  };
}

function transaction(tx: Tx, now: () => number): LedgerTransaction {
  return {
    load: (entity, id, incidentId) => (entity === 'incident' ? loadIncident(tx, id) : loadRollback(tx, id, incidentId)),
    nextNumber: (entity) => nextNumber(tx, entity),
    glassBroken: (user, since) => glassBroken(tx, user, since),
    holds: (fence) => holds(tx, fence),
    save: (save) => store(tx, save, now()),
  };
}

interface IncidentRow {
  state: KnownIncident;
  version: number;
  head_seq: number;
  head_hash: string;
}

const lockedIncident = 'select state, version, head_seq, head_hash from incident where id = $1 for update';
const liveOf = `select 'RB-' || number as rollback, status from rollback where incident_id = $1 and status in (${underWay}) order by number`;

/**
 * Its rollbacks cannot change while the incident's row is locked. They are a question of their own, sent along with the first: one that
 * waited for the lock would see them as they were before it waited.
 */
async function loadIncident(tx: Tx, id: string): Promise<Locked> {
  const [[row], live] = await Promise.all([ask<IncidentRow>(tx, lockedIncident, [id]), ask<LiveRollback>(tx, liveOf, [id])]);
  if (!row) return { loaded: undefined, head: genesis, around: {} };
  const loaded = { state: row.state, version: row.version, incidentId: id };
  return { loaded, head: { seq: row.head_seq, hash: row.head_hash }, around: { live } };
}

/** The incident's row is locked first, always: it holds the chain that every fact joins, and one order of locks cannot deadlock. */
async function loadRollback(tx: Tx, id: string, incidentId: string | undefined): Promise<Locked> {
  const { rows } = await sql<ChainRow>`
    select id as incident_id, head_seq, head_hash, number, status, state -> 'roles' as roles from incident
    where id = coalesce((select incident_id from rollback where id = ${id}), ${incidentId ?? ''}) for update`.execute(tx);
  const [chain] = rows;
  if (!chain) return { loaded: undefined, head: genesis, around: {} };
  const row = await tx.selectFrom('rollback').select(['state', 'version']).where('id', '=', id).executeTakeFirst();
  const head = { seq: chain.head_seq, hash: chain.head_hash };
  const loaded = row && { state: row.state, version: row.version, incidentId: chain.incident_id };
  const over = chain.status === 'resolved' ? { incidentOver: { number: chain.number, status: chain.status } } : {};
  const asked = loaded ? {} : { asked: await requestsOf(tx, chain.incident_id) };
  return { loaded, head, around: { roles: chain.roles, ...over, ...asked } };
}

/** Two people ask for the same at once: under the lock, the second one sees the first. */
async function requestsOf(tx: Tx, incidentId: string): Promise<{ rollback: string; service: string; environment: string }[]> {
  const requested = tx.selectFrom('rollback').select(['number', 'service', 'environment']);
  const rows = await requested.where('incident_id', '=', incidentId).where('status', '=', 'requested').execute();
  return rows.map(({ number, ...place }) => ({ ...place, rollback: rollbackName(number) }));
}

interface ChainRow {
  head_seq: number;
  head_hash: string;
  incident_id: string;
  number: number;
  status: string;
  roles: KnownIncident['roles'];
}

async function nextNumber(tx: Tx, entity: EntityKind): Promise<number> {
  const increment = sql<number>`value + 1`;
  const row = await tx
    .updateTable('counter')
    .set({ value: increment })
    .where('entity', '=', entity)
    .returning('value')
    .executeTakeFirstOrThrow();
  return row.value;
}

/** Counted over all incidents; the lock makes two break-glasses of one person follow one another. */
async function glassBroken(tx: Tx, user: UserId, since: number): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`glass:${user}`}, 0))`.execute(tx);
  const { rows } = await sql<{ times: string | number }>`
    select count(*) as times from fact
    where event ->> 'type' = 'rollback.glass-broken' and event ->> 'by' = ${user} and at > ${since}`.execute(tx);
  return Number(rows[0]?.times ?? 0);
}

async function holds(tx: Tx, { jobId, token }: Fence): Promise<boolean> {
  const { rows } = await sql`select 1 from outbox where id = ${jobId} and fence = ${token} and done_at is null for share`.execute(tx);
  return rows.length > 0;
}

/**
 * One statement: the round trips of a click do not grow with what it causes. A waiting job of the same key is not only left alone
 * but locked until we commit: a worker that took it just now would read the state from before, and nobody would draw ours.
 */
async function store(tx: Tx, save: Save, now: number): Promise<StoredJob[]> {
  const facts = chained(save);
  const head = facts.at(-1) ?? { seq: save.head.seq, hash: save.head.hash };
  const jobs = save.jobs.map(({ kind, payload, order, dedupe, dueAt }) => ({
    kind,
    payload,
    order_key: order,
    dedupe_key: dedupe ?? null,
    due_at: dueAt ?? now,
  }));
  try {
    const { rows } = await sql<StoredRow>`
      with entity as (${entityRow(save, head)}),
      chain as (${chainRow(save, head)}),
      places as (${placeRows(save)}),
      seen as (insert into inbox (key, entity_id) select ${save.inboxKey ?? ''}, ${save.id} where ${save.inboxKey ?? ''} <> ''),
      facts as (
        insert into fact (incident_id, seq, entity, entity_id, event, at, hash)
        select ${save.incidentId}, f.seq, ${save.entity}, ${save.id}, f.event, f.at, f.hash
        from jsonb_to_recordset(${JSON.stringify(facts)}::jsonb) as f(seq integer, event jsonb, at bigint, hash text))
      insert into outbox (kind, payload, order_key, dedupe_key, due_at)
      select j.kind, j.payload, j.order_key, j.dedupe_key, j.due_at
      from jsonb_to_recordset(${JSON.stringify(jobs)}::jsonb) as j(kind text, payload jsonb, order_key text, dedupe_key text, due_at bigint)
      on conflict (dedupe_key) where dedupe_key is not null and claimed_until is null and done_at is null and parked_at is null
      do update set dedupe_key = excluded.dedupe_key
      returning id, kind, due_at`.execute(tx);
    return rows.map(({ id, kind, due_at }) => ({ id: String(id), kind, dueAt: Number(due_at) }));
  } catch (error) {
    if (violated(error, 'inbox_pkey')) throw new DuplicateInput('this input was recorded before', { cause: error });
    if (violated(error, 'live_place_pkey')) throw new LiveConflict('another rollback is under way', { cause: error });
    throw error;
  }
}

interface StoredRow {
  id: string | number;
  kind: StoredJob['kind'];
  due_at: string | number;
}

function chained({ incidentId, events, head }: Save): { seq: number; event: unknown; at: number; hash: string }[] {
  let { seq, hash } = head;
  return events.map((event) => {
    seq += 1;
    hash = linkHash(hash, { incidentId, seq, event });
    return { seq, event, at: event.at, hash };
  });
}

/** A fact's hash covers the one before: changing or removing any of them shows. */
export const linkHash = (previous: string, fact: { incidentId: string; seq: number; event: unknown }): string =>
  sha256(`${previous}|${fact.incidentId}|${fact.seq}|${canonical(fact.event)}`);

function entityRow(save: Save, head: ChainHead) {
  const { id, incidentId, version, state } = save;
  const json = JSON.stringify(state);
  if ('plan' in state) {
    return version === 0
      ? sql`insert into rollback (id, number, incident_id, version, status, service, environment, state)
            values (${id}, ${state.number}, ${incidentId}, 1, ${state.status}, ${state.plan.service}, ${state.plan.environment}, ${json}::jsonb)`
      : sql`update rollback set version = version + 1, status = ${state.status}, state = ${json}::jsonb where id = ${id}`;
  }
  const room = state.room?.id ?? null;
  return version === 0
    ? sql`insert into incident (id, number, version, status, room, state, head_seq, head_hash)
          values (${id}, ${state.number}, 1, ${state.status}, ${room}, ${json}::jsonb, ${head.seq}, ${head.hash})`
    : sql`update incident set version = version + 1, status = ${state.status}, room = ${room}, state = ${json}::jsonb,
          head_seq = ${head.seq}, head_hash = ${head.hash} where id = ${id}`;
}

/** Every place a live rollback touches is its own: of two that meet anywhere, the second is refused, whatever else went wrong. */
function placeRows({ id, state }: Save) {
  if (!('plan' in state)) return sql`select 1`;
  if (!(liveStatuses as readonly string[]).includes(state.status)) return sql`delete from live_place where rollback_id = ${id}`;
  return sql`
    insert into live_place (service, environment, rollback_id)
    select distinct p.service, p.environment, ${id}
    from jsonb_to_recordset(${JSON.stringify(placesOf(state.plan))}::jsonb) as p(service text, environment text)
    where not exists (
      select 1 from live_place mine where mine.rollback_id = ${id} and mine.service = p.service and mine.environment = p.environment)
    order by 1, 2`;
}

/** A rollback's facts join its incident's chain; an incident's own row moved its head already. */
const chainRow = ({ entity, incidentId }: Save, head: ChainHead) =>
  entity === 'rollback'
    ? sql`update incident set head_seq = ${head.seq}, head_hash = ${head.hash} where id = ${incidentId}`
    : sql`select 1`;
