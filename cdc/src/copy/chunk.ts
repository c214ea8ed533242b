import { type Direction, quote, sqlName } from '@strangler/core'
import type pg from 'pg'
import type { Value } from '../log/log.ts'
import { keyAtSource, keyRange, printed } from '../translate/keys.ts'
import type { TablePair } from '../translate/translation.ts'

/** Rows of the source, in the order of its key, as one transaction saw them. */
export interface Chunk {
  readonly rows: readonly (readonly Value[])[]
  /** Low 32 bits of the ids of transactions that were under way, and so not seen. */
  readonly unseen: readonly number[]
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
    const snapshot = await client.query<{ xid: string }>(
      'select pg_snapshot_xip(pg_current_snapshot())::text as xid',
    )
    const { rows } = await client.query<Value[]>({
      text: `select ${columns.join(', ')} from ${sqlName(table.source)} t where ${range.sql}
        order by ${order.map(({ by }) => by).join(', ')} limit ${limit}`,
      values: range.values,
      rowMode: 'array',
    })
    await client.query('commit')
    client.release()
    const unseen = snapshot.rows.map(({ xid }) => Number(BigInt(xid) & 0xffffffffn))
    return { rows, unseen }
  } catch (error) {
    client.release(error as Error)
    throw error
  }
}
