import {
  createCoordinatorPool,
  type Database,
  exactText,
  outliveBrokenConnections,
  type Plan,
  resolve,
  roleOf,
  type Roles,
} from '@strangler/core'
import pg from 'pg'
import { type Beats, createBeats } from './stream/beats.ts'

/** The connections to one database that slices live in. */
export interface OpenDatabase {
  readonly name: string
  readonly roles: Roles
  readonly coordinator: pg.Pool
  /** Ordinary sessions of the applier's role: for reading, for barriers and heartbeats. */
  readonly reading: pg.Pool
  /** The applier's connection string. */
  readonly applierUrl: string
  readonly beats: Beats
}

export interface Databases extends AsyncDisposable {
  readonly legacy: OpenDatabase
  /** By the service's name. */
  readonly services: ReadonlyMap<string, OpenDatabase>
  all(): OpenDatabase[]
}

type Environment = Readonly<Record<string, string | undefined>>

/** Prepares the connections to all databases of a plan. Opens none yet. */
export function createDatabases(
  plan: Plan,
  environment: Environment,
  worker: string,
  now: () => number,
): Databases {
  const create = (name: string, { coordinator, applier, reader }: Database): OpenDatabase => {
    const url = resolve(
      coordinator,
      `the coordinator's connection to the database of ${name}`,
      environment,
    )
    const applierUrl = resolve(
      applier,
      `the applier's connection to the database of ${name}`,
      environment,
    )
    const readerUrl = resolve(
      reader,
      `the reader's connection to the database of ${name}`,
      environment,
    )
    const reading = new pg.Pool({
      connectionString: applierUrl,
      application_name: `strangler worker ${worker}`,
      max: 8,
      connectionTimeoutMillis: 5000,
      keepAlive: true,
      query_timeout: 62_000, // Of a server that is silent; one that is slow gives up before.
      options: `${exactText} -c statement_timeout=60000 -c idle_in_transaction_session_timeout=20000`,
    })
    outliveBrokenConnections(reading)
    return {
      name,
      roles: { coordinator: roleOf(url), applier: roleOf(applierUrl), reader: roleOf(readerUrl) },
      coordinator: createCoordinatorPool(url, coordinatorApplication(worker)),
      reading,
      applierUrl,
      beats: createBeats(reading, now),
    }
  }
  const legacy = create('legacy', plan.legacy.database)
  const services = new Map(
    [...plan.services].map(([name, { database }]) => [name, create(`service ${name}`, database)]),
  )
  const all = () => [legacy, ...services.values()]
  return {
    legacy,
    services,
    all,
    async [Symbol.asyncDispose]() {
      await Promise.all(
        all().flatMap(({ coordinator, reading }) => [coordinator.end(), reading.end()]),
      )
    },
  }
}

/** The application name of a worker's coordinating sessions, by which a successor ends them. */
export function coordinatorApplication(worker: string): string {
  return `strangler coordinator ${worker}`
}

/** Ends the sessions that a former coordinator may have left, so that none of its locks remain. */
export async function endSessionsOf(database: OpenDatabase, worker: string): Promise<void> {
  await database.coordinator.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = $1 and usename = current_user and pid <> pg_backend_pid()`,
    [coordinatorApplication(worker)],
  )
}
