import type { TableName } from '@strangler/core'
import type { Relation, RowChange, Value } from '../log.ts'
import type { EnvelopeRow, Event } from './envelope.ts'

type RowEvent = Extract<Event, { kind: 'row' }>

/** Turns rows of envelopes into changes, with one relation object for each version of a table's columns. */
export function createRelations(unchanged: string) {
  const known = new Map<string, Relation>()
  const textOf = ({ schema, name }: TableName) => `${schema}\0${name}`

  function relation(
    name: TableName,
    columns: readonly string[],
    key: readonly string[] | undefined,
  ): Relation {
    const text = textOf(name)
    const found = known.get(text)
    if (found && sameColumns(found.columns, columns)) return found
    const made = { name, columns, key: key ?? columns }
    known.set(text, made)
    return made
  }

  function rowOf(columns: readonly string[], row: EnvelopeRow, old: EnvelopeRow | null): Value[] {
    return columns.map((column) => {
      const value = row[column]
      if (value !== unchanged) return value
      // With a full replica identity, what was not sent again stands in the old row.
      const before = old?.[column]
      return before === unchanged || before === null ? undefined : before
    })
  }

  return {
    /** A row, or a key change that arrived as its two halves. */
    change(event: RowEvent, deleted?: RowEvent): RowChange {
      const { operation, table, key } = event
      const columns = Object.keys((event.after ?? event.before)!)
      const of = relation(table, columns, key)
      const before = deleted?.before ?? event.before
      const old = before ? rowOf(columns, before, null) : undefined
      if (operation === 'delete') return { kind: 'delete', relation: of, old: old! }
      const row = rowOf(columns, event.after!, before)
      if (deleted || operation === 'update') return { kind: 'update', relation: of, row, old }
      return { kind: 'insert', relation: of, row }
    },

    truncated: (table: TableName): Relation =>
      known.get(textOf(table)) ?? { name: table, columns: [], key: [] },
  }
}

function sameColumns(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((column, at) => column === other[at])
}
