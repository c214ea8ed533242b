import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'
import type { Queryable } from './transaction.ts'

const folder = new URL('../../sql/', import.meta.url)

const migrations = readdirSync(folder)
  .filter((name) => /^\d{3}-.*\.sql$/.test(name))
  .sort()

/** Any number will do, as long as nobody else locks it. */
const lock = 7_304_221

/** Applies what is missing, each file in a transaction, and tells which those were. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [lock])
    await client.query(
      `create table if not exists schema_migrations (
         name text primary key, applied_at timestamptz not null default now())`,
    )
    const missing = await missingMigrations(client)
    for (const name of missing) await apply(client, name)
    return missing
  } finally {
    await client.end()
  }
}

/** The migrations that a database does not have yet; all of them if it was never migrated. */
export async function missingMigrations(db: Queryable): Promise<string[]> {
  const { rows: tables } = await db.query<{ exists: boolean }>(
    "select to_regclass('schema_migrations') is not null as exists",
  )
  if (!tables[0]!.exists) return [...migrations]
  const { rows } = await db.query<{ name: string }>('select name from schema_migrations')
  const applied = new Set(rows.map(({ name }) => name))
  return migrations.filter((name) => !applied.has(name))
}

async function apply(client: pg.Client, name: string): Promise<void> {
  await client.query('begin')
  try {
    await client.query(readFileSync(new URL(name, folder), 'utf8'))
    await client.query('insert into schema_migrations (name) values ($1)', [name])
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback')
    throw new Error(`Migration ${name} failed; the ones before it are applied`, { cause })
  }
}
