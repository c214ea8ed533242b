import type { TableName } from '../plan/identifier.ts'
import type { Queryable } from '../control/store.ts'
import type { CatalogColumn, CatalogTable, ForeignKey, Numbers, SequenceHabit } from './types.ts'

const tableSql = `
  select c.oid::int, c.relkind as kind, c.relpersistence as persistence, c.relreplident as "replicaIdentity",
    pg_get_userbyid(c.relowner) as owner,
    exists (select from pg_inherits where inhrelid = c.oid) as "isPart",
    array(
      select a.attname::text from pg_index i
      cross join unnest(i.indkey) with ordinality as k (attnum, at)
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
      where i.indrelid = c.oid and i.indisprimary order by k.at
    ) as key,
    array(
      select conname::text from pg_constraint where conrelid = c.oid and condeferrable and contype in ('p', 'u', 'x')
    ) as deferrable
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relname = $2`

const habitsSql = `array_remove(array[
      case when o.seqcache > 1 then 'caches' end,
      case when o.seqcycle then 'cycles' end,
      case when o.seqincrement < 0 then 'descends' end
    ], null)`

// A domain's base, at any depth; what is not built in has texts that only text can hold everywhere.
const columnSql = `
  with recursive base as (
    select a.attnum, a.atttypid as type, a.atttypmod as modifier
    from pg_attribute a where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
    union all
    select base.attnum, t.typbasetype, case when t.typtypmod >= 0 then t.typtypmod else base.modifier end
    from base join pg_type t on t.oid = base.type where t.typtype = 'd'
  ), portable as (
    select b.attnum,
      case when known then format_type(b.type, -1) else 'text' end as type,
      case when known then format_type(b.type, b.modifier) else 'text' end as declared
    from base b join pg_type t on t.oid = b.type
    left join pg_type e on e.oid = t.typelem and t.typcategory = 'A',
    lateral (select t.typnamespace = 'pg_catalog'::regnamespace and t.typname <> 'bpchar'
      and coalesce(e.typtype, t.typtype) in ('b', 'r', 'm') as known) k
    where t.typtype <> 'd'
  )
  select a.attname::text as name, not a.attnotnull as nullable,
    format_type(a.atttypid, a.atttypmod) as type, format_type(a.atttypid, -1) as "castType",
    p.type as "portableType", p.declared as "portableDeclared",
    a.attgenerated <> '' as generated, a.attidentity <> '' as identity, a.attidentity = 'a' as "identityAlways",
    a.atthasdef as "hasDefault", q.sequence,
    ${habitsSql} as "sequenceHabits"
  from pg_attribute a join portable p using (attnum)
  cross join lateral (
    select coalesce(
      pg_get_serial_sequence(format('%I.%I', $2::text, $3::text), a.attname),
      (select d.refobjid::regclass::text from pg_depend d join pg_attrdef f on f.oid = d.objid
       join pg_class s on s.oid = d.refobjid and s.relkind = 'S'
       where d.classid = 'pg_attrdef'::regclass and f.adrelid = $1 and f.adnum = a.attnum limit 1)
    ) as sequence
  ) q
  left join pg_sequence o on o.seqrelid = q.sequence::regclass
  where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped order by a.attnum`

const childrenSql = `
  with recursive child as (
    select inhrelid as oid from pg_inherits where inhparent = $1
    union all select i.inhrelid from pg_inherits i join child on i.inhparent = child.oid
  )
  select n.nspname::text as schema, c.relname::text as name
  from child join pg_class c using (oid) join pg_namespace n on n.oid = c.relnamespace
  order by 1, 2`

const foreignKeySql = (which: string) => `
  select k.conname::text as name,
    json_build_object('schema', fn.nspname, 'name', fc.relname) as from,
    array(select a.attname::text from unnest(k.conkey) with ordinality as x (n, at)
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = x.n order by x.at) as columns,
    json_build_object('schema', tn.nspname, 'name', tc.relname) as references,
    array(select a.attname::text from unnest(k.confkey) with ordinality as x (n, at)
      join pg_attribute a on a.attrelid = k.confrelid and a.attnum = x.n order by x.at) as "referencedColumns"
  from pg_constraint k
  join pg_class fc on fc.oid = k.conrelid join pg_namespace fn on fn.oid = fc.relnamespace
  join pg_class tc on tc.oid = k.confrelid join pg_namespace tn on tn.oid = tc.relnamespace
  where k.contype = 'f' and k.conparentid = 0 and ${which} order by 1`

/** What a database's catalog says of a table, or undefined when there is none of that name. */
export async function readCatalogTable(
  database: Queryable,
  name: TableName,
): Promise<CatalogTable | undefined> {
  type Row = Omit<CatalogTable, 'name' | 'columns' | 'children' | 'foreignKeys'>
  const { rows } = await database.query<Row>(tableSql, [name.schema, name.name])
  const table = rows[0]
  if (!table) return undefined
  const columns = await database.query<CatalogColumn>(columnSql, [
    table.oid,
    name.schema,
    name.name,
  ])
  const children = await database.query<TableName>(childrenSql, [table.oid])
  const foreignKeys = await database.query<ForeignKey>(foreignKeySql('k.conrelid = $1'), [
    table.oid,
  ])
  return {
    ...table,
    name,
    columns: columns.rows,
    children: children.rows,
    foreignKeys: foreignKeys.rows,
  }
}

/** A sequence's habits, or undefined when there is none of that name. */
export async function readSequenceHabits(
  database: Queryable,
  { schema, name }: TableName,
): Promise<readonly SequenceHabit[] | undefined> {
  const { rows } = await database.query<{ habits: SequenceHabit[] }>(
    `select ${habitsSql} as habits from pg_sequence o
     join pg_class c on c.oid = o.seqrelid join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = $2`,
    [schema, name],
  )
  return rows[0]?.habits
}

/** What a sequence gives from now on; its name as SQL has it. */
export async function readNumbers(database: Queryable, sequence: string): Promise<Numbers> {
  const { rows } = await database.query<Record<keyof Numbers, string>>(
    `select (last_value + case when is_called then seqincrement else 0 end)::text as next,
       seqincrement::text as step, seqmax::text as last
     from ${sequence}, pg_sequence where seqrelid = $1::regclass`,
    [sequence],
  )
  const { next, step, last } = rows[0]!
  return { next: BigInt(next), step: BigInt(step), last: BigInt(last) }
}

/** The sequences of some schemas that belong to no column and that no default draws from. */
export async function readLooseSequences(
  database: Queryable,
  schemas: readonly string[],
): Promise<TableName[]> {
  const { rows } = await database.query<TableName>(
    `select n.nspname::text as schema, c.relname::text as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'S' and n.nspname = any($1)
       and not exists (
         select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
           and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
       )
       and not exists (
         select from pg_depend d where d.classid = 'pg_attrdef'::regclass
           and d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid
       )
     order by 1, 2`,
    [schemas],
  )
  return rows
}

/** The foreign keys that refer to a table. */
export async function readReferrers(
  database: Queryable,
  table: CatalogTable,
): Promise<ForeignKey[]> {
  const { rows } = await database.query<ForeignKey>(foreignKeySql('k.confrelid = $1'), [table.oid])
  return rows
}

/** The foreign keys from and to some tables that all rows keep: not those that were only declared for new ones. */
export async function readKeptKeys(
  database: Queryable,
  tables: readonly CatalogTable[],
): Promise<ForeignKey[]> {
  const { rows } = await database.query<ForeignKey>(
    foreignKeySql('k.convalidated and (k.conrelid = any($1) or k.confrelid = any($1))'),
    [tables.map(({ oid }) => oid)],
  )
  return rows
}
