import type { Pool, PoolClient } from 'pg'
import { sqlState } from './sql-state.ts'

/** Runs queries: the pool itself, or a connection within a transaction. */
export type Queryable = Pick<PoolClient, 'query'>

const attempts = 4
const serializationFailure = '40001'
const deadlock = '40P01'

/**
 * Runs `work` in a transaction that the audit log ascribes to `actor`. A transaction that Postgres
 * chose as the victim of a deadlock is run again, so `work` must do nothing but query.
 */
export async function inTransaction<T>(
  pool: Pool,
  actor: string,
  work: (tx: Queryable) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(pool, actor, work)
    } catch (error) {
      const state = sqlState(error)
      const mayRetry = state === serializationFailure || state === deadlock
      if (!mayRetry || attempt === attempts) throw error
    }
  }
}

async function once<T>(pool: Pool, actor: string, work: (tx: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken = false
  try {
    await client.query('begin')
    await client.query("select set_config('petsphere.actor', $1, true)", [actor])
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {
      broken = true
    })
    throw error
  } finally {
    client.release(broken)
  }
}
