create function touch_updated_at() returns trigger language plpgsql as $$
begin
  new.updated_at = now();
  return new;
end
$$;

-- A name is one text to everybody else: what is before its first space, and what is behind it. Without
-- a space there is nothing behind it, which is not the same as an empty rest.
create table guardians (
  guardian_id uuid primary key default gen_random_uuid(),
  clinic_id integer not null,
  given_name text not null
    constraint guardians_given_name_is_one_word check (position(' ' in given_name) = 0),
  family_name text,
  email text,
  phone text,
  address jsonb,
  notes text,
  marketing_opt_in boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index guardians_clinic_name_idx on guardians (
  clinic_id, (given_name || coalesce(' ' || family_name, '')) collate "C"
);
-- By hash, for that has no limit to the length of an address.
create index guardians_email_idx on guardians using hash (email);

create trigger guardians_touch before update on guardians
  for each row execute function touch_updated_at();
