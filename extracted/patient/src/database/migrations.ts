import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'
import type { Queryable } from './transaction.ts'

const folder = new URL('../../sql/', import.meta.url)

const files = readdirSync(folder)
  .filter((name) => /^\d{3}-.*\.sql$/.test(name))
  .sort()

/** A number for two migrators of one database to meet at; any other would do. */
const meetingPoint = 8_116_402

/** Applies the files of sql/ that a database lacks, each in its own transaction, and names them. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [meetingPoint])
    await client.query(
      `create table if not exists applied_migrations (
         name text primary key, applied_at timestamptz not null default now())`,
    )
    const lacking = await lackingMigrations(client)
    for (const name of lacking) await apply(client, name)
    return lacking
  } finally {
    await client.end()
  }
}

/** What {@link migrate} would apply. */
export async function lackingMigrations(db: Queryable): Promise<string[]> {
  const { rows: known } = await db.query<{ known: boolean }>(
    "select to_regclass('applied_migrations') is not null as known",
  )
  if (!known[0]!.known) return [...files]
  const { rows } = await db.query<{ name: string }>('select name from applied_migrations')
  const applied = rows.map(({ name }) => name)
  return files.filter((name) => !applied.includes(name))
}

async function apply(client: pg.Client, name: string): Promise<void> {
  await client.query('begin')
  try {
    await client.query(readFileSync(new URL(name, folder), 'utf8'))
    await client.query('insert into applied_migrations (name) values ($1)', [name])
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback')
    throw new Error(`${name} could not be applied; what comes before it is`, { cause })
  }
}
