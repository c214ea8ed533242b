import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { setting } from '../http.ts'
import { insertRows } from './insert.ts'
import { seedRows } from './seed.ts'

/** Makes the schema `depot` in a database, and its rows unless told not to. All of it, or nothing. */
export async function setUpDepot(connectionString: string, { seed = true } = {}) {
  const client = new pg.Client({ connectionString, options: '-c TimeZone=UTC' })
  await client.connect()
  try {
    await client.query('BEGIN')
    await client.query(await readFile(new URL('schema.sql', import.meta.url), 'utf8'))
    if (seed) {
      for (const [table, rows] of seedRows()) await insertRows(client, table, rows)
      await passIds(client)
    }
    await client.query('COMMIT')
  } finally {
    await client.end()
  }
}

/** New ids begin after the highest there is. */
async function passIds(client: pg.Client) {
  for (const table of ['accounts', 'users', 'couriers', 'parcels', 'invoices']) {
    await client.query(
      `SELECT setval(pg_get_serial_sequence('depot.${table}', 'id'), max(id)) FROM depot.${table}`,
    )
  }
}

if (import.meta.main) await setUpDepot(setting('DATABASE_URL'))
