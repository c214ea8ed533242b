// Makes, in each database server, the databases and the roles with the least that each needs. It may run any
// number of times: what is there stays, passwords become those of the environment.
import { createRoles, roleOf, superuserGrants } from '@strangler/core'
import pg from 'pg'

interface Preparation {
  /** The variables that hold connection strings: of the server's superuser, and of the database's owner. */
  readonly superuser: string
  readonly owner: string
  /** The first word of the variables of the toolkit's roles, in databases that slices live in. */
  readonly toolkit?: string
  readonly extensions?: readonly string[]
}

const preparations: readonly Preparation[] = [
  {
    superuser: 'LEGACY_SUPERUSER_URL',
    owner: 'MONOLITH_DATABASE_URL',
    toolkit: 'LEGACY',
    extensions: ['btree_gist'],
  },
  { superuser: 'PATIENT_SUPERUSER_URL', owner: 'PATIENT_DATABASE_URL', toolkit: 'PATIENT' },
  { superuser: 'CONTROL_SUPERUSER_URL', owner: 'CONTROL_URL' },
  { superuser: 'CONTROL_SUPERUSER_URL', owner: 'UNLEASH_DATABASE_URL' },
]

for (const preparation of preparations) {
  await prepare(preparation)
  console.log(`${databaseOf(need(preparation.owner))}: database and roles are there`)
}

async function prepare({ superuser, owner, toolkit, extensions = [] }: Preparation) {
  const ownerUrl = need(owner)
  const name = databaseOf(ownerUrl)
  const database = pg.escapeIdentifier(name)
  await using server = open(need(superuser))
  await createRoles(server.pool, [ownerUrl])
  const { rowCount } = await server.pool.query('select from pg_database where datname = $1', [name])
  if (!rowCount) {
    await server.pool.query(
      `create database ${database} owner ${pg.escapeIdentifier(roleOf(ownerUrl))}`,
    )
  }
  // Else every role of the server may connect to each of its databases.
  await server.pool.query(`revoke connect on database ${database} from public`)
  if (toolkit === undefined) return
  const urls = {
    coordinator: need(`${toolkit}_COORDINATOR_URL`),
    applier: need(`${toolkit}_APPLIER_URL`),
    reader: need(`${toolkit}_READER_URL`),
  }
  const roles = {
    coordinator: roleOf(urls.coordinator),
    applier: roleOf(urls.applier),
    reader: roleOf(urls.reader),
  }
  await using inside = open(Object.assign(new URL(need(superuser)), { pathname: `/${name}` }).href)
  for (const extension of extensions) {
    await inside.pool.query(`create extension if not exists ${pg.escapeIdentifier(extension)}`)
  }
  await createRoles(inside.pool, Object.values(urls))
  for (const grant of superuserGrants(roles, name, [roleOf(ownerUrl)])) {
    await inside.pool.query(grant)
  }
}

function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1))
}

function need(name: string): string {
  const value = process.env[name]
  if (value) return value
  throw new Error(`${name} is not set: a connection string is needed, see docker-compose.yml.`)
}

function open(url: string) {
  const pool = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 10_000 })
  return { pool, [Symbol.asyncDispose]: () => pool.end() }
}
