create table medical_records (
  id bigserial primary key,
  clinic_id integer not null references clinics (id),
  pet_id integer not null references pets (id),
  vet_id integer not null references users (id),
  appointment_id integer unique references appointments (id),
  visited_on date not null,
  findings text not null,
  diagnosis text,
  codes text[] not null default '{}',
  vitals jsonb not null default '{}' check (jsonb_typeof(vitals) = 'object'),
  weight_kg numeric(6, 3) check (weight_kg > 0 and weight_kg <= 999.999),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index medical_records_pet_idx on medical_records (pet_id, visited_on);

create trigger medical_records_touch before update on medical_records
  for each row execute function touch_updated_at();
create trigger medical_records_audit after insert or update or delete on medical_records
  for each row execute function write_audit_log();

-- What was done, and what was given out of stock. Prices are those of the day.
create table treatments (
  id bigserial primary key,
  record_id bigint not null references medical_records (id) on delete cascade,
  item_id integer references inventory_items (id),
  description text not null,
  quantity numeric(12, 3) not null check (quantity > 0 and quantity <> 'NaN'),
  unit_price numeric(10, 2) not null check (unit_price >= 0 and unit_price <> 'NaN'),
  total numeric(24, 2) not null generated always as (round(quantity * unit_price, 2)) stored,
  created_at timestamptz not null default now()
);

create trigger treatments_audit after insert or update or delete on treatments
  for each row execute function write_audit_log();
