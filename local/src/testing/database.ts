import { createCoordinatorPool, type Roles, superuserGrants } from '@strangler/core'
import pg from 'pg'
import { type TestRole, testRoles } from './roles.ts'

/** A database of one test, with a pool for each of those who use it. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string
  /** The names of the toolkit's roles here. */
  readonly roles: Roles
  url(role?: TestRole): string
  /** The application, which owns the tables. */
  readonly app: pg.Pool
  readonly superuser: pg.Pool
  /** The toolkit's coordinator, with the timeouts that it has in the worker. */
  readonly coordinator: pg.Pool
  /** One session of its own, which is ended with the database at the latest. */
  connect(role?: TestRole, options?: string): Promise<pg.Client>
  /** Whether a session waits for a lock that another one holds. */
  waitsForLock(session: pg.Client): Promise<boolean>
}

interface Server {
  readonly superuser: pg.Pool
  url(database: string, role?: TestRole): string
}

export async function createTestDatabase(
  server: Server,
  name: string,
  sql: string,
): Promise<TestDatabase> {
  const { coordinator, applier, reader, app } = testRoles
  const roles = { coordinator, applier, reader }
  await server.superuser.query(`create database ${name} owner ${app}`)
  await using opened = new AsyncDisposableStack()
  const url = (role?: TestRole) => server.url(name, role)
  const pool = (role: TestRole) => opened.adopt(createPool(url(role)), endOf(`${name} as ${role}`))
  const database = {
    name,
    roles,
    url,
    app: pool('app'),
    superuser: pool('superuser'),
    coordinator: opened.adopt(
      createCoordinatorPool(url('coordinator'), 'test coordinator'),
      endOf(`${name} as coordinator`),
    ),
  }
  for (const grant of superuserGrants(roles, name, [app])) await database.superuser.query(grant)
  if (sql) await database.app.query(sql)
  const closing = opened.move()
  return {
    ...database,
    async connect(role = 'app', options = '') {
      const client = new pg.Client({ connectionString: url(role), options })
      client.on('error', () => {})
      await client.connect()
      closing.defer(() => client.end())
      return client
    },
    async waitsForLock(session) {
      const { processID } = session as pg.Client & { readonly processID: number }
      const { rows } = await database.superuser.query<{ waits: boolean }>(
        'select cardinality(pg_blocking_pids($1)) > 0 as waits',
        [processID],
      )
      return rows[0]!.waits
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

function createPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 20 })
  pool.on('error', () => {})
  return pool
}

/** Ends a pool, and fails if somebody kept a connection: a leak that would keep a process alive. */
function endOf(what: string): (pool: pg.Pool) => Promise<void> {
  return async (pool) => {
    const kept = pool.totalCount - pool.idleCount
    if (kept > 0) throw new Error(`${kept} connections to ${what} were not given back`)
    await pool.end()
  }
}
