CREATE SCHEMA depot;

CREATE DOMAIN depot.tracking_no AS text CHECK (VALUE ~ '^[A-Z]{2}[0-9]{9}[A-Z]{2}$');

CREATE TYPE depot.parcel_status AS ENUM (
  'announced', 'accepted', 'in_transit', 'out_for_delivery', 'delivered', 'returned', 'lost'
);

CREATE TABLE depot.accounts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  vat_no char(14) UNIQUE,
  credit_limit numeric,
  opened_on date NOT NULL
);

CREATE TABLE depot.users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  login text NOT NULL UNIQUE,
  password_hash bytea NOT NULL,
  salt bytea NOT NULL,
  role text NOT NULL CHECK (role IN ('clerk', 'supervisor')),
  account_id bigint NOT NULL REFERENCES depot.accounts
);

CREATE TABLE depot.sessions (
  sid text PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES depot.users ON DELETE CASCADE,
  address inet,
  opened_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);

CREATE TABLE depot.couriers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  zones text[] NOT NULL DEFAULT '{}',
  shift interval NOT NULL DEFAULT '8 hours',
  on_duty boolean NOT NULL DEFAULT false
);

CREATE TABLE depot.parcels (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tracking_no depot.tracking_no NOT NULL UNIQUE,
  account_id bigint NOT NULL REFERENCES depot.accounts,
  status depot.parcel_status NOT NULL DEFAULT 'announced',
  recipient text NOT NULL CHECK (char_length(recipient) BETWEEN 1 AND 200),
  hub text NOT NULL CHECK (hub ~ '^[A-Z]{3}$'),
  bay text CHECK (char_length(bay) <= 20),
  -- Text since the tape days. CASE, because AND may call make_date before it looks at the pattern.
  due_on text CHECK (
    CASE
      WHEN due_on ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
      THEN make_date(left(due_on, 4)::int, substr(due_on, 6, 2)::int, right(due_on, 2)::int) IS NOT NULL
      ELSE due_on IS NULL
    END
  ),
  weight_grams integer NOT NULL CHECK (weight_grams > 0),
  declared_value numeric,
  customs jsonb NOT NULL DEFAULT '{}' CHECK (
    jsonb_typeof(customs) = 'object'
    AND coalesce(jsonb_typeof(customs -> 'carrierRef'), 'string') = 'string'
  ),
  tags text[] NOT NULL DEFAULT '{}',
  scanner_ip inet,
  volume_litres double precision CHECK (volume_litres >= 0),
  pickup_slot char(6),
  transit_limit interval,
  handed_in timestamp,
  print_queue text NOT NULL DEFAULT 'none',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON depot.parcels (hub, id);

CREATE TABLE depot."ParcelEvents" (
  "parcelId" bigint NOT NULL REFERENCES depot.parcels ON DELETE CASCADE,
  seq integer NOT NULL CHECK (seq > 0),
  "eventDay" date NOT NULL,
  "occurredAt" timestamptz NOT NULL,
  "eventType" text NOT NULL CHECK ("eventType" IN ('scan', 'move', 'note', 'exception')),
  "scannedBy" text,
  "geoLat" double precision,
  "geoLon" double precision,
  "freeText" text,
  payload jsonb,
  PRIMARY KEY ("parcelId", seq, "eventDay"),
  CHECK ("eventDay" = ("occurredAt" AT TIME ZONE 'UTC')::date),
  CHECK (("geoLat" IS NULL) = ("geoLon" IS NULL))
) PARTITION BY RANGE ("eventDay");
CREATE TABLE depot."ParcelEvents_2023" PARTITION OF depot."ParcelEvents"
  FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE depot."ParcelEvents_2024" PARTITION OF depot."ParcelEvents"
  FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE depot."ParcelEvents_rest" PARTITION OF depot."ParcelEvents" DEFAULT;

CREATE TABLE depot.labels (
  parcel_id bigint NOT NULL REFERENCES depot.parcels,
  seq integer NOT NULL CHECK (seq > 0),
  media_type text NOT NULL CHECK (
    media_type IN ('application/pdf', 'image/png', 'text/plain', 'application/octet-stream')
  ),
  content bytea NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 1048576),
  downloads integer NOT NULL DEFAULT 0 CHECK (downloads >= 0),
  printed_at timestamp NOT NULL DEFAULT localtimestamp,
  PRIMARY KEY (parcel_id, seq)
);

CREATE TABLE depot.rate_cards (
  zone text NOT NULL CHECK (char_length(zone) BETWEEN 1 AND 40),
  service_level text NOT NULL CHECK (char_length(service_level) BETWEEN 1 AND 40),
  weight_band text NOT NULL CHECK (char_length(weight_band) BETWEEN 1 AND 40),
  price numeric NOT NULL CHECK (price >= 0),
  currency char(3) NOT NULL DEFAULT 'EUR' CHECK (currency = 'EUR'),
  valid_from date,
  surcharges jsonb,
  small_print text,
  PRIMARY KEY (zone, service_level, weight_band)
);

CREATE TABLE depot.invoices (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  parcel_id bigint NOT NULL REFERENCES depot.parcels,
  amount numeric NOT NULL CHECK (amount > 0),
  issued_at timestamptz NOT NULL DEFAULT now(),
  paid_at timestamptz
);
CREATE INDEX ON depot.invoices (parcel_id);
