import pg from 'pg'
import type { Log } from '../log.ts'

export interface PoolOptions {
  readonly databaseUrl: string
  readonly size: number
  readonly statementTimeoutMs: number
  readonly log: Log
}

const dateType = 1082

/** Days stay text: they have no zone, and a JavaScript Date has one. */
const types = new pg.TypeOverrides()
types.setTypeParser(dateType, (day) => day)

/** Connects when there is something to ask, so it is requests that fail while the database is away. */
export function createPool({ databaseUrl, size, statementTimeoutMs, log }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'patient',
    max: size,
    statement_timeout: statementTimeoutMs,
    connectionTimeoutMillis: 5000,
    idle_in_transaction_session_timeout: 60_000,
    options: '-c TimeZone=UTC -c DateStyle=ISO',
    types,
  })
  const lost = (error: Error) => log.error('a database connection was lost', error)
  // The pool hears of connections that are idle; those in use report to us.
  pool.on('error', lost).on('connect', (client) => client.on('error', lost))
  return pool
}
