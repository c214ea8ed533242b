-- What this service tells others. A row that is committed is read from the database's log and sent; so rows may be
-- deleted at any time, and are, by the daily job, once they are too old to be of use to anybody who looks.
create table outbox (
  id uuid primary key default gen_random_uuid(),
  aggregatetype text not null,
  aggregateid text not null,
  type text not null,
  payload jsonb not null,
  written_at timestamptz not null default now()
);

create index outbox_written_idx on outbox (written_at);
