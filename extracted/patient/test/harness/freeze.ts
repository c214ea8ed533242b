import type { Postgres } from './sides.ts'

/**
 * Makes two databases that are asked the same give the same: every row is written at the same moment,
 * and UUIDs are those of {@link nthUuid}, counted from 1.
 */
export async function freeze(url: string, postgres: Postgres): Promise<void> {
  await postgres.sql(url, 'create sequence uuids')
  await postgres.sql(url, frozenTimes)
  await postgres.sql(
    url,
    `do $$
     declare each record;
     begin
       for each in
         select table_name, column_name, data_type from information_schema.columns
         where table_schema = 'public' and (column_name = 'created_at' or data_type = 'uuid')
       loop
         if each.column_name = 'created_at' then
           execute format(
             'create trigger zz_frozen before insert or update on %I
              for each row execute function frozen_times()', each.table_name);
         elsif each.table_name in ('owners', 'guardians') then
           execute format(
             'alter table %I alter %I set default md5(nextval(''uuids'')::text)::uuid',
             each.table_name, each.column_name);
         end if;
       end loop;
     end $$`,
  )
}

const moment = '2025-06-02T09:30:00.123456Z'

const frozenTimes = `
  create function frozen_times() returns trigger language plpgsql as $$
  declare
    times jsonb := '{"created_at": "${moment}", "updated_at": "${moment}"}';
    ending text;
  begin
    foreach ending in array array['deleted_at', 'archived_at'] loop
      if to_jsonb(new) ->> ending is not null then
        times := times || jsonb_build_object(ending, '${moment}');
      end if;
    end loop;
    return jsonb_populate_record(new, times);
  end $$`
