create extension if not exists btree_gist;

create type appointment_status as enum ('booked', 'cancelled', 'checked_in', 'completed');

-- weekday counts as ISO does: 1 is Monday. Times are the clinic's own.
create table staff_schedules (
  id serial primary key,
  clinic_id integer not null references clinics (id),
  vet_id integer not null references users (id),
  weekday integer not null check (weekday between 1 and 7),
  starts time not null,
  ends time not null,
  check (starts < ends),
  unique (vet_id, weekday, starts)
);

create table appointments (
  id serial primary key,
  clinic_id integer not null references clinics (id),
  vet_id integer not null references users (id),
  pet_id integer not null references pets (id),
  service_type_id integer not null references service_types (id),
  during tstzrange not null check (not isempty(during)),
  status appointment_status not null default 'booked',
  reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint appointments_no_overlap
    exclude using gist (vet_id with =, during with &&) where (status <> 'cancelled')
);

create index appointments_clinic_start_idx on appointments (clinic_id, lower(during));
create index appointments_pet_idx on appointments (pet_id);

create trigger appointments_touch before update on appointments
  for each row execute function touch_updated_at();

create table appointment_reminders (
  id serial primary key,
  appointment_id integer not null references appointments (id) on delete cascade,
  remind_on date not null,
  email text,
  phone text,
  created_at timestamptz not null default now(),
  unique (appointment_id, remind_on)
);
