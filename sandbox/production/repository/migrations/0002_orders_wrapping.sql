-- The gift wrap option. Older versions neither write nor read it.
alter table orders add column wrapping text;
