import pg from 'pg'
import { outliveBrokenConnections } from './broken.ts'

/**
 * Settings under which every value's text is exact, and the same on every server; and under which rows that a
 * policy hides are an error, for a copy without them would look whole.
 */
export const exactText =
  '-c timezone=UTC -c datestyle=ISO,YMD -c intervalstyle=postgres -c extra_float_digits=1 -c bytea_output=hex -c xmloption=content -c lc_monetary=C -c row_security=off'

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
