import type { Pool } from 'pg'
import type { Queryable } from '../database/transaction.ts'
import type { Log } from '../log.ts'

/** What others are told of, in the words of this service. */
export interface Happening {
  readonly aggregate: 'animal'
  readonly id: number
  readonly type: 'animal registered' | 'animal changed' | 'animal archived'
  readonly payload: Readonly<Record<string, unknown>>
}

/** Tells others, if the transaction is committed. */
export async function publish(
  tx: Queryable,
  { aggregate, id, type, payload }: Happening,
): Promise<void> {
  await tx.query(
    'insert into outbox (aggregatetype, aggregateid, type, payload) values ($1, $2, $3, $4)',
    [aggregate, String(id), type, payload],
  )
}

const keptDays = 30

/** Deletes what was sent long ago. A failure is logged; the next run does it too. */
export async function forgetPublished(pool: Pool, log: Log): Promise<void> {
  try {
    const { rowCount } = await pool.query(
      "delete from outbox where written_at < now() - $1 * interval '1 day'",
      [keptDays],
    )
    log.info('old events deleted', { rows: rowCount })
  } catch (error) {
    log.error('old events could not be deleted', error)
  }
}
