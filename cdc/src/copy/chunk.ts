import { type Direction, quote, sqlName } from '@strangler/core'
import type pg from 'pg'
import type { Value } from '../log/log.ts'
import { keyAtSource, keyRange, printed } from '../translate/keys.ts'
import type { TablePair } from '../translate/translation.ts'

/** Rows of the source, in the order of its key, as one transaction saw them. */
export interface Chunk {
  readonly rows: readonly (readonly Value[])[]
  /** Whether a transaction, by the low 32 bits of its id, was under way then, and so was not seen. */
  unseen(xid: number): boolean
}

/** Reads the next rows after a key. */
export async function readChunk(
  source: pg.Pool,
  pair: TablePair,
  direction: Direction,
  after: readonly string[] | null,
  limit: number,
): Promise<Chunk> {
  const table = pair[direction]
  const order = keyAtSource(pair, direction)
  const range = keyRange(order, { after, upTo: null }, 1)
  const columns = table.inputs.map((column) => `${printed(column, 't')} as ${quote(column.name)}`)
  const client = await source.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    const snapshot = await client.query<{ next: string; running: string[] }>(
      `select pg_snapshot_xmax(s)::text as next, array(select pg_snapshot_xip(s)::text) as running
       from pg_current_snapshot() s`,
    )
    const { rows } = await client.query<Value[]>({
      text: `select ${columns.join(', ')} from ${sqlName(table.source)} t where ${range.sql}
        order by ${order.map(({ by }) => by).join(', ')} limit ${limit}`,
      values: range.values,
      rowMode: 'array',
    })
    await client.query('commit')
    client.release()
    const { next, running } = snapshot.rows[0]!
    const low = (xid: string) => Number(BigInt(xid) & 0xffffffffn)
    const seenBefore = low(next)
    const unseen = new Set(running.map(low))
    // Ids go round: the later of two is less than half the circle ahead.
    return { rows, unseen: (xid) => unseen.has(xid) || ((xid - seenBefore) | 0) >= 0 }
  } catch (error) {
    client.release(error as Error)
    throw error
  }
}
