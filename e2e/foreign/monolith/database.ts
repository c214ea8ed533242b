import pg from 'pg'
import { Refusal } from '../http.ts'

/** Answers are built by the database, so how it writes dates and intervals is part of them. */
const options = '-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=postgres'

export function createPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    options,
    application_name: 'depot',
    max: 10,
    connectionTimeoutMillis: 3000,
    statement_timeout: 10_000,
  })
  const note = (error: Error) => {
    if (!pool.ending) console.error(`depot database: ${error.message}`)
  }
  // A lent client reports a lost connection on itself, an idle one on the pool: both need a listener.
  pool.on('error', note)
  pool.on('connect', (client) => client.on('error', note))
  return pool
}

/** Commits what `run` did, or nothing when it throws. */
export async function inTransaction<T>(
  pool: pg.Pool,
  run: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  let broken = false
  try {
    await client.query('BEGIN')
    const result = await run(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      broken = true
    })
    throw error
  } finally {
    client.release(broken)
  }
}

const down = /terminated|timeout exceeded when trying to connect|not queryable|timeout expired/i

/** What a database's failure means to a client; failures that mean nothing to one stay as they are. */
export function explained(error: unknown): unknown {
  if (error instanceof Refusal || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  if (code === '23505') return new Refusal(409, 'already there')
  if (code === '23503') return new Refusal(409, 'something refers to it')
  if (/^22|^2350[12]$|^23514$/.test(code)) return new Refusal(400, 'not an acceptable value')
  if (/^(08|53|57)|^40|^55P03$|^E[A-Z]+$/.test(code) || down.test(error.message)) {
    return new Refusal(503, 'try again', { 'retry-after': '1' })
  }
  return error
}
