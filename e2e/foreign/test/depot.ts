import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Cluster, disposable, startCluster } from '../../../local/src/postgres/cluster.ts'
import { freePort } from '../../../local/src/system/ports.ts'
import { serve } from '../http.ts'
import { createMonolith } from '../monolith/app.ts'
import { createPool } from '../monolith/database.ts'
import { createService } from '../service/app.ts'
import { createIdentity } from '../service/identity.ts'
import { openStore } from '../service/store.ts'

export interface Databases extends AsyncDisposable {
  /** The superuser's connection string. */
  url(database: string): string
  /** Makes an empty database; answers its connection string. */
  create(name: string): Promise<string>
  stop(): Promise<void>
  start(): Promise<void>
}

/** A Postgres server of the test's own. */
export async function startDatabases(): Promise<Databases> {
  const port = await freePort()
  const dir = join(tmpdir(), `parcel-depot-${process.pid}-${port}`)
  const options = { dir, port, password: 'depot', settings: disposable }
  let cluster: Cluster = await startCluster(options)
  return {
    url: (database) => cluster.url(database),
    stop: () => cluster.stop(),
    async start() {
      cluster = await startCluster(options)
    },
    async create(name) {
      const client = new pg.Client(cluster.url('postgres'))
      await client.connect()
      await client.query(`CREATE DATABASE ${name}`)
      await client.end()
      return cluster.url(name)
    },
    async [Symbol.asyncDispose]() {
      await cluster.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

export interface Site extends AsyncDisposable {
  readonly url: string
}

export async function startMonolith(databaseUrl: string): Promise<Site> {
  const pool = createPool(databaseUrl)
  const { url, close } = await serve(createMonolith(pool), 0, '127.0.0.1')
  return { url, [Symbol.asyncDispose]: () => close().then(() => pool.end()) }
}

export async function startService(databaseUrl: string, monolith: string): Promise<Site> {
  const store = openStore(databaseUrl)
  const identity = createIdentity({ monolith, now: () => performance.now() })
  const { url, close } = await serve(createService({ store, identity }), 0, '127.0.0.1')
  return { url, [Symbol.asyncDispose]: () => close().then(() => store.close()) }
}

/** Logs in at the monolith; answers the Cookie header to send. */
export async function cookieOf(monolith: string, login = 'supervisor'): Promise<string> {
  const response = await fetch(`${monolith}/session`, {
    method: 'POST',
    body: new URLSearchParams({ login, password: `${login}-pass` }),
  })
  return response.headers.get('set-cookie')!.split(';', 1)[0]!
}

/** A JSON answer. */
export async function parsed<T>(response: Response): Promise<T> {
  return JSON.parse(await response.text())
}
