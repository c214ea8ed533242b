import type { Client } from 'pg'

export type Row = Readonly<Record<string, unknown>>

const batchRows = 1000

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

/** Writes all rows in one transaction, in batches, and returns how many there were by table. */
export async function load(
  client: Client,
  tables: readonly (readonly [table: string, rows: Iterable<Row>])[],
): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  await client.query('begin')
  try {
    for (const table of triggered) await client.query(`alter table ${table} disable trigger user`)
    for (const [table, rows] of tables) counts.set(table, await fill(client, table, rows))
    for (const table of triggered) await client.query(`alter table ${table} enable trigger user`)
    await raiseSequences(client, [...counts.keys()])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
  for (const table of counts.keys()) await client.query(`analyze ${table}`)
  return counts
}

async function fill(client: Client, table: string, rows: Iterable<Row>): Promise<number> {
  let count = 0
  for (const batch of batches(rows)) {
    const columns = Object.keys(batch[0]!).join(', ')
    await client.query(
      `insert into ${table} (${columns})
       select ${columns} from json_populate_recordset(null::${table}, $1)`,
      [JSON.stringify(batch)],
    )
    count += batch.length
  }
  return count
}

function* batches(rows: Iterable<Row>): Iterable<Row[]> {
  let batch: Row[] = []
  for (const row of rows) {
    batch.push(row)
    if (batch.length === batchRows) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
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
