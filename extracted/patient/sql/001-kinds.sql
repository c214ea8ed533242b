create table kinds (
  code text primary key,
  label text not null,
  breeds text[] not null default '{}',
  created_at timestamptz not null default now()
);
