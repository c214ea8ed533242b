-- What the worker says of the outboxes that it had captured and of their consumers. An outbox without a row was
-- never captured.
create table events (
  kind text not null check (kind in ('outbox', 'consumer')),
  name text not null,
  state text not null,
  detail jsonb not null default '{}',
  reported_at timestamptz not null default clock_timestamp(),
  primary key (kind, name)
);
