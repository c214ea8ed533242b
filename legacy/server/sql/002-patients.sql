create type pet_sex as enum ('M', 'F', 'MN', 'FS', 'U');
create type vaccination_status as enum ('done', 'due', 'overdue');

-- Dates of birth came as text from the system before this one, and stayed text.
create function is_iso_date(value text) returns boolean language sql immutable strict as $$
  select case
    when value ~ '^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then
      substr(value, 9, 2)::integer <= extract(day from
        make_date(substr(value, 1, 4)::integer, substr(value, 6, 2)::integer, 1)
          + interval '1 month' - interval '1 day')
    else false
  end
$$;

create table species (
  code text primary key,
  name text not null,
  breeds text[] not null default '{}',
  created_at timestamptz not null default now()
);

create table owners (
  id uuid primary key default gen_random_uuid(),
  clinic_id integer not null references clinics (id),
  full_name text not null,
  email text,
  phone text,
  address jsonb,
  notes text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index owners_clinic_name_idx on owners (clinic_id, full_name collate "C");

create trigger owners_touch before update on owners
  for each row execute function touch_updated_at();

create table pets (
  id serial primary key,
  owner_id uuid not null references owners (id),
  species_code text not null references species (code) on update cascade,
  name text not null,
  sex pet_sex not null default 'U',
  birth_date text constraint pets_birth_date_is_a_date check (is_iso_date(birth_date)),
  weight_kg numeric(6, 3) check (weight_kg > 0 and weight_kg <= 999.999),
  microchip text unique,
  allergies text[] not null default '{}',
  attributes jsonb not null default '{}' check (
    jsonb_typeof(attributes) = 'object'
    and (not attributes ? 'color' or jsonb_typeof(attributes -> 'color') = 'string')
  ),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);

create index pets_species_idx on pets (species_code);

create trigger pets_touch before update on pets
  for each row execute function touch_updated_at();

create table vaccinations (
  id bigserial primary key,
  pet_id integer not null references pets (id) on delete cascade,
  vaccine text not null,
  given_on date,
  due_on date,
  status vaccination_status not null,
  price numeric(10, 2) check (price >= 0 and price <> 'NaN'),
  batch text,
  administered_by integer references users (id),
  created_at timestamptz not null default now(),
  constraint vaccinations_done_was_given check (status <> 'done' or given_on is not null),
  constraint vaccinations_has_a_date check (given_on is not null or due_on is not null)
);

create index vaccinations_due_idx on vaccinations (due_on, id) where status <> 'done';

create table attachments (
  pet_id integer not null references pets (id) on delete cascade,
  seq integer not null check (seq > 0),
  filename text not null,
  content_type text not null,
  content bytea not null,
  note text,
  created_at timestamptz not null default now(),
  primary key (pet_id, seq)
);
