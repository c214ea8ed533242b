import pg from 'pg'
import { outliveBrokenConnections } from '../database/broken.ts'
import { exactText } from '../database/pool.ts'
import { controlSchema } from './migrate.ts'

/** Sent on this channel: `slices`, `proxies` or `requests`, whichever changed. Only a hint to look again. */
export const channel = 'strangler'

export type Changed = 'slices' | 'proxies' | 'requests'

/**
 * All of the control store's queries go through such a pool: short timeouts, its schema first, and whatever somebody
 * has set for its server, a journal that was acknowledged outlives a crash.
 */
export function createControlPool(url: string, application: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: application,
    max: 6,
    connectionTimeoutMillis: 2000,
    query_timeout: 2000,
    idle_in_transaction_session_timeout: 2000,
    options: `${exactText} -c search_path=${controlSchema} -c statement_timeout=2000`,
    keepAlive: true,
  })
  outliveBrokenConnections(pool)
  return pool
}

export type Queryable = Pick<pg.Pool, 'query'>

export async function notify(store: Queryable, changed: Changed): Promise<void> {
  await store.query('select pg_notify($1, $2)', [channel, changed])
}

/** Runs `work` in one transaction. COMMIT is a round trip of its own, so that a dead client's never happens. */
export async function inTransaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => (broken = failure))
    throw error
  } finally {
    client.release(broken)
  }
}
