create type user_role as enum ('admin', 'veterinarian', 'receptionist', 'owner');

create function touch_updated_at() returns trigger language plpgsql as $$
begin
  new.updated_at = now();
  return new;
end
$$;

create table clinics (
  id serial primary key,
  name text not null,
  address jsonb not null default '{}',
  phone text,
  opening_hours jsonb not null default '{}',
  timezone text not null default 'Europe/London',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create trigger clinics_touch before update on clinics
  for each row execute function touch_updated_at();

-- A service without a clinic is offered by all of them.
create table service_types (
  id serial primary key,
  clinic_id integer references clinics (id),
  name text not null,
  minutes integer not null check (minutes between 5 and 480),
  price numeric(10, 2) not null check (price >= 0 and price <> 'NaN'),
  created_at timestamptz not null default now()
);

create table users (
  id serial primary key,
  clinic_id integer not null references clinics (id),
  email text not null unique,
  password_hash text not null,
  name text not null,
  role user_role not null,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create trigger users_touch before update on users
  for each row execute function touch_updated_at();

create table refresh_tokens (
  token_hash text primary key,
  user_id integer not null references users (id) on delete cascade,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);

create index refresh_tokens_user_idx on refresh_tokens (user_id);
