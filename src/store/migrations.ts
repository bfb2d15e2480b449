import type { Kysely, Migration, MigrationProvider } from 'kysely';
import { Migrator, sql } from 'kysely';
import type { Database } from './schema.ts';

/** Numbered, forward only, never edited once released. Plain SQL that PostgreSQL 15 understands. */
const migrations: Record<string, Migration> = {
  '0001-the-house': {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of theHouse) await sql.raw(statement).execute(db);
    },
  },
  '0002-undoing-is-live': {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of undoingIsLive) await sql.raw(statement).execute(db);
    },
  },
  '0003-operator-tokens': {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of operatorTokens) await sql.raw(statement).execute(db);
    },
  },
  '0004-break-glass-and-holds': {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of glassAndHolds) await sql.raw(statement).execute(db);
    },
  },
  '0005-after-care': {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of afterCare) await sql.raw(statement).execute(db);
    },
  },
  '0006-live-places': {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of livePlaces) await sql.raw(statement).execute(db);
    },
  },
  '0007-hurry': {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of hurry) await sql.raw(statement).execute(db);
    },
  },
};

const theHouse = [
  `create table counter (entity text primary key, value integer not null)`,
  `insert into counter values ('incident', 0), ('rollback', 0)`,

  `create table incident (
     id text primary key, number integer not null unique, version integer not null, status text not null, room text unique,
     state jsonb not null, head_seq integer not null, head_hash text not null)`,
  `create index incident_open on incident (number) where status <> 'resolved'`,

  `create table rollback (
     id text primary key, number integer not null unique, incident_id text not null references incident, version integer not null,
     status text not null, service text not null, environment text not null, state jsonb not null)`,
  `create index rollback_of_incident on rollback (incident_id)`,
  `create index rollback_of_service on rollback (service, number desc)`,
  // Two rollbacks of one thing at once can only fight: the second is refused, whatever else went wrong.
  `create unique index rollback_live on rollback (service, environment)
     where status in ('approved', 'executing', 'verifying', 'needs human')`,

  `create table fact (
     incident_id text not null references incident, seq integer not null, entity text not null, entity_id text not null,
     event jsonb not null, at bigint not null, hash text not null, primary key (incident_id, seq))`,
  // Nothing recorded is ever lost or changed, not even by mistake from a console.
  `create function fact_is_final() returns trigger language plpgsql as $$
     begin raise exception 'facts are final: % of the timeline is not possible', tg_op; end $$`,
  `create trigger fact_is_final before update or delete on fact for each row execute function fact_is_final()`,
  `create trigger fact_is_not_truncated before truncate on fact for each statement execute function fact_is_final()`,

  `create table inbox (key text primary key, entity_id text not null, received_at timestamptz not null default now())`,
  `create index inbox_age on inbox (received_at)`,

  `create table outbox (
     id bigint generated always as identity primary key, kind text not null, payload jsonb not null, order_key text not null,
     dedupe_key text, due_at bigint not null, attempts integer not null default 0, claims integer not null default 0,
     fence integer not null default 0, claimed_until timestamptz, done_at timestamptz, parked_at timestamptz, failure text)`,
  `create index outbox_due on outbox (due_at) where done_at is null and parked_at is null`,
  `create index outbox_order on outbox (order_key, id) where done_at is null and parked_at is null`,
  // A second card drawing that would read the same state is not stored while the first one waits.
  `create unique index outbox_waiting on outbox (dedupe_key)
     where dedupe_key is not null and claimed_until is null and done_at is null and parked_at is null`,

  `create table card (key text primary key, channel text not null, ts text not null, digest text not null, drawn_at bigint not null)`,
];

/** What is being undone changes production as well: nothing else may begin beside it. */
const undoingIsLive = [
  `drop index rollback_live`,
  `create unique index rollback_live on rollback (service, environment)
     where status in ('approved', 'executing', 'compensating', 'verifying', 'needs human')`,
];

/** For the days on which Slack does not answer: keys to another way in, and what Slack last said about people. */
const operatorTokens = [
  `create table operator_token (
     id text primary key, user_id text not null, label text not null, hash text not null, created_at bigint not null,
     expires_at bigint not null, last_used_at bigint, revoked_at bigint)`,
  `create table operator_session (
     hash text primary key, token_id text not null references operator_token, expires_at bigint not null)`,
  `create table membership (
     user_id text primary key, name text not null, standing text not null, standing_at bigint not null, groups jsonb not null)`,
];

const glassAndHolds = [
  // How often somebody broke the glass lately is asked with the person waiting.
  `create index fact_glass_broken on fact ((event ->> 'by'), at) where event ->> 'type' = 'rollback.glass-broken'`,
  `create index incident_holding on incident (number) where jsonb_array_length(coalesce(state -> 'holds', '[]'::jsonb)) > 0`,
];

/** Whoever opens App Home is shown what they still see to, however many rollbacks there were. */
const afterCare = [
  `create index rollback_care on rollback ((state ->> 'careOwner'))
     where jsonb_path_exists(state, '$.care[*] ? (!exists (@.done))')`,
];

/** A plan may span services: nothing else may begin beside it in any of them. */
const livePlaces = [
  `create table live_place (
     service text not null, environment text not null, rollback_id text not null references rollback,
     primary key (service, environment))`,
  `create index live_place_of_rollback on live_place (rollback_id)`,
  `insert into live_place select service, environment, id from rollback
     where status in ('approved', 'executing', 'compensating', 'verifying', 'needs human')`,
  `drop index rollback_live`,
];

/** A job may be told that there is news: how soon it may run then, and that it came while the job ran. */
const hurry = [`alter table outbox add column soonest bigint, add column hurried boolean not null default false`];

const provider: MigrationProvider = { getMigrations: () => Promise.resolve(migrations) };

/** Brings the schema up to date. Several processes may do so at once: Kysely takes a lock, one applies, the others find nothing to do. */
export async function migrate(db: Kysely<Database>): Promise<void> {
  const { error, results } = await new Migrator({ db, provider }).migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find((result) => result.status === 'Error')?.migrationName ?? 'before the first one';
  throw new Error(`The database could not be brought up to date (${failed}). Nothing was changed.`, { cause: error });
}
