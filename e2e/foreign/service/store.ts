import { Pool, type PoolClient, type QueryResultRow } from 'pg'
import { Refusal } from '../http.ts'

export interface Query {
  <Row extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>
}

export interface Store {
  readonly query: Query
  /** Runs `work` in one transaction. */
  readonly together: <T>(work: (query: Query) => Promise<T>) => Promise<T>
  readonly close: () => Promise<void>
}

/** All queries fail with a Refusal where a client is to be told, else with what the database said. */
export function openStore(connectionString: string): Store {
  const pool = new Pool({
    connectionString,
    // Timestamps and intervals in answers are written by the database.
    options: '-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=postgres',
    application_name: 'parcel-service',
    connectionTimeoutMillis: 3000,
    statement_timeout: 10_000,
  })
  const lost = (error: Error) => {
    if (!pool.ending) console.error(`parcel database: ${error.message}`)
  }
  pool.on('error', lost).on('connect', (client) => client.on('error', lost))

  const on = (target: Pool | PoolClient): Query =>
    async function query<Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []) {
      try {
        return (await target.query<Row>(sql, [...values])).rows
      } catch (error) {
        throw refusalFor(error) ?? error
      }
    }

  return {
    query: on(pool),
    async together(work) {
      const client = await pool.connect().catch((error: unknown) => {
        throw refusalFor(error) ?? error
      })
      const query = on(client)
      let usable = true
      try {
        await query('BEGIN')
        const result = await work(query)
        await query('COMMIT')
        return result
      } catch (error) {
        await query('ROLLBACK').catch(() => (usable = false))
        throw error
      } finally {
        client.release(!usable)
      }
    },
    close: () => pool.end(),
  }
}

const meanings: readonly (readonly [sqlState: RegExp, status: number, why: string])[] = [
  [/^23505$/, 409, 'already there'],
  [/^23503$/, 409, 'something refers to it'],
  [/^(22...|2350[12]|23514)$/, 400, 'not an acceptable value'],
  [/^(08|53|57|40|55P03|E[A-Z]+$)/, 503, 'try again'],
]

function refusalFor(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined
  const code = 'code' in error ? String(error.code) : undefined
  const meaning = code
    ? meanings.find(([sqlState]) => sqlState.test(code))
    : // node-postgres itself gives no codes: a connection that was lost or never came about.
      /terminated|timeout|not queryable/i.test(error.message)
      ? meanings.at(-1)
      : undefined
  if (!meaning) return undefined
  const [, status, why] = meaning
  return new Refusal(status, why, status === 503 ? { 'retry-after': '1' } : {})
}
