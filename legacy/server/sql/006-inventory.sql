create type stock_movement_kind as enum ('received', 'used', 'adjusted', 'expired');
create type purchase_order_status as enum ('draft', 'ordered', 'received');

create table suppliers (
  id serial primary key,
  clinic_id integer not null references clinics (id),
  name text not null,
  email text,
  phone text,
  lead_days integer not null default 3 check (lead_days between 0 and 365),
  created_at timestamptz not null default now(),
  constraint suppliers_name_key unique (clinic_id, name)
);

-- Quantities have three decimals: a syringe takes 0.25 ml out of a bottle.
create table inventory_items (
  id serial primary key,
  clinic_id integer not null references clinics (id),
  sku text not null,
  name text not null,
  unit text not null,
  on_hand numeric(12, 3) not null default 0
    constraint inventory_items_never_negative check (on_hand >= 0),
  reorder_at numeric(12, 3) not null default 0 check (reorder_at >= 0),
  price numeric(10, 2) not null check (price >= 0 and price <> 'NaN'),
  tags text[] not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  archived_at timestamptz,
  constraint inventory_items_sku_key unique (clinic_id, sku)
);

create trigger inventory_items_touch before update on inventory_items
  for each row execute function touch_updated_at();

create table purchase_orders (
  id serial primary key,
  clinic_id integer not null references clinics (id),
  supplier_id integer not null references suppliers (id),
  status purchase_order_status not null default 'draft',
  ordered_on date,
  expected_on date,
  received_on date,
  made_by integer references users (id),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint purchase_orders_ordered check ((status = 'draft') = (ordered_on is null)),
  constraint purchase_orders_received check ((status = 'received') = (received_on is not null))
);

create index purchase_orders_clinic_idx on purchase_orders (clinic_id, id);

create trigger purchase_orders_touch before update on purchase_orders
  for each row execute function touch_updated_at();
create trigger purchase_orders_audit after insert or update or delete on purchase_orders
  for each row execute function write_audit_log();

create table purchase_order_lines (
  order_id integer not null references purchase_orders (id) on delete cascade,
  line integer not null check (line > 0),
  item_id integer not null references inventory_items (id),
  quantity numeric(12, 3) not null check (quantity > 0 and quantity <> 'NaN'),
  unit_cost numeric(12, 4) not null check (unit_cost >= 0 and unit_cost <> 'NaN'),
  primary key (order_id, line)
);

-- Every change of on_hand, never changed afterwards. Positive is into stock, negative out of it.
create table stock_movements (
  id bigserial primary key,
  item_id integer not null references inventory_items (id),
  kind stock_movement_kind not null,
  quantity numeric(12, 3) not null check (quantity <> 0 and quantity <> 'NaN'),
  appointment_id integer references appointments (id),
  order_id integer references purchase_orders (id),
  note text,
  made_by integer references users (id),
  at timestamptz not null default now()
);
