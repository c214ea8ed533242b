import type { Pool } from 'pg'
import { transact } from '../database/transaction.ts'
import type { Log } from '../log.ts'

/** Whom audit entries name for what happens at night. */
const actor = 'nightly'

/**
 * What should have been given before `today` (as 2024-05-31) and was not becomes late. A failure is
 * logged; the next run finds what this one has left.
 *
 * @returns whether it worked
 */
export async function markLate(pool: Pool, log: Log, today: string): Promise<boolean> {
  try {
    const { rowCount } = await transact(pool, actor, (tx) =>
      tx.query(
        "update immunizations set status = 'late' where status = 'awaited' and due_on < $1",
        [today],
      ),
    )
    log.info('immunizations marked late', { today, rows: rowCount })
    return true
  } catch (error) {
    log.error('immunizations could not be marked late', error, { today })
    return false
  }
}
