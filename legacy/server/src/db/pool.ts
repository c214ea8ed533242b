import pg from 'pg'
import type { Log } from '../log.ts'

export interface PoolOptions {
  readonly databaseUrl: string
  readonly size: number
  readonly statementTimeoutMs: number
  readonly log: Log
}

const dateType = 1082

/** Days stay text: as a JavaScript Date they would be midnight in whatever zone the server is in. */
const types = new pg.TypeOverrides()
types.setTypeParser(dateType, (day) => day)

/** Opens connections as they are needed, so a database that is down costs requests, not the process. */
export function createPool({ databaseUrl, size, statementTimeoutMs, log }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'petsphere',
    max: size,
    statement_timeout: statementTimeoutMs,
    connectionTimeoutMillis: 5000,
    idle_in_transaction_session_timeout: 60_000,
    // The audit log's copies of rows would otherwise show times in whatever zone the server has.
    options: '-c TimeZone=UTC',
    types,
  })
  pool.on('error', (error) => log.error('an idle database connection was lost', error))
  // While a transaction holds a connection, the pool does not listen for its errors.
  pool.on('connect', (client) => {
    client.on('error', (error) => log.error('a database connection was lost', error))
  })
  return pool
}
