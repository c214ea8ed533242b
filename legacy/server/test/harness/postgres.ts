import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Cluster, disposable, startCluster } from '../../../../local/src/postgres/cluster.ts'
import { freePort } from '../../../../local/src/system/ports.ts'
import { migrate } from '../../src/db/migrations.ts'
import { seed } from '../../src/seed/seed.ts'

/** A Postgres server of a test file's own. */
export class Postgres implements AsyncDisposable {
  readonly #dir: string
  readonly #port: number
  #cluster: Cluster

  private constructor(dir: string, port: number, cluster: Cluster) {
    this.#dir = dir
    this.#port = port
    this.#cluster = cluster
  }

  static async open(): Promise<Postgres> {
    const dir = mkdtempSync(join(tmpdir(), 'petsphere-test-'))
    const port = await freePort()
    return new Postgres(dir, port, await start(dir, port))
  }

  /** A database that does not exist before, without the schema. */
  async emptyDatabase(name: string): Promise<string> {
    await this.sql(this.url('postgres'), `create database ${name}`)
    return this.url(name)
  }

  async migratedDatabase(name: string): Promise<string> {
    const url = await this.emptyDatabase(name)
    await migrate(url)
    return url
  }

  async seededDatabase(name: string): Promise<string> {
    const url = await this.migratedDatabase(name)
    await seed({ databaseUrl: url, size: 'small', bcryptCost: 4 })
    return url
  }

  url(database: string): string {
    return this.#cluster.url(database)
  }

  /** Runs one statement on a connection of its own. */
  async sql<Row extends pg.QueryResultRow>(url: string, statement: string, values: unknown[] = []) {
    await using connection = await connect(url)
    return (await connection.client.query<Row>(statement, values)).rows
  }

  stop(): Promise<void> {
    return this.#cluster.stop()
  }

  async startAgain(): Promise<void> {
    this.#cluster = await start(this.#dir, this.#port)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster.stop()
    rmSync(this.#dir, { recursive: true, force: true })
  }
}

export async function connect(url: string) {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  return { client, [Symbol.asyncDispose]: () => client.end() }
}

function start(dir: string, port: number): Promise<Cluster> {
  return startCluster({ dir, port, password: 'test', settings: disposable })
}
