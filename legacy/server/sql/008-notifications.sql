create type notification_channel as enum ('in_app', 'email');

-- {{word}} in subject and body stands for what the event tells under that name.
create table notification_templates (
  key text primary key check (key ~ '^[a-z][a-z0-9-]{0,59}$'),
  subject text not null,
  body text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create trigger notification_templates_touch before update on notification_templates
  for each row execute function touch_updated_at();

insert into notification_templates (key, subject, body, created_at, updated_at) values
  ('appointment-booked', '{{pet}}: {{start}}',
   E'{{service}} for {{pet}} is booked for {{start}} with {{vet}}.', '2024-01-01Z', '2024-01-01Z'),
  ('appointment-reminder', 'Reminder: {{pet}} on {{start}}',
   E'We look forward to seeing {{pet}} on {{start}}.\n{{vet}}', '2024-01-01Z', '2024-01-01Z'),
  ('stock-low', 'Order soon: {{item}}', E'There are {{onHand}} {{unit}} of {{item}} left.',
   '2024-01-01Z', '2024-01-01Z');

-- Whoever has not chosen gets both.
create table notification_preferences (
  user_id integer not null references users (id) on delete cascade,
  template_key text not null references notification_templates (key)
    on update cascade on delete cascade,
  channels notification_channel[] not null,
  primary key (user_id, template_key)
);

create table notifications (
  id uuid primary key default gen_random_uuid(),
  user_id integer not null references users (id) on delete cascade,
  kind text not null,
  subject text not null,
  body text not null,
  data jsonb not null default '{}',
  created_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz,
  mailed_at timestamptz
);

create index notifications_inbox_idx on notifications (user_id, created_at desc, id);
