create table documents (
  animal_id integer not null references animals (animal_id) on delete cascade,
  number integer not null check (number > 0),
  filename text not null,
  media_type text not null,
  body bytea not null,
  note text,
  created_at timestamptz not null default now(),
  primary key (animal_id, number)
);
