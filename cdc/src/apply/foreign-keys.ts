import {
  type CatalogTable,
  counterpart,
  displayName,
  type ForeignKey,
  quote,
  sqlName,
  type TableName,
} from '@strangler/core'
import { CdcError } from '../errors.ts'
import { keyInputs, keyMatches, rowsOf, type Statement, valueOf } from '../translate/statements.ts'
import type { TablePair, Translation } from '../translate/translation.ts'

/**
 * A foreign key of the target that applied rows are not checked against, because triggers do not fire for
 * appliers, and that nothing at the source keeps either.
 */
export interface UnguardedKey {
  readonly key: ForeignKey
  readonly table: Translation
  /** Whether a row that is put into the table can break it, or one that is deleted there. */
  readonly brokenBy: 'put' | 'delete'
}

/** The foreign keys that the applier has to check itself, for a stream into one side. */
export function unguardedKeys(
  pairs: readonly TablePair[],
  into: 'legacy' | 'service',
  referrers: ReadonlyMap<CatalogTable, readonly ForeignKey[]>,
): UnguardedKey[] {
  return pairs.flatMap((pair): UnguardedKey[] => {
    const table = into === 'legacy' ? pair.reverse : pair.forward
    const own = pair[into].foreignKeys.map((key) => ({ key, table, brokenBy: 'put' }) as const)
    const incoming = (referrers.get(pair[into]) ?? []).map(
      (key) => ({ key, table, brokenBy: 'delete' }) as const,
    )
    return [...own, ...incoming].filter(({ key }) => !keptAtSource(pairs, into, key))
  })
}

/** The source has the same foreign key between the same tables of the slice. */
function keptAtSource(
  pairs: readonly TablePair[],
  into: 'legacy' | 'service',
  key: ForeignKey,
): boolean {
  const source = into === 'legacy' ? 'service' : 'legacy'
  const find = (name: TableName) =>
    pairs.find((pair) => displayName(pair[into].name) === displayName(name))
  const from = find(key.from)
  const to = find(key.references)
  if (!from || !to) return false
  const columns = key.columns.map((name) => counterpart(from.table, into, name)).join()
  const referenced = key.referencedColumns.map((name) => counterpart(to.table, into, name)).join()
  return from[source].foreignKeys.some(
    (other) =>
      displayName(other.references) === displayName(to[source].name) &&
      other.columns.join() === columns &&
      other.referencedColumns.join() === referenced,
  )
}

/** Finds, among rows that were put, one that refers to nothing. Takes the source's keys. */
export function orphanStatement(table: Translation, key: ForeignKey): Statement {
  const takes = keyInputs(table)
  const filled = key.columns.map((column) => `t.${quote(column)} is not null`)
  return {
    takes,
    sql: `select ${shown(key, 't')} as orphan from ${sqlName(key.from)} t, ${rowsOf(takes)}
      where ${keyMatches(table)} and ${filled.join(' and ')}
        and not exists (${parentOf(key, 't')}) limit 1`,
  }
}

/** Finds a row that refers to one of those that were deleted. Takes the source's keys. */
export function strandedStatement(table: Translation, key: ForeignKey): Statement | undefined {
  const matches = key.columns.map((column, at) => {
    const output = table.outputs.find(({ column }) => column === key.referencedColumns[at])
    return output?.isKey ? `t.${quote(column)} = ${valueOf(output)}` : undefined
  })
  if (matches.includes(undefined)) return undefined
  const takes = keyInputs(table)
  return {
    takes,
    sql: `select ${shown(key, 't')} as orphan from ${sqlName(key.from)} t, ${rowsOf(takes)}
      where ${matches.join(' and ')} and not exists (${parentOf(key, 't')}) limit 1`,
  }
}

function shown({ columns }: ForeignKey, alias: string): string {
  return `concat_ws(', ', ${columns.map((column) => `${alias}.${quote(column)}`).join(', ')})`
}

function parentOf({ columns, references, referencedColumns }: ForeignKey, child: string): string {
  const equal = columns.map(
    (column, at) => `p.${quote(referencedColumns[at]!)} = ${child}.${quote(column)}`,
  )
  return `select from ${sqlName(references)} p where ${equal.join(' and ')}`
}

export function brokenKey(key: ForeignKey, orphan: string): CdcError {
  const from = `${displayName(key.from)} (${key.columns.join(', ')})`
  const message = `${from} would refer with (${orphan}) to no row of ${displayName(key.references)}: the foreign key ${key.name} forbids it. Add what is missing there, or correct the row at its source.`
  return new CdcError('CANNOT_APPLY', message, { key: key.name, orphan })
}
