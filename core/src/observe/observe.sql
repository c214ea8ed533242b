-- Who writes a slice's tables: noted by triggers that raise nothing. Applied again and again.
create schema if not exists strangler;

-- Unlogged: what is noted costs no log, and no publication of all tables carries it. A crash empties both tables
-- together, which shows.
create unlogged table if not exists strangler.observing (
  slice text primary key,
  since timestamptz not null default clock_timestamp(),
  stopped_at timestamptz
);

-- Only added to by writers, and without an index, so that nobody ever waits for another one's note. Rows of
-- one writer are summed up by whoever reads them.
create unlogged table if not exists strangler.observed (
  slice text not null,
  table_name text not null,
  command text not null,
  -- Who logged in, whatever role was set since.
  role text not null,
  application text not null,
  statement text not null,
  first_at timestamptz not null default clock_timestamp(),
  last_at timestamptz not null default clock_timestamp(),
  times bigint not null default 1
);

-- A statement without what it was about: no literal, number, comment or white space is left. What comes of one
-- pass over its tokens cannot be wrong about where a literal ends; what cannot be told apart is cut off.
-- `backslashes`: whether they escape in all strings of the session; here they must not, whatever the session has.
create or replace function strangler.shape(query text, backslashes boolean) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare
  mark constant text := chr(1);
  shape text := translate(left(query, 1000), chr(1), ' ');
  escaped constant text := '('')(?:[^''\\]|''''|\\.)*(?:''|\\?$)';
begin
  if shape like '%/*%' and shape ~ '/\*(?:[^*]|\*+[^*/])*/\*' then
    return '(a statement with comments in comments)';
  end if;
  if shape ~ '[''"]|--|/\*|\$[^\d]' then
    shape := regexp_replace(shape,
      '("(?:[^"]|"")*(?:"|$))|\m[eE]' || escaped || '|'
      || case when backslashes then escaped else '('')(?:[^'']|'''')*(?:''|$)' end
      || '|--[^\n\r]*|/\*(?:[^*]|\*+[^*/])*(?:\*+/|\**$)|(\$)(?:[^\d\s$''"][^\s$''"]*)?\$.*',
      '\1\2\3\4' || mark, 'g');
    shape := replace(replace(shape, '''' || mark, '?'), '$' || mark, '?');
    shape := regexp_replace(shape, '("(?:[^"]|"")*")' || mark, '\1', 'g');
    shape := replace(shape, mark, ' ');
  end if;
  shape := regexp_replace(shape, '\$\d+|\m\d[\w.]*', '?', 'g');
  shape := regexp_replace(shape, '\?(?:\s*,\s*\?)+', '?, ...', 'g');
  shape := regexp_replace(shape, '(\((?:\?|\?, \.\.\.)\))(?:\s*,\s*\((?:\?|\?, \.\.\.)\))+', '\1, ...', 'g');
  return left(btrim(regexp_replace(shape, '\s+', ' ', 'g')), 300);
end
$$;
revoke all on function strangler.shape(text, boolean) from public;

-- The same for most statements that differ in their literals only. It is put in place of its call, so that every
-- name is qualified.
create or replace function strangler.rough_mark(query text, seed bigint) returns text
language sql immutable parallel safe as $$
  select pg_catalog.to_hex(pg_catalog.hashtextextended(
    pg_catalog.regexp_replace(pg_catalog."left"(query, 1000), '''[^'']*''|[0-9]+', '', 'g'), seed
  ))
$$;
revoke all on function strangler.rough_mark(text, bigint) from public;

-- Notes the statement that runs, unless this session has noted its like within the minute. Arguments: the
-- trigger's, table, command, and what the statement's marks are seeded with. It reads no table, waits for no lock
-- that another writer holds, and swallows whatever goes wrong with a note. What it has noted it keeps in a setting
-- of the session, which a rollback takes back along with the note: the minute, and marks of what was noted in it.
create or replace function strangler.note(slice text, applier text, place regclass, command text, seed bigint, backslashes boolean)
returns void
language plpgsql set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare
  setting constant text := 'strangler.noted_' || lower(command);
  minute constant text := (date_part('epoch', now())::bigint >> 6)::text;
  noted text := coalesce(current_setting(setting, true), '');
  shape text;
  shape_mark text;
begin
  if not starts_with(noted, minute) or length(noted) > 16000 then
    noted := minute;
  end if;
  if session_user <> applier then
    shape := strangler.shape(coalesce(current_query(), ''), backslashes);
    shape_mark := to_hex(hashtextextended(concat_ws('/', session_user, shape), ~seed));
    if strpos(noted, shape_mark) = 0 then
      begin
        insert into strangler.observed (slice, table_name, command, role, application, statement)
        select note.slice, format('%I.%I', n.nspname, c.relname), lower(note.command),
          session_user, current_setting('application_name'), shape
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = place;
        noted := noted || ' ' || shape_mark;
      exception when others then
        null;
      end;
    end if;
  end if;
  perform set_config(setting, noted || ' ' || case
    -- The exact mark of a statement that holds its values would never be met again.
    when left(current_query(), 1000) ~ '''|(?:^|[^$\w])\d' then strangler.rough_mark(current_query(), seed)
    else to_hex(hashtextextended(current_query(), seed))
  end, false);
end
$$;
revoke all on function strangler.note(text, text, regclass, text, bigint, boolean) from public;
