import type { Client } from 'pg'
import { copyIn } from './copy-in.ts'
import { copyLine, type Row } from './copy-text.ts'

export type Table = readonly [name: string, rows: Iterable<Row>]

/** Characters that are sent together. */
const chunkLength = 65_536

/**
 * Rows of one COPY. The server remembers each row of a statement until its end, to look for what its foreign
 * keys point at; more statements, less memory there.
 */
const statementRows = 50_000

/** Tables whose triggers would add rows of their own, or times of their own. */
const triggered = [
  'clinics',
  'users',
  'owners',
  'pets',
  'vaccinations',
  'appointments',
  'inventory_items',
  'purchase_orders',
  'medical_records',
  'treatments',
]

/**
 * Writes all rows in one transaction, each as soon as it is made, and returns how many there were by table.
 *
 * @param note hears again and again how many more rows of which table were sent
 */
export async function load(
  client: Client,
  tables: readonly Table[],
  note: (rows: number, table: string) => void = () => {},
): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  await client.query('begin')
  try {
    for (const table of triggered) await client.query(`alter table ${table} disable trigger user`)
    for (const table of tables) counts.set(table[0], await fill(client, table, note))
    for (const table of triggered) await client.query(`alter table ${table} enable trigger user`)
    await raiseSequences(client, [...counts.keys()])
    await client.query('commit')
  } catch (error) {
    // What went wrong is to be told, also where the connection went with it.
    await client.query('rollback').catch(() => {})
    throw error
  }
  for (const table of counts.keys()) await client.query(`analyze ${table}`)
  return counts
}

async function fill(
  client: Client,
  [table, rows]: Table,
  note: (rows: number, table: string) => void,
): Promise<number> {
  const source = rows[Symbol.iterator]()
  let count = 0
  let next = source.next()
  function* chunksOfStatement(columns: readonly string[]): Iterable<string> {
    let text = ''
    let noted = count
    for (const end = count + statementRows; !next.done && count < end; next = source.next()) {
      text += copyLine(next.value, columns)
      count += 1
      if (text.length < chunkLength) continue
      yield text
      note(count - noted, table)
      noted = count
      text = ''
    }
    if (text !== '') yield text
    note(count - noted, table)
  }
  while (!next.done) {
    const columns = Object.keys(next.value)
    const sql = `copy ${table} (${columns.join(', ')}) from stdin`
    await copyIn(client, sql, chunksOfStatement(columns))
  }
  return count
}

/** The rows came with their ids; the next ones are counted on from there. */
async function raiseSequences(client: Client, tables: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ table: string; sequence: string }>(
    `select table_name as table, pg_get_serial_sequence(table_name, 'id') as sequence
     from information_schema.columns
     where table_schema = 'public' and column_name = 'id' and table_name = any ($1)
       and column_default like 'nextval(%'`,
    [tables],
  )
  for (const { table, sequence } of rows) {
    await client.query(`select setval($1, (select max(id) from ${table}))`, [sequence])
  }
}
