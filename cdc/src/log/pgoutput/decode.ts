import type { LogEntry, Relation, Value } from '../log.ts'
import { formatLsn } from '../lsn.ts'
import { Reader } from './reader.ts'

/**
 * Decodes the messages of Postgres' own output plugin, protocol version 1. A message may begin within its buffer.
 *
 * @see https://www.postgresql.org/docs/17/protocol-logicalrep-message-formats.html
 */
export function createDecoder(): (message: Buffer, at?: number) => LogEntry | undefined {
  const relations = new Map<number, Relation>()
  const relation = (id: number): Relation => {
    const found = relations.get(id)
    if (!found) throw new Error(`the log uses relation ${id} before it describes it`)
    return found
  }
  return (message, at = 0) => {
    const from = new Reader(message, at)
    const type = from.char()
    switch (type) {
      case 'B':
        from.skip(8 + 8) // Where the commit is, and when.
        return { kind: 'begin', xid: from.int32() }
      case 'C':
        from.skip(1 + 8) // Flags; where the commit record begins.
        return { kind: 'commit', place: formatLsn(from.int64()) }
      case 'R': {
        const id = from.int32()
        relations.set(id, readRelation(from))
        return undefined
      }
      case 'I': {
        const of = relation(from.int32())
        from.skip(1)
        return { kind: 'insert', relation: of, row: readRow(from) }
      }
      case 'U': {
        const of = relation(from.int32())
        const tag = from.char() // N: the new row comes at once; K: first the old key; O: first the old row.
        const old = tag === 'N' ? undefined : readRow(from)
        if (old) from.skip(1)
        const row = readRow(from)
        if (tag === 'O') fillIn(row, old!)
        return { kind: 'update', relation: of, row, old }
      }
      case 'D': {
        const of = relation(from.int32())
        from.skip(1)
        return { kind: 'delete', relation: of, old: readRow(from) }
      }
      case 'T': {
        const count = from.int32()
        from.skip(1) // CASCADE and RESTART IDENTITY: the tables that it cascades to are listed too.
        return {
          kind: 'truncate',
          relations: Array.from({ length: count }, () => relation(from.int32())),
        }
      }
      default:
        return undefined // Origins, types and messages of other writers.
    }
  }
}

function readRelation(from: Reader): Relation {
  const schema = from.cString() || 'pg_catalog'
  const name = from.cString()
  from.skip(1)
  const columns: string[] = []
  const key: string[] = []
  for (let left = from.int16(); left > 0; left--) {
    const isKey = from.int8() === 1
    const column = from.cString()
    from.skip(4 + 4)
    columns.push(column)
    if (isKey) key.push(column)
  }
  return { name: { schema, name }, columns, key }
}

function readRow(from: Reader): Value[] {
  const row: Value[] = []
  for (let left = from.int16(); left > 0; left--) {
    switch (from.char()) {
      case 'n':
        row.push(null)
        break
      case 'u':
        row.push(undefined)
        break
      default:
        row.push(from.text(from.int32()))
    }
  }
  return row
}

/** With a full replica identity, what was not sent again stands in the old row. */
function fillIn(row: Value[], old: readonly Value[]): void {
  for (const [at, value] of row.entries()) if (value === undefined) row[at] = old[at]
}
