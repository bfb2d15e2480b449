-- warroom: expand
create table orders (
  id bigint generated always as identity primary key,
  sku integer not null,
  cents integer not null,
  ordered_at timestamptz not null default now()
);
