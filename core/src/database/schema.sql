-- What the toolkit keeps in each database that a slice may live in. Applied again and again: each
-- statement leaves alone what is there.
create schema if not exists strangler;

-- Whether applications may write a slice's tables here. `shared` has no meaning: a role needs the right to
-- update some column to lock a row FOR SHARE, and appliers get it on this one.
create table if not exists strangler.fence (
  slice text primary key,
  epoch bigint not null,
  fenced boolean not null,
  shared boolean
);

-- Barriers and heartbeats are written on the side that a stream reads from.
create table if not exists strangler.barrier (
  slice text primary key,
  id uuid not null,
  epoch bigint not null
);

create table if not exists strangler.heartbeat (
  one boolean primary key default true check (one),
  beat bigint not null default 0
);
insert into strangler.heartbeat default values on conflict do nothing;

-- How far each stream into this database has been applied; written in the transactions that apply it.
create table if not exists strangler.position (
  stream text primary key,
  slice text not null,
  -- System id, timeline and log that the place is in.
  source jsonb not null,
  place text not null,
  beat bigint not null default 0,
  barrier_epoch bigint not null default 0
);

-- How far each table's first copy has come: the last key, as an array of texts.
create table if not exists strangler.copied (
  stream text not null,
  source_table text not null,
  last_key text[],
  rows bigint not null default 0,
  done boolean not null default false,
  primary key (stream, source_table)
);

-- Changes of streams into this database that it refused, and what has to wait behind them; written in the
-- transactions that move the position past them. The rows are the source's.
create table if not exists strangler.dead_letter (
  id bigint generated always as identity primary key,
  stream text not null,
  slice text not null,
  -- The owner's epoch when it was parked.
  epoch bigint not null,
  source_table text not null,
  target_table text not null,
  kind text not null check (kind in ('put', 'delete', 'rekey')),
  -- The row's key, as texts; of a change of the key the former one, and the new one besides.
  key text[] not null,
  new_key text[],
  -- Each column that was logged, as the text that Postgres prints, or null; of a delete nothing.
  row json,
  reason text not null check (reason in ('refused', 'behind')),
  sqlstate text,
  message text,
  constraint_name text,
  -- The change stands in the log behind this place.
  place text not null,
  -- Low 32 bits of the source's transaction id.
  xid bigint,
  parked_at timestamptz not null default clock_timestamp(),
  -- How often it was replayed in vain.
  attempts integer not null default 0,
  -- Given up: it holds nothing back any more and is never applied.
  discarded_at timestamptz,
  discarded_why text
);
create index if not exists dead_letter_waiting_idx on strangler.dead_letter (stream, id) where discarded_at is null;

-- Consumers that remember here which events they handled, as they last said of themselves.
create table if not exists strangler.consumer (
  name text primary key,
  seen_at timestamptz,
  -- What keeps it from going on, if something does.
  trouble text,
  last_event_at timestamptz
);

-- The next message of a topic's partition that a consumer has not taken; written in the transactions that take them.
create table if not exists strangler.consumer_position (
  consumer text not null,
  topic text not null,
  partition integer not null,
  next_offset bigint not null,
  primary key (consumer, topic, partition)
);

-- Events that were handled, or became letters: they are not taken again.
create table if not exists strangler.event_taken (
  consumer text not null,
  event uuid not null,
  at timestamptz not null default clock_timestamp(),
  primary key (consumer, event)
);
create index if not exists event_taken_at_idx on strangler.event_taken (at);

-- Events that could not be handled, and what has to wait behind them; in the order of their aggregate by id.
create table if not exists strangler.event_letter (
  id bigint generated always as identity primary key,
  consumer text not null,
  event uuid not null,
  type text not null,
  aggregate_type text not null,
  aggregate_id text not null,
  payload json,
  attempts integer not null default 0,
  error text,
  parked_at timestamptz not null default clock_timestamp(),
  -- When it is tried, if nothing is before it. Null: a dead letter, which waits for a person.
  retry_at timestamptz default clock_timestamp(),
  discarded_at timestamptz,
  discarded_why text
);
-- When an attempt began of which nothing was heard since, and how often that was forgiven.
do $$ begin
  if not exists (select from pg_attribute where attrelid = 'strangler.event_letter'::regclass and attname = 'begun_at') then
    alter table strangler.event_letter add column begun_at timestamptz, add column lost integer not null default 0;
  end if;
end $$;
create index if not exists event_letter_waiting_idx on strangler.event_letter (consumer, aggregate_type, aggregate_id, id)
  where discarded_at is null;

-- The fence's function. It reads no table, so that it decides alike in every transaction, however old.
-- Arguments: slice, the role it lets through, who owns the slice while the fence is up.
create or replace function strangler.refuse() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if session_user = tg_argv[1] then
    return null;
  end if;
  raise exception using
    errcode = 'SF001',
    message = format(
      'the slice "%s" does not take writes in this database: %s on %I.%I refused',
      tg_argv[0], lower(tg_op), tg_table_schema, tg_table_name
    ),
    detail = format('It belongs to %s, or will in a moment.', tg_argv[2]),
    hint = 'Send the write through the proxy. "strangler status" shows the owner.';
end
$$;

-- A value that an enumeration of the plan does not list. Never guess.
create or replace function strangler.unlisted(place text, value text) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  raise exception using
    errcode = 'SF002',
    message = format('%s holds %L, which the plan does not list', place, value),
    hint = 'Add the value to the enumeration in the plan and restart the worker.';
end
$$;

-- Marks a point in this database's log that lies after all that was committed before the call.
create or replace function strangler.beat() returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update strangler.heartbeat set beat = beat + 1 returning beat
$$;
revoke all on function strangler.beat() from public;
