import type { Pool, PoolClient } from 'pg'
import { sqlState } from './sql-state.ts'

/** The pool, or a connection within a transaction. */
export type Queryable = Pick<PoolClient, 'query'>

const attempts = 4
/** Serialization failure and deadlock: nothing has happened, and it may work out next time. */
const passing = ['40001', '40P01']

/**
 * Runs `work` in a transaction, in the name of `actor` as far as the audit entries go. If Postgres ends
 * it to resolve a deadlock it is run again, so `work` must do nothing but query.
 */
export async function transact<T>(
  pool: Pool,
  actor: string,
  work: (tx: Queryable) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transactOnce(pool, actor, work)
    } catch (error) {
      if (attempt === attempts || !passing.includes(sqlState(error) ?? '')) throw error
    }
  }
}

async function transactOnce<T>(
  pool: Pool,
  actor: string,
  work: (tx: Queryable) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  let usable = true
  try {
    await client.query('begin')
    await client.query("select set_config('patient.actor', $1, true)", [actor])
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    usable = await client.query('rollback').then(
      () => true,
      () => false,
    )
    throw error
  } finally {
    client.release(!usable)
  }
}
