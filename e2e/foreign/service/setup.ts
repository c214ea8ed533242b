import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { setting } from '../http.ts'

/** Makes the schema `parcel`, empty, in a database of its own. */
export async function setUpService(connectionString: string) {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query('BEGIN')
    await client.query(await readFile(new URL('schema.sql', import.meta.url), 'utf8'))
    await client.query('COMMIT')
  } finally {
    await client.end()
  }
}

if (import.meta.main) await setUpService(setting('DATABASE_URL'))
