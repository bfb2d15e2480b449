-- What Warroom needs in a database it may change: a list of procedures, a log of what was run, and a role that can do nothing else.
-- Run it once, as an owner of the database: psql -v ON_ERROR_STOP=1 -f warroom.sql. Running it again changes nothing.
-- docs/database.md explains it.

begin;

-- Owns the procedures and has the rights that they need. Nobody can log in as it.
do $$ begin
  create role warroom_owner nologin;
exception when duplicate_object or unique_violation then null;
end $$;

-- Warroom logs in as this one. Give it a password: alter role warroom_runner password '…';
do $$ begin
  create role warroom_runner login noinherit nosuperuser nocreatedb nocreaterole connection limit 10;
exception when duplicate_object or unique_violation then null;
end $$;

create schema if not exists warroom authorization warroom_owner;
-- Before PostgreSQL 15 everybody may create objects in public; the runner must not.
revoke create on schema public from public;

-- The procedures that may be run. A function that is not listed here is never called.
create table if not exists warroom.procedure (
  name text primary key check (name ~ '^[a-z_][a-z0-9_]{0,62}\.[a-z_][a-z0-9_]{0,62}$'),
  class text not null check (class in ('logical-reversion', 'flag-off-path', 'forward-fix', 'schema-down', 'restore')),
  description text not null,
  -- Type by name: string, number or boolean; with a ? behind it when it may be left out. {"tag": "string", "above": "number?"}
  parameters jsonb not null default '{}' check (jsonb_typeof(parameters) = 'object'),
  -- Which parameter takes the id of an operation to revert that one; empty when there is no way back.
  undo_parameter text,
  -- May it run without a person at a terminal, and when was that last tried out? Both matter for schema-down.
  automated boolean not null default false,
  drilled_at timestamptz
);

-- What was run. The row is written in the same transaction as the change: it is there exactly if the change is.
create table if not exists warroom.operation (
  operation_id text primary key check (operation_id <> '' and length(operation_id) <= 200),
  procedure text not null references warroom.procedure (name),
  parameters jsonb not null,
  result jsonb not null,
  at timestamptz not null default clock_timestamp()
);
create index if not exists operation_by_procedure on warroom.operation (procedure, at desc);

-- For the beginning of a procedure: the result of this operation if it was run before, else nothing. A second caller waits for the first.
create or replace function warroom.earlier_result(operation text, called text, p jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  earlier warroom.operation;
begin
  perform pg_advisory_xact_lock(hashtextextended('warroom:' || operation, 0));
  select * into earlier from warroom.operation o where o.operation_id = operation;
  if not found then return null; end if;
  if earlier.procedure <> called or earlier.parameters <> p then
    raise exception 'the operation % was something else: % %', operation, earlier.procedure, earlier.parameters using errcode = 'WR002';
  end if;
  return earlier.result;
end $$;

-- For the end of a procedure: notes what was done.
create or replace function warroom.note_result(operation text, called text, p jsonb, result jsonb) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  insert into warroom.operation (operation_id, procedure, parameters, result) values (operation, called, p, result);
$$;

alter table warroom.procedure owner to warroom_owner;
alter table warroom.operation owner to warroom_owner;
alter function warroom.earlier_result(text, text, jsonb) owner to warroom_owner;
alter function warroom.note_result(text, text, jsonb, jsonb) owner to warroom_owner;

revoke all on all tables in schema warroom from public;
revoke all on all functions in schema warroom from public;
grant usage on schema warroom to warroom_runner;
grant select on warroom.procedure, warroom.operation to warroom_runner;

commit;
