import type { Pool } from 'pg'
import { inTransaction, type Queryable } from '../db/transaction.ts'
import type { Log } from '../log.ts'
import { markOverdue } from './mark-overdue.ts'
import { writeReminders } from './write-reminders.ts'

const parts: readonly (readonly [string, (tx: Queryable, today: string) => Promise<number>])[] = [
  ['vaccinations overdue', markOverdue],
  ['appointment reminders', writeReminders],
]

/**
 * What happens every night: each part in a transaction of its own. One that fails is logged, and the
 * others still run.
 *
 * @param today the day that it is run for, as 2024-05-31
 * @returns the names of the parts that failed
 */
export async function runNightly(pool: Pool, log: Log, today: string): Promise<string[]> {
  const failed: string[] = []
  for (const [name, part] of parts) {
    try {
      const rows = await inTransaction(pool, 'nightly', (tx) => part(tx, today))
      log.info('nightly part done', { part: name, today, rows })
    } catch (error) {
      failed.push(name)
      log.error('nightly part failed', error, { part: name, today })
    }
  }
  return failed
}
