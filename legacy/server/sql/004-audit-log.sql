create table audit_log (
  id bigserial primary key,
  at timestamptz not null default now(),
  actor text not null,
  table_name text not null,
  row_key text not null,
  action text not null,
  change jsonb not null
);

create index audit_log_row_idx on audit_log (table_name, row_key);

-- An inserted or deleted row is kept whole; of an update only the columns that changed. Times that
-- other triggers keep, and what is computed from other columns, would only be noise.
create function write_audit_log() returns trigger language plpgsql as $$
declare
  noise text[] := array['created_at', 'updated_at', 'search_text'];
  was jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - noise end;
  is_now jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - noise end;
  change jsonb;
begin
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(key, jsonb_build_object('from', was -> key, 'to', value)) into change
    from jsonb_each(is_now) where value is distinct from was -> key;
    if change is null then
      return null;
    end if;
  end if;
  insert into audit_log (actor, table_name, row_key, action, change) values (
    coalesce(nullif(current_setting('petsphere.actor', true), ''), session_user),
    tg_table_name,
    coalesce(was, is_now) ->> 'id',
    lower(tg_op),
    coalesce(change, is_now, was)
  );
  return null;
end
$$;

create trigger owners_audit after insert or update or delete on owners
  for each row execute function write_audit_log();
create trigger pets_audit after insert or update or delete on pets
  for each row execute function write_audit_log();
create trigger vaccinations_audit after insert or update or delete on vaccinations
  for each row execute function write_audit_log();
create trigger appointments_audit after insert or update or delete on appointments
  for each row execute function write_audit_log();
