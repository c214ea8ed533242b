-- The function of the triggers for one kind of command, EVENT; arguments: slice, the role that is not noted.
-- It costs every statement that writes, so a statement that was noted costs one expression of few calls: each call
-- is set up anew in every transaction. Its kind of command is in the name of the setting, which costs nothing. It
-- is stable, so that no snapshot is taken for that expression; what it calls to note something is not. It runs with
-- its owner's rights but without a search path of its own, which would cost more: so every name is qualified.
create or replace function strangler.observe_EVENT() returns trigger
language plpgsql stable security definer as $$
begin
  if pg_catalog.strpos(
    pg_catalog.current_setting('strangler.noted_EVENT', true),
    pg_catalog.to_hex(pg_catalog.hashtextextended(pg_catalog.current_query(), SEED))
  ) operator(pg_catalog.>) 0 then
    return null;
  end if;
  -- Statements that differ in their literals are told to be alike by a rough mark.
  if pg_catalog.strpos(
    pg_catalog.current_setting('strangler.noted_EVENT', true), strangler.rough_mark(pg_catalog.current_query(), SEED)
  ) operator(pg_catalog.>) 0 then
    return null;
  end if;
  perform strangler.note(
    tg_argv[0], tg_argv[1], tg_relid, tg_op, SEED,
    pg_catalog.current_setting('standard_conforming_strings') operator(pg_catalog.=) 'off'
  );
  return null;
end
$$;
revoke all on function strangler.observe_EVENT() from public;
