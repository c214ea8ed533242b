import { type Plan, resolve } from '@strangler/core'
import pg from 'pg'

/** The reader's connections to every database, by name: `legacy`, or a service's. */
export function openReaders(
  plan: Plan,
  environment: Readonly<Record<string, string | undefined>>,
  id: string,
): Map<string, pg.Pool> {
  const databases = [
    ['legacy', plan.legacy.database] as const,
    ...[...plan.services].map(([name, { database }]) => [name, database] as const),
  ]
  return new Map(
    databases.map(([name, database]) => {
      const purpose = `the reader's connection to the database of ${name}`
      const pool = new pg.Pool({
        connectionString: resolve(database.reader, purpose, environment),
        application_name: `strangler proxy ${id}`,
        max: 4,
        connectionTimeoutMillis: 1000,
        query_timeout: 1000,
        keepAlive: true,
      })
      pool.on('error', () => {}) // An idle connection broke; the next query opens another.
      return [name, pool]
    }),
  )
}
