import type { Queryable, Side } from '@strangler/core'
import type { TablePair } from '../translate/translation.ts'

/**
 * What a side's tables are made of: names, partitions, columns, the labels of their types and the files that hold
 * their rows. Rows that DDL brings, changes or takes away, such as those of a partition that is attached, truncated
 * or dropped, never pass through the log; but none of it leaves this as it was.
 */
export async function shapeOf(
  database: Queryable,
  pairs: readonly TablePair[],
  side: Side,
): Promise<string> {
  const own = pairs.filter(({ table }) => !table.sharedSink)
  const { rows } = await database.query<{ shape: string }>(
    `with recursive part as (
       select unnest($1::oid[]) as oid
       union select i.inhrelid from pg_inherits i join part on i.inhparent = part.oid
     ), type as (
       select a.atttypid as oid from part join pg_attribute a on a.attrelid = part.oid
       union select unnest(array[t.typelem, t.typbasetype]) from type join pg_type t using (oid)
     )
     select md5(concat_ws(';', (
       select string_agg(concat_ws(' ', c.oid, format('%I.%I', n.nspname, c.relname), c.relfilenode, (
           select string_agg(concat_ws(' ', a.attnum, quote_ident(a.attname), a.atttypid, a.atttypmod, a.attisdropped), ',' order by a.attnum)
           from pg_attribute a where a.attrelid = c.oid and a.attnum > 0
         )), ';' order by c.oid)
       from part join pg_class c using (oid) join pg_namespace n on n.oid = c.relnamespace
     ), (
       select string_agg(concat_ws(' ', e.enumtypid, quote_literal(e.enumlabel)), ',' order by e.enumtypid, e.enumsortorder)
       from type join pg_enum e on e.enumtypid = type.oid
     ))) as shape`,
    [own.map((pair) => pair[side === 'legacy' ? 'legacy' : 'service'].oid)],
  )
  return rows[0]!.shape
}
