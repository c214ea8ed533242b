import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { CoreError } from '../errors.ts'

/** Below `deadlock_timeout`, so that never an application is chosen as a deadlock's victim. */
const briefMs = 200

/**
 * Above `deadlock_timeout`, after which an autovacuum gives way. For tables that are fenced: no application can
 * have written there and wait, and none is kept waiting that would not be refused.
 */
export const fencedLockMs = 1500

const lockNotAvailable = '55P03'

export interface Patience {
  /** For how long to keep trying. */
  readonly budgetMs: number
  /** When that began, as `performance.now()` told; now, if it is not said. */
  readonly began?: number
  /** For how long to wait for one lock. */
  readonly lockMs?: number
  readonly random?: () => number
}

/**
 * Runs `work` in a transaction that waits only briefly for each lock. When one is not to be had, all are
 * let go at once, so that nobody queues behind them, and it is tried again a little later.
 *
 * @throws CoreError LOCKED when the budget is used up.
 */
export async function withBriefLocks<Result>(
  pool: pg.Pool,
  { budgetMs, began = performance.now(), lockMs = briefMs, random = Math.random }: Patience,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<{ client: pg.PoolClient; result: Result }> {
  const deadline = began + budgetMs
  for (let attempt = 0; ; attempt++) {
    const client = await pool.connect()
    try {
      await client.query(`begin; set local lock_timeout = ${lockMs}`)
      return { client, result: await work(client) }
    } catch (error) {
      // Of a server that does not answer nothing more is asked; without its client the session rolls back.
      if (error instanceof pg.DatabaseError) await rollBack(client)
      else client.release(error as Error)
      if ((error as { code?: string }).code !== lockNotAvailable) throw error
      const pause = random() * Math.min(50 * 2 ** attempt, 500)
      if (performance.now() + pause > deadline) {
        const message = `The tables stayed locked by others for ${budgetMs} ms. See pg_stat_activity for long transactions on them.`
        throw new CoreError('LOCKED', message, { budgetMs }, { cause: error })
      }
      await delay(pause)
    }
  }
}

/** The same, and commits. */
export async function inBriefLocks(
  pool: pg.Pool,
  patience: Patience,
  work: (client: pg.PoolClient) => Promise<unknown>,
): Promise<void> {
  const { client } = await withBriefLocks(pool, patience, work)
  await commit(client)
}

/**
 * Does something about one thing after the other, each in a transaction of its own, within one budget. Whoever holds
 * one table and waits for the next waits for writers that wait for him, and on a busy database there are always some.
 *
 * @throws CoreError LOCKED when the budget is used up; what was done stays done.
 */
export async function eachInBriefLocks<Thing>(
  pool: pg.Pool,
  patience: Patience,
  things: readonly Thing[],
  work: (client: pg.PoolClient, thing: Thing) => Promise<unknown>,
): Promise<void> {
  const began = performance.now()
  for (const thing of things) {
    await inBriefLocks(pool, { began, ...patience }, (client) => work(client, thing))
  }
}

export async function commit(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('commit')
    client.release()
  } catch (error) {
    client.release(error as Error)
    throw error
  }
}

export async function rollBack(client: pg.PoolClient): Promise<void> {
  const broken = await client.query('rollback').then(
    () => undefined,
    (error: Error) => error,
  )
  client.release(broken)
}
