create type export_format as enum ('csv', 'xlsx', 'pdf');

create table report_exports (
  id uuid primary key default gen_random_uuid(),
  clinic_id integer not null references clinics (id),
  made_by integer references users (id),
  report text not null,
  format export_format not null,
  period daterange not null check (not isempty(period)),
  content bytea not null,
  created_at timestamptz not null default now()
);

create index report_exports_clinic_idx on report_exports (clinic_id, created_at desc);
