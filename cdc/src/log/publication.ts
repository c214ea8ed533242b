import { displayName, type Queryable, quote, sqlName, type TableName } from '@strangler/core'
import { type LogSource, sourceNames } from './logs.ts'

/** What is published: all rows and columns of tables, those of partitions under the name of the whole. */
export interface Publication {
  readonly name: string
  readonly tables: readonly TableName[]
  readonly operations: readonly Operation[]
}

type Operation = 'insert' | 'update' | 'delete' | 'truncate'

/** By which a log moves on while nobody writes. */
export const heartbeat: TableName = { schema: 'strangler', name: 'heartbeat' }
const barrier: TableName = { schema: 'strangler', name: 'barrier' }

export function publicationOf(source: LogSource): Publication {
  return {
    name: sourceNames(source).publication,
    tables: [...source.tables, barrier, heartbeat],
    operations: ['insert', 'update', 'delete', 'truncate'],
  }
}

/** Makes a publication, or puts one that somebody changed back to what it has to be. */
export async function publish(
  coordinator: Queryable,
  { name, tables, operations }: Publication,
): Promise<void> {
  const publication = `publication ${quote(name)}`
  const list = tables.map(sqlName).join(', ')
  const settings = `(publish = '${operations.join(', ')}', publish_via_partition_root = true)`
  const sql = 'select from pg_publication where pubname = $1'
  const { rowCount } = await coordinator.query(sql, [name])
  await coordinator.query(
    rowCount
      ? `alter ${publication} set table ${list}; alter ${publication} set ${settings}`
      : `create ${publication} for table ${list} with ${settings}`,
  )
}

/** What a publication leaves out the log leaves out, without a word. @returns all of it, in words. */
export async function flawsOf(
  database: Queryable,
  { name, tables, operations }: Publication,
): Promise<string[]> {
  type Flaw = 'gone' | 'lost' | 'cut' | null
  type Row = TableName & Record<Operation | 'viaRoot', boolean | null> & { readonly flaw: Flaw }
  const { rows } = await database.query<Row>(
    `select w.schema, w.name,
       case when c.oid is null then 'gone' when r.oid is null then 'lost'
         when r.prqual is not null or r.prattrs is not null then 'cut' end as flaw,
       p.pubinsert as insert, p.pubupdate as update, p.pubdelete as delete, p.pubtruncate as truncate,
       p.pubviaroot as "viaRoot"
     from unnest($2::text[], $3::text[]) as w (schema, name)
     left join pg_publication p on p.pubname = $1
     left join pg_namespace n on n.nspname = w.schema
     left join pg_class c on c.relnamespace = n.oid and c.relname = w.name
     left join pg_publication_rel r on r.prpubid = p.oid and r.prrelid = c.oid`,
    [name, tables.map(({ schema }) => schema), tables.map((table) => table.name)],
  )
  const publication = `the publication "${name}"`
  const those = (wanted: Flaw) =>
    rows
      .filter(({ flaw }) => flaw === wanted)
      .map(displayName)
      .join(', ')
  const [gone, lost, cut] = [those('gone'), those('lost'), those('cut')]
  const left = operations.filter((operation) => rows[0]![operation] === false).join(', ')
  return [
    ...(gone ? [`there is no ${gone} any more; if it was renamed, name it back first`] : []),
    ...(lost ? [`${publication} has lost ${lost}`] : []),
    ...(cut ? [`${publication} leaves out rows or columns of ${cut}`] : []),
    ...(left ? [`${publication} leaves out every ${left}`] : []),
    ...(rows[0]!.viaRoot === false
      ? [`${publication} has partitions under names of their own`]
      : []),
  ]
}
