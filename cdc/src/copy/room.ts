import { quote, sqlName } from '@strangler/core'
import pg from 'pg'
import type { TableChange } from '../apply/batch.ts'
import { arrayText, type Executor } from '../apply/execute.ts'
import { rowsOf, valueOf } from '../translate/statements.ts'
import type { Condition } from './range.ts'

/** What one row takes that another may not have. */
interface Index {
  /** Its table, or a partition. */
  readonly oid: number
  /** What is compared: SQL in terms of the table's columns. */
  readonly parts: readonly string[]
  readonly operators: readonly string[]
  /** Which rows it is about; null for all. */
  readonly predicate: string | null
  /** With the type that a domain is made of, which may be null. */
  readonly columns: readonly { readonly name: string; readonly type: string }[]
}

const uniqueViolation = '23505'
const exclusionViolation = '23P01'

/**
 * Deletes rows of the target for whose unique values, or whatever an exclusion constraint compares, a change was
 * refused: those that are stale, since the source has not had them so for long. Resolves to how many there were.
 */
export async function makeRoom(
  executor: Pick<Executor, 'query'>,
  change: TableChange,
  error: unknown,
  isStale: Condition,
): Promise<number> {
  if (change.kind === 'delete' || change.table.sharedSink) return 0
  if (!(error instanceof pg.DatabaseError)) return 0
  if (error.code !== uniqueViolation && error.code !== exclusionViolation) return 0
  const index = await readIndex(executor, error)
  if (!index) return 0
  const { parts, operators, predicate, columns } = index
  const { outputs, target } = change.table
  const takes = change.row.flatMap((value, at) => (value === undefined ? [] : [at]))
  // A column that the change does not tell is like no other row's.
  const told = columns.map(({ name, type }) => {
    const output = outputs.find(({ column }) => column === name)
    const isKnown = output?.reads.every((at) => takes.includes(at))
    return `(${isKnown ? valueOf(output!) : 'null'})::${type} as ${quote(name)}`
  })
  const isAbout = `(${predicate ?? 'true'})`
  const taken = (at: number) => `strangler_${at}`
  const newcomer = `select ${parts.map((part, at) => `${part} as ${taken(at)}`).join(', ')}
    from (select ${told.join(', ')} from ${rowsOf(takes)}) newcomer where ${isAbout}`
  const clashes = parts.map((part, at) => `(${part}) ${operators[at]!} n.${taken(at)}`)
  const stale = isStale(takes.length + 2)
  const { rowCount } = await executor.query(
    `delete from ${sqlName(target)} t using (${newcomer}) n
     where ${clashes.join(' and ')} and ${isAbout} and (${stale.sql}) and t.tableoid = $${takes.length + 1}`,
    [...takes.map((at) => arrayText([change.row[at]])), index.oid, ...stale.values],
  )
  return rowCount ?? 0
}

/** The index whose constraint was violated; of a partitioned table that of the partition. */
async function readIndex(
  { query }: Pick<Executor, 'query'>,
  { schema, table, constraint }: pg.DatabaseError,
): Promise<Index | undefined> {
  if (!schema || !table || !constraint) return undefined
  const { rows } = await query<Index>(
    `select i.indrelid as oid,
       array(select pg_get_indexdef(i.indexrelid, n, true) from generate_series(1, i.indnkeyatts) n) as parts,
       array(
         select case when c.conexclop is not null then (
             select format('operator(%I.%s)', s.nspname, o.oprname)
             from pg_operator o join pg_namespace s on s.oid = o.oprnamespace where o.oid = c.conexclop[n]
           )
           when i.indnullsnotdistinct then 'is not distinct from' else '=' end
         from generate_series(1, i.indnkeyatts) n
       ) as operators,
       pg_get_expr(i.indpred, i.indrelid, true) as predicate,
       array(
         select json_build_object('name', a.attname, 'type', case when t.typtype = 'd'
           then format_type(t.typbasetype, t.typtypmod) else format_type(a.atttypid, a.atttypmod) end)
         from pg_attribute a join pg_type t on t.oid = a.atttypid
         where a.attrelid = i.indrelid and a.attnum > 0 and not a.attisdropped
       ) as columns
     from pg_index i join pg_class x on x.oid = i.indexrelid
     left join pg_constraint c on c.conindid = i.indexrelid and c.contype = 'x'
     where i.indrelid = to_regclass($1) and x.relname = $2`,
    [sqlName({ schema, name: table }), constraint],
  )
  return rows[0]
}
