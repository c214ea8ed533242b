import type pg from 'pg'
import { sqlName } from '@strangler/core'
import { CdcError } from '../errors.ts'
import type { Value } from '../log/log.ts'
import {
  addStatement,
  clashStatement,
  copyStatement,
  deleteStatement,
  patchStatement,
  putStatement,
  rekeyStatement,
  replaceStatement,
  type Statement,
} from '../translate/statements.ts'
import type { Translation } from '../translate/translation.ts'
import { copyIn, copyText } from './copy-in.ts'
import {
  type Batch,
  type InputRow,
  keyOf,
  type Pending,
  type PendingTable,
  type TableChange,
} from './batch.ts'

/** At most so many rows go in one statement. */
const rowsPerStatement = 2000

/** Changes a target's rows inside a transaction of the applier's. Statements are prepared once a connection. */
export function createExecutor(client: pg.ClientBase) {
  const names = new Map<string, string>()

  async function run({ sql }: Statement, columns: readonly (readonly Value[])[]): Promise<number> {
    let name = names.get(sql)
    if (name === undefined) names.set(sql, (name = `strangler_${names.size}`))
    const values = columns.map(arrayText)
    const { rowCount } = await client.query({ name, text: sql, values })
    return rowCount ?? 0
  }

  async function runRows(statement: Statement, rows: readonly InputRow[]): Promise<number> {
    let hit = 0
    for (let at = 0; at < rows.length; at += rowsPerStatement) {
      const part = rows.slice(at, at + rowsPerStatement)
      hit += await run(
        statement,
        statement.takes.map((input) => part.map((row) => row[input])),
      )
    }
    return hit
  }

  /** Puts whole rows. A shared sink takes a row again only if it is the same: two sides may have given one key. */
  async function put(
    table: Translation,
    rows: readonly InputRow[],
    statement = putStatement,
  ): Promise<void> {
    const hit = await runRows(statement(table), rows)
    if (!table.sharedSink || hit === rows.length) return
    if ((await runRows(clashStatement(table), rows)) > 0) throw clashingRow(table, rows)
  }

  async function patch(table: Translation, rows: readonly InputRow[]): Promise<void> {
    const groups = Map.groupBy(rows, (row) => [...presentIn(row)].join())
    for (const group of groups.values()) {
      const present = presentIn(group[0]!)
      const hit = await runRows(patchStatement(table, present), group)
      if (hit < group.length) throw lackingRow(table, group)
    }
  }

  /** Adds whole rows that are not there yet. */
  async function add(table: Translation, rows: readonly InputRow[]): Promise<void> {
    if (rows.length === 0) return
    const copy = copyStatement(table)
    if (!copy) await runRows(addStatement(table), rows)
    else await copyIn(client, copy.sql, Buffer.from(copyText(rows, copy.takes)))
  }

  async function table({ table, rows }: PendingTable, trusting: boolean): Promise<void> {
    const pending = [...rows.values()]
    const removed = pending.filter((row) => row.removed).map(({ key }) => key)
    if (removed.length > 0) await runRows(deleteStatement(table), removed)
    const trusted = ({ isNew, whole }: Pending) => trusting && isNew && whole && !table.sharedSink
    const known = pending.filter((row) => !trusted(row))
    const whole = known.flatMap(({ row, whole }) => (row && whole ? [row] : []))
    if (whole.length > 0) await put(table, whole)
    const partial = known.flatMap(({ row, whole }) => (row && !whole ? [row] : []))
    if (partial.length > 0) await patch(table, partial)
    if (known.length === pending.length) return
    // Last, for they may take unique values that the others let go of.
    await add(
      table,
      pending.flatMap((one) => (one.row && trusted(one) ? [one.row] : [])),
    )
  }

  return {
    /**
     * Carries out a collapsed batch: of each table first the deletes, then the rest.
     *
     * @param trusting rows that are new in the log are taken to be new here; it is refused if one is not.
     */
    async batch(batch: Batch, trusting = false): Promise<void> {
      const tables = batch.tables()
      for (const each of tables) await table(each, trusting)
    },

    /** Puts whole rows that are not there yet; it is refused if one is. */
    add: (table: Translation, rows: readonly InputRow[]) =>
      table.sharedSink ? put(table, rows) : add(table, rows),

    /** Carries out one change as it happened at the source. */
    async one(change: TableChange): Promise<void> {
      if (change.kind === 'delete') {
        await runRows(deleteStatement(change.table), [change.key])
      } else if (change.kind === 'rekey') {
        await rekey(change, false)
      } else if (change.row.includes(undefined)) {
        await patch(change.table, [change.row])
      } else {
        await put(change.table, [change.row])
      }
    },

    /** Gives a row another key, or puts it whole if it is not there. */
    move: (change: Extract<TableChange, { kind: 'rekey' }>) => rekey(change, true),

    /** Puts whole rows where there may be stale ones. */
    replace: (table: Translation, rows: readonly InputRow[]) => put(table, rows, replaceStatement),

    query: <Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[]) =>
      client.query<Row>(sql, [...values]),

    async truncate(tables: readonly Translation[]): Promise<void> {
      if (tables.length === 0) return
      await client.query(`truncate ${tables.map(({ target }) => sqlName(target)).join(', ')}`)
    },
  }

  async function rekey(
    change: Extract<TableChange, { kind: 'rekey' }>,
    orPut: boolean,
  ): Promise<void> {
    const { table, oldKey, row } = change
    const present = presentIn(row)
    const news = row.filter((value) => value !== undefined)
    const hit = await run(
      rekeyStatement(table, present),
      [...oldKey, ...news].map((value) => [value]),
    )
    if (hit === 1) return
    if (!orPut || row.includes(undefined)) throw lackingRow(table, [oldKey])
    await put(table, [row])
  }
}

function presentIn(row: InputRow): Set<number> {
  return new Set(row.flatMap((value, at) => (value === undefined ? [] : [at])))
}

export type Executor = ReturnType<typeof createExecutor>

function someKeys(table: Translation, rows: readonly InputRow[]): string[] {
  return rows.slice(0, 3).map((row) => `(${keyOf(table, row).join(', ')})`)
}

function clashingRow(table: Translation, rows: readonly InputRow[]): CdcError {
  const keys = someKeys(table, rows)
  const message = `${sqlName(table.target)} has another row with the key of a row of ${sqlName(table.source)}; one of the keys ${keys.join(', ')}. Both sides add to it, so their keys must never meet: set their sequences apart, add the row at its source again with a key of its own, and discard this letter.`
  return new CdcError('CANNOT_APPLY', message, { table: sqlName(table.target), keys })
}

function lackingRow(table: Translation, rows: readonly InputRow[]): CdcError {
  const keys = someKeys(table, rows)
  const message = `${sqlName(table.target)} lacks a row that the log of ${sqlName(table.source)} changes; one of the keys ${keys.join(', ')}. Update the row at its source, all of its columns; if large values are left out of the log: alter table ${sqlName(table.source)} replica identity full.`
  return new CdcError('CANNOT_APPLY', message, { table: sqlName(table.target), keys })
}

/** A Postgres array of texts, in the form that its input function reads. */
export function arrayText(values: readonly Value[]): string {
  let text = '{'
  for (let at = 0; at < values.length; at++) {
    const value = values[at]
    if (at > 0) text += ','
    if (value === null || value === undefined) text += 'NULL'
    else text += `"${/["\\]/.test(value) ? value.replaceAll(/["\\]/g, '\\$&') : value}"`
  }
  return `${text}}`
}
