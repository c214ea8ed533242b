import pg from 'pg'
import { outliveBrokenConnections } from './broken.ts'

/**
 * Settings of a session under which every value's text is exact, and the same on every server, whatever somebody has
 * set for a database or a role; under which rows that a policy hides are an error, for a copy without them would look
 * whole; and under which what was committed outlives a crash of the server.
 */
export const exactText = Object.entries({
  timezone: 'UTC',
  datestyle: 'ISO,YMD',
  intervalstyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  xmloption: 'content',
  lc_monetary: 'C',
  array_nulls: 'on',
  standard_conforming_strings: 'on',
  quote_all_identifiers: 'off',
  row_security: 'off',
  default_transaction_read_only: 'off',
  default_transaction_isolation: String.raw`read\ committed`,
  synchronous_commit: 'on',
})
  .map(([name, value]) => `-c ${name}=${value}`)
  .join(' ')

/**
 * Connections of the coordinator's role. A session that nobody talks to ends by itself within 2 s, so that
 * a coordinator that died or was cut off keeps no lock. A server that does not answer is not waited for
 * either; what was asked of it may still happen.
 */
export function createCoordinatorPool(url: string, application: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: application,
    max: 6,
    connectionTimeoutMillis: 1500,
    query_timeout: 2200,
    keepAlive: true,
    options: `${exactText} -c search_path=pg_catalog -c statement_timeout=1900 -c idle_in_transaction_session_timeout=1900 -c tcp_user_timeout=1900 -c tcp_keepalives_idle=1`,
  })
  outliveBrokenConnections(pool)
  return pool
}
