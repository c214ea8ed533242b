import { displayName } from '@strangler/core'
import type { TableChange } from '../apply/batch.ts'
import { CdcError } from '../errors.ts'
import type { Relation, RowChange, Value } from '../log/log.ts'
import type { Translation } from '../translate/translation.ts'

type OneRow = Exclude<RowChange, { kind: 'truncate' }>

/**
 * Turns a log's changes into changes of a translation's inputs. The log's columns may have changed since
 * the plan was fitted to the catalogs. Of a shared sink only what is added to it is one.
 *
 * @throws CdcError COLUMN_GONE when a column that the plan maps, or the key, is no longer logged.
 */
export function bind(
  table: Translation,
  relation: Relation,
): (change: OneRow, xid: number | undefined) => TableChange | undefined {
  const at = table.inputs.map(({ name }) => relation.columns.indexOf(name))
  const gone = table.inputs.filter((_, input) => at[input] === -1).map(({ name }) => name)
  if (gone.length > 0) {
    const name = displayName(table.source)
    const message = `${name} no longer has ${gone.join(', ')}, which the plan maps. Nothing was lost: restore the column, or change the plan and restart the worker. What was written meanwhile stays logged without it: if rows were, copy anew, with "strangler sync stop SLICE --drop" and "strangler sync start SLICE".`
    throw new CdcError('COLUMN_GONE', message, { table: name, columns: gone })
  }
  const key = table.inputs.slice(0, table.keyLength).map((column) => column.name)
  if (key.some((column) => !relation.key.includes(column))) {
    const name = displayName(table.source)
    const message = `${name} no longer logs its key (${key.join(', ')}), so its rows cannot be told apart. Run: alter table ${name} replica identity default`
    throw new CdcError('COLUMN_GONE', message, { table: name, key })
  }
  const keyAt = at.slice(0, table.keyLength)
  const rowOf = (values: readonly Value[]) => at.map((index) => values[index])
  const keyOf = (values: readonly Value[]) => keyAt.map((index) => values[index] as string)
  return (change, xid) => {
    // Either side only adds to it: what becomes of its rows later is that side's own matter.
    if (table.sharedSink && change.kind !== 'insert') return undefined
    if (change.kind === 'delete') return { kind: 'delete', table, xid, key: keyOf(change.old) }
    const row = rowOf(change.row)
    if (change.kind === 'update' && change.old) {
      const oldKey = keyOf(change.old)
      if (oldKey.some((value, part) => value !== row[part])) {
        return { kind: 'rekey', table, xid, oldKey, row }
      }
    }
    return { kind: 'put', table, xid, row, isNew: change.kind === 'insert' }
  }
}

/** Which of the toolkit's own rows a change is, if any. */
export function signalOf(
  change: RowChange,
  slice: string,
): { barrier: string; epoch: number } | { beat: number } | undefined {
  if (change.kind !== 'insert' && change.kind !== 'update') return undefined
  const { name, columns } = change.relation
  if (name.schema !== 'strangler') return undefined
  const value = (column: string) => change.row[columns.indexOf(column)]
  if (name.name === 'heartbeat') return { beat: Number(value('beat')) }
  if (name.name !== 'barrier' || value('slice') !== slice) return undefined
  return { barrier: value('id')!, epoch: Number(value('epoch')) }
}
