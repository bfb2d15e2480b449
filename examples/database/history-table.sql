-- An example: prices with a history, and a procedure that takes one bad change of them back. Run warroom.sql first.
-- Take it as a pattern for tables of your own; docs/database.md walks through it.

begin;

create schema if not exists shop;

create table if not exists shop.price (
  sku text primary key,
  cents integer not null check (cents >= 0)
);

-- Every state a row was in. The current one has no end; a row that was deleted has a last state without a price.
create table if not exists shop.price_history (
  version bigint generated always as identity primary key,
  sku text not null,
  cents integer,
  valid_from timestamptz not null,
  valid_to timestamptz,
  -- Who made it so: what the program that changed it put into warroom.change_tag, for example the id of a deploy or of an import.
  changed_by text not null
);
create unique index if not exists price_history_current on shop.price_history (sku) where valid_to is null;
create index if not exists price_history_by_sku on shop.price_history (sku, version desc);
create index if not exists price_history_by_tag on shop.price_history (changed_by, sku);

-- Programs say who they are before they change prices: set local warroom.change_tag = 'import-2026-11-23';
create or replace function shop.keep_price_history() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  changed_at timestamptz := clock_timestamp();
  tag text := coalesce(nullif(current_setting('warroom.change_tag', true), ''), 'unknown:' || session_user);
begin
  if tg_op = 'UPDATE' and new.sku <> old.sku then
    raise exception 'a sku is never renamed: delete it and insert the other one';
  end if;
  update shop.price_history set valid_to = changed_at where sku = coalesce(new.sku, old.sku) and valid_to is null;
  -- A row older than its history: without this state a reversion would take it for one that was not there, and delete it.
  if not found and tg_op <> 'INSERT' then
    insert into shop.price_history (sku, cents, valid_from, valid_to, changed_by)
    values (old.sku, old.cents, '-infinity', changed_at, 'before the history');
  end if;
  insert into shop.price_history (sku, cents, valid_from, changed_by) values (coalesce(new.sku, old.sku), new.cents, changed_at, tag);
  return null;
end $$;

create or replace trigger price_history_inserts_and_deletes after insert or delete on shop.price
  for each row execute function shop.keep_price_history();
-- An update that changes nothing is no change.
create or replace trigger price_history_updates after update on shop.price
  for each row when (old is distinct from new) execute function shop.keep_price_history();

-- What reverting a change comes to, row by row: what it is now, what it was before, and why it stays as it is if it does.
create or replace function shop.price_reversion(tag text)
returns table (sku text, now_cents integer, before_cents integer, skip_reason text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select touched.sku, price.cents, before.cents,
    case
      when current.changed_by <> tag then 'changed since by ' || current.changed_by
      when price.cents is distinct from current.cents then 'changed past the history'
      when price.cents is not distinct from before.cents then 'is already as before'
    end
  from (select distinct h.sku from shop.price_history h where h.changed_by = tag) touched
  join shop.price_history current on current.sku = touched.sku and current.valid_to is null
  left join shop.price on price.sku = touched.sku
  -- The newest state that somebody else made: a change in several steps goes back as one. None: the row was not there.
  left join lateral (
    select h.cents from shop.price_history h
    where h.sku = touched.sku and h.version < current.version and h.changed_by <> tag
    order by h.version desc limit 1
  ) before on true;
$$;

-- Takes back what the change with this tag did, in rows that still hold what it wrote. Its own changes are tagged with the operation's
-- id, so that it can be taken back in the same way. A dry run changes nothing and is not refused above the cap: it says how many.
create or replace function warroom.revert_prices(p jsonb, dry_run boolean, operation text, max_rows integer) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  tag constant text := p ->> 'tag';
  result jsonb;
  changed integer;
begin
  if coalesce(tag, '') = '' then
    raise exception 'revert_prices needs a tag' using errcode = 'WR003';
  end if;
  if dry_run then
    return warroom.price_reversion_result(tag);
  end if;

  result := warroom.earlier_result(operation, 'warroom.revert_prices', p);
  if result is not null then return result; end if;

  -- Locked first and looked at afterwards: what is seen below stays so until the end. Always in the same order, against deadlocks.
  perform 1 from shop.price where sku in (select h.sku from shop.price_history h where h.changed_by = tag) order by sku for update;
  result := warroom.price_reversion_result(tag);
  if (result ->> 'affected')::integer > max_rows then
    raise exception 'it would change % rows, and at most % are allowed', result ->> 'affected', max_rows using errcode = 'WR001';
  end if;

  perform set_config('warroom.change_tag', operation, true);
  -- One statement, and no temporary table: a name in pg_temp belongs to whoever calls, and this runs with the owner's rights.
  with planned as materialized (
    select r.* from shop.price_reversion(tag) r where r.skip_reason is null
  ), updated as (
    update shop.price set cents = r.before_cents from planned r
    where price.sku = r.sku and price.cents = r.now_cents and r.before_cents is not null returning 1
  ), deleted as (
    delete from shop.price using planned r where price.sku = r.sku and price.cents = r.now_cents and r.before_cents is null returning 1
  ), inserted as (
    -- A deleted row cannot be locked: whoever put it back meanwhile was first.
    insert into shop.price (sku, cents) select r.sku, r.before_cents from planned r where r.now_cents is null
    on conflict (sku) do nothing returning 1
  )
  select (select count(*) from updated) + (select count(*) from deleted) + (select count(*) from inserted) into changed;

  result := result || jsonb_build_object('affected', changed,
    'skipped', (result ->> 'skipped')::integer + (result ->> 'affected')::integer - changed);
  perform warroom.note_result(operation, 'warroom.revert_prices', p, result);
  return result;
end $$;

-- What a reversion comes to, in the form that Warroom reads: how many, which for example, and a digest of all of them.
create or replace function warroom.price_reversion_result(tag text) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  with rows as (
    select r.*, row_number() over (partition by r.skip_reason is null order by r.sku) as position from shop.price_reversion(tag) r
  )
  select jsonb_build_object(
    'affected', count(*) filter (where skip_reason is null),
    'skipped', count(*) filter (where skip_reason is not null),
    'sample', coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('key', sku, 'skipped', skip_reason))
        || jsonb_build_object('from', now_cents, 'to', before_cents) order by skip_reason is null, sku)
      -- Ten of those that stay as they are, and ten of those that go back.
      filter (where position <= 10), '[]'),
    'digest', md5(coalesce(string_agg(concat_ws('|', sku, coalesce(now_cents::text, '-'), coalesce(before_cents::text, '-')), ',' order by sku)
      filter (where skip_reason is null), '')))
  from rows;
$$;

insert into warroom.procedure (name, class, description, parameters, undo_parameter, automated)
values ('warroom.revert_prices', 'logical-reversion', 'Takes back the price changes with one tag, where nobody changed the price since',
  '{"tag": "string"}', 'tag', true)
on conflict (name) do update set class = excluded.class, description = excluded.description, parameters = excluded.parameters,
  undo_parameter = excluded.undo_parameter;

-- The owner gets the rights on the table, the runner the right to call the one procedure, and nobody else anything.
grant usage on schema shop to warroom_owner;
grant select, insert, update, delete on shop.price to warroom_owner;
grant select on shop.price_history to warroom_owner;
alter function warroom.revert_prices(jsonb, boolean, text, integer) owner to warroom_owner;
alter function warroom.price_reversion_result(text) owner to warroom_owner;
revoke all on function warroom.revert_prices(jsonb, boolean, text, integer), warroom.price_reversion_result(text),
  shop.price_reversion(text), shop.keep_price_history() from public;
grant execute on function shop.price_reversion(text) to warroom_owner;
grant execute on function warroom.revert_prices(jsonb, boolean, text, integer) to warroom_runner;

commit;
