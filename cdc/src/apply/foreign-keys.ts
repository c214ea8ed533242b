import {
  type CatalogTable,
  counterpart,
  displayName,
  type ForeignKey,
  quote,
  sqlName,
  type SliceTable,
  type TableName,
} from '@strangler/core'
import type pg from 'pg'
import { CdcError } from '../errors.ts'
import { keyInputs, keyMatches, rowsOf, type Statement, valueOf } from '../translate/statements.ts'
import type { TablePair, Translation } from '../translate/translation.ts'
import { arrayText } from './execute.ts'

/**
 * A foreign key of the target. Applied rows are not checked against it, because triggers do not fire for
 * appliers: the applier has to look itself.
 */
export interface TargetKey {
  readonly key: ForeignKey
  readonly table: Translation
  /** Whether a row that is put into the table can break it, or one that is deleted there. */
  readonly brokenBy: 'put' | 'delete'
  /** The source keeps the same one, so that it can only break where changes were parked. */
  readonly isGuarded: boolean
  /** The table at its other end, if that is in the slice. */
  readonly other: Translation | undefined
  /** The slice that its other end belongs to, if that is another one; and whether the source keeps the same key. */
  readonly across: { readonly slice: string; readonly isKept: boolean } | undefined
}

/** Another slice whose rows come into the same database. */
export interface Neighbour {
  readonly slice: string
  readonly tables: readonly SliceTable[]
  /** Whether its rows come from the same database, too. */
  readonly sharesSource: boolean
}

/** A table's foreign keys and those that refer to it, by side. */
export type Referrers = Readonly<
  Record<'legacy' | 'service', ReadonlyMap<CatalogTable, readonly ForeignKey[]>>
>

/** The foreign keys from and to the tables of a slice, for a stream into one side. */
export function targetKeys(
  pairs: readonly TablePair[],
  into: 'legacy' | 'service',
  referrers: Referrers,
  neighbours: readonly Neighbour[] = [],
): TargetKey[] {
  const source = into === 'legacy' ? 'service' : 'legacy'
  const own = pairs.map(({ table }) => table)
  const near = neighbours.flatMap(({ tables, sharesSource }) => (sharesSource ? tables : []))
  const keysOf = (pair: TablePair, side: 'legacy' | 'service') => ({
    outgoing: pair[side].foreignKeys,
    incoming: referrers[side].get(pair[side]) ?? [],
  })
  const sourceKeys = pairs.flatMap((pair) => Object.values(keysOf(pair, source)).flat())
  return pairs.flatMap((pair): TargetKey[] => {
    const table = translationOf(pair, into)
    const make = (key: ForeignKey, brokenBy: 'put' | 'delete', end: TableName): TargetKey => {
      const isEnd = (mapping: SliceTable) => displayName(mapping[into]) === displayName(end)
      const other = pairs.find((pair) => isEnd(pair.table))
      const neighbour = neighbours.find(({ tables }) => tables.some(isEnd))
      const isKeptBy = (tables: readonly SliceTable[]) => isKept(key, tables, into, sourceKeys)
      return {
        key,
        table,
        brokenBy,
        isGuarded: isKeptBy(own),
        other: other && translationOf(other, into),
        across: neighbour && { slice: neighbour.slice, isKept: isKeptBy([...own, ...near]) },
      }
    }
    const { outgoing, incoming } = keysOf(pair, into)
    return [
      ...outgoing.map((key) => make(key, 'put', key.references)),
      ...incoming.map((key) => make(key, 'delete', key.from)),
    ]
  })
}

function translationOf(pair: TablePair, into: 'legacy' | 'service'): Translation {
  return into === 'legacy' ? pair.reverse : pair.forward
}

/** Whether the source has the same foreign key between what becomes these tables. */
function isKept(
  key: ForeignKey,
  tables: readonly SliceTable[],
  into: 'legacy' | 'service',
  sourceKeys: readonly ForeignKey[],
): boolean {
  const source = into === 'legacy' ? 'service' : 'legacy'
  const find = (name: TableName) =>
    tables.find((table) => displayName(table[into]) === displayName(name))
  const from = find(key.from)
  const to = find(key.references)
  if (!from || !to) return false
  const columns = key.columns.map((name) => counterpart(from, into, name)).join()
  const referenced = key.referencedColumns.map((name) => counterpart(to, into, name)).join()
  return sourceKeys.some(
    (other) =>
      displayName(other.from) === displayName(from[source]) &&
      displayName(other.references) === displayName(to[source]) &&
      other.columns.join() === columns &&
      other.referencedColumns.join() === referenced,
  )
}

/**
 * A row that is deleted is looked up by its key alone, and what a column held before it was changed is not known: of
 * a key that refers to other columns nobody would see what it leaves behind.
 */
export function isUnguardable({ key, table, brokenBy, isGuarded, across }: TargetKey): boolean {
  const keyColumns = table.outputs.filter(({ isKey }) => isKey).map(({ column }) => column)
  const isToKey = key.referencedColumns.every((column) => keyColumns.includes(column))
  const isKept = isGuarded || across?.isKept
  return brokenBy === 'delete' && !isKept && !isToKey
}

/** So many broken keys are enough to know of at once. */
const enough = 10_000

/** Finds, among rows that were put, those that refer to nothing. Takes and returns the source's keys. */
function orphanStatement(table: Translation, key: ForeignKey): Statement {
  const takes = keyInputs(table)
  const filled = key.columns.map((column) => `t.${quote(column)} is not null`)
  return {
    takes,
    sql: `select ${keyOfInputs(takes)}, ${shown(key, 't')} as orphan from ${sqlName(key.from)} t, ${rowsOf(takes)}
      where ${keyMatches(table)} and ${filled.join(' and ')}
        and not exists (${parentOf(key, 't')}) limit ${enough}`,
  }
}

/** Finds those of deleted rows that some row still refers to. Takes and returns the source's keys. */
function strandedStatement(table: Translation, key: ForeignKey): Statement | undefined {
  const matches = key.columns.map((column, at) => {
    const output = table.outputs.find(({ column }) => column === key.referencedColumns[at])
    return output?.isKey ? `t.${quote(column)} = ${valueOf(output)}` : undefined
  })
  if (matches.includes(undefined)) return undefined
  const takes = keyInputs(table)
  return {
    takes,
    sql: `select distinct ${keyOfInputs(takes)}, ${shown(key, 't')} as orphan from ${sqlName(key.from)} t, ${rowsOf(takes)}
      where ${matches.join(' and ')} and not exists (${parentOf(key, 't')}) limit ${enough}`,
  }
}

function keyOfInputs(takes: readonly number[]): string {
  return `array[${takes.map((at) => `s.i${at}`).join(', ')}] as key`
}

/** A row whose change leaves a row of the target that refers to nothing. */
export interface BrokenRow {
  readonly by: TargetKey
  /** The source's key. */
  readonly key: readonly string[]
  /** What refers to nothing. */
  readonly orphan: string
}

/** Finds which of these rows of the source, by their keys, break a foreign key. */
export async function findBroken(
  client: pg.ClientBase,
  by: TargetKey,
  keys: readonly (readonly string[])[],
): Promise<BrokenRow[]> {
  const statementOf = by.brokenBy === 'put' ? orphanStatement : strandedStatement
  const statement = statementOf(by.table, by.key)
  if (!statement || keys.length === 0) return []
  const { rows } = await client.query<{ key: string[]; orphan: string }>(
    statement.sql,
    statement.takes.map((at) => arrayText(keys.map((key) => key[at]))),
  )
  return rows.map((row) => ({ by, ...row }))
}

/** SQL for what a row refers to, as one text. */
export function shown({ columns }: ForeignKey, alias: string): string {
  return `concat_ws(', ', ${columns.map((column) => `${alias}.${quote(column)}`).join(', ')})`
}

/** SQL that finds the row that a row refers to. */
export function parentOf(
  { columns, references, referencedColumns }: ForeignKey,
  child: string,
): string {
  const equal = columns.map(
    (column, at) => `p.${quote(referencedColumns[at]!)} = ${child}.${quote(column)}`,
  )
  return `select from ${sqlName(references)} p where ${equal.join(' and ')}`
}

/** Why a row that breaks a foreign key is not applied. */
export function brokenKey({ by: { key }, orphan }: BrokenRow): CdcError {
  const from = `${displayName(key.from)} (${key.columns.join(', ')})`
  const message = `${from} would refer with (${orphan}) to no row of ${displayName(key.references)}: the foreign key ${key.name} forbids it. Add what is missing there, or correct the row at its source.`
  return new CdcError('CANNOT_APPLY', message, {
    sqlstate: '23503',
    constraint: key.name,
    orphan,
  })
}
