import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRoles } from '@strangler/core'
import pg from 'pg'
import { type Cluster, disposable, startCluster } from '../postgres/cluster.ts'
import { freePort } from '../system/ports.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { type TestRole, testRoles } from './roles.ts'

/** A Postgres server of a test file's own, thrown away with everything in it. */
export interface TestPostgres extends AsyncDisposable {
  readonly port: number
  /** Connection string of one of the roles. */
  url(database: string, role?: TestRole): string
  /**
   * Makes a database that `app` owns, runs the SQL in it as `app`, and gives the toolkit's roles what
   * `strangler doctor --sql` would have a superuser give them.
   */
  createDatabase(sql?: string): Promise<TestDatabase>
  /** Stops the server as a power switch would not: sessions are ended, what was committed stays. */
  stop(): Promise<void>
  startAgain(): Promise<void>
}

export interface TestPostgresOptions {
  readonly settings?: Readonly<Record<string, string>>
}

const password = 'test'

/** Writers that meet by chance find their deadlocks sooner, but not before a fence gives way. */
const impatient = { deadlock_timeout: '300ms' }

/**
 * Starts a server. One a file is enough; each test takes databases of its own:
 *
 * ```ts
 * let postgres: TestPostgres
 * beforeAll(async () => void (postgres = await startPostgres()))
 * afterAll(() => postgres[Symbol.asyncDispose]())
 *
 * test('...', async () => {
 *   await using legacy = await postgres.createDatabase('create table pets (id int primary key)')
 *   await legacy.app.query('insert into pets values (1)')
 * })
 * ```
 */
export async function startPostgres(options: TestPostgresOptions = {}): Promise<TestPostgres> {
  const dir = mkdtempSync(join(tmpdir(), 'strangler-test-'))
  const port = await freePort()
  const settings = { ...disposable, ...impatient, ...options.settings }
  const start = (): Promise<Cluster> => startCluster({ dir, port, password, settings })
  let cluster = await start()
  const url = (database: string, role: TestRole = 'superuser') =>
    role === 'superuser'
      ? cluster.url(database)
      : `postgres://${testRoles[role]}:${password}@127.0.0.1:${port}/${database}`
  const superuser = new pg.Pool({ connectionString: cluster.url('postgres'), max: 2 })
  superuser.on('error', () => {})
  const roles = Object.keys(testRoles) as (keyof typeof testRoles)[]
  await createRoles(
    superuser,
    roles.map((role) => url('postgres', role)),
  )
  let made = 0
  return {
    port,
    url,
    createDatabase: (sql = '') => createTestDatabase({ url, superuser }, `test_${++made}`, sql),
    stop: () => cluster.stop(),
    async startAgain() {
      cluster = await start()
    },
    async [Symbol.asyncDispose]() {
      await superuser.end()
      await cluster.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
