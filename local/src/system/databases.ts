import { createRoles, superuserGrants } from '@strangler/core'
import pg from 'pg'
import type { Cluster } from '../postgres/cluster.ts'

const roles = {
  coordinator: 'strangler_coordinator',
  applier: 'strangler_applier',
  reader: 'strangler_reader',
} as const

/** The toolkit's connection strings for one database: `LEGACY_COORDINATOR_URL` and so on. */
export function databaseUrls(
  prefix: string,
  port: number,
  database: string,
  password: string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(roles).map(([purpose, role]) => [
      `${prefix}_${purpose.toUpperCase()}_URL`,
      `postgres://${role}:${password}@127.0.0.1:${port}/${database}`,
    ]),
  )
}

/** Makes a database that belongs to a role of its own, unless it is there. Resolves to that role's URL. */
export async function makeDatabase(
  cluster: Cluster,
  { database, owner, password }: { database: string; owner: string; password: string },
): Promise<string> {
  await using superuser = open(cluster, 'postgres')
  const url = `postgres://${owner}:${password}@127.0.0.1:${cluster.port}/${database}`
  await createRoles(superuser.pool, [url])
  const { rowCount } = await superuser.pool.query('select from pg_database where datname = $1', [
    database,
  ])
  if (!rowCount) {
    const [name, role] = [database, owner].map((text) => pg.escapeIdentifier(text))
    await superuser.pool.query(`create database ${name} owner ${role}`)
  }
  return url
}

/** Does once what only a superuser can do: the toolkit's roles with their rights, and extensions. */
export async function grantToolkit(
  cluster: Cluster,
  database: string,
  {
    owners,
    password,
    extensions = [],
  }: { owners: readonly string[]; password: string; extensions?: readonly string[] },
): Promise<void> {
  await using superuser = open(cluster, database)
  for (const extension of extensions) {
    await superuser.pool.query(`create extension if not exists ${pg.escapeIdentifier(extension)}`)
  }
  await createRoles(
    superuser.pool,
    Object.values(databaseUrls('', cluster.port, database, password)),
  )
  for (const grant of superuserGrants(roles, database, owners)) await superuser.pool.query(grant)
}

function open(cluster: Cluster, database: string) {
  const pool = new pg.Pool({ connectionString: cluster.url(database), max: 1 })
  return { pool, [Symbol.asyncDispose]: () => pool.end() }
}
