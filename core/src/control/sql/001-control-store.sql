-- One row a slice. The only place where a switch is decided: the journal is a phase of this row.
create table slice (
  name text primary key,
  epoch bigint not null default 0,
  phase text not null default 'idle' check (phase in (
    'idle', 'holding', 'fencing', 'draining', 'sequencing', 'staging', 'journaled', 'aborting', 'tidying'
  )),
  owner text not null default 'legacy' check (owner in ('legacy', 'extracted')),
  owner_epoch bigint not null default 0,
  -- The slices that the attempt under way moves together, itself included.
  members text[] not null default '{}',
  -- The request that the attempt carries out.
  request bigint,
  -- Whether reads answer from the owner, or as the slice's flag says.
  reads text not null default 'owner' check (reads in ('owner', 'flag')),
  sync text not null default 'none' check (sync in ('none', 'preparing', 'copying', 'streaming', 'stopped')),
  sync_error text,
  certificate jsonb,
  updated_at timestamptz not null default clock_timestamp()
);

create table proxy (
  id text primary key,
  address text not null,
  renewed_at timestamptz not null,
  lease_ms integer not null,
  -- The epoch of the last hold acknowledged, by slice.
  acknowledged jsonb not null default '{}',
  -- What it reports: writes in flight and held, the flag's share as it last saw it, by slice.
  report jsonb not null default '{}'
);

create table lease (
  name text primary key,
  holder text not null,
  renewed_at timestamptz not null,
  lease_ms integer not null
);

create table request (
  id bigint generated always as identity primary key,
  kind text not null,
  slices text[] not null,
  arguments jsonb not null default '{}',
  requested_by text not null,
  requested_at timestamptz not null default clock_timestamp(),
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed', 'refused')),
  -- Somebody asked for it to stop.
  abort boolean not null default false,
  progress jsonb not null default '{}',
  result jsonb,
  finished_at timestamptz
);

create index request_open_idx on request (id) where finished_at is null;

create table history (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  slice text not null,
  event text not null,
  epoch bigint,
  by text not null,
  detail jsonb not null default '{}'
);

create index history_slice_idx on history (slice, id);

-- What the worker says of its streams, for people and for proxies.
create table stream (
  slice text not null,
  direction text not null check (direction in ('forward', 'reverse')),
  state text not null,
  lag_ms double precision,
  detail jsonb not null default '{}',
  reported_at timestamptz not null default clock_timestamp(),
  primary key (slice, direction)
);
