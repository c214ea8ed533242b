import { setTimeout as delay } from 'node:timers/promises'
import type { Round } from './contender.ts'
import { insertRows } from './rows.ts'
import { untilSeen } from './until.ts'

const tickMs = 10
const watchMs = 2

export interface LagOptions extends Round {
  readonly rowsPerSecond: number
  /** The key of the last row that there is. */
  readonly last: number
}

/**
 * Writes rows at a steady pace, a transaction each 10 ms, and watches the target for them. For each
 * transaction the milliseconds from its commit's answer until its rows were seen, which is up to 2 ms late.
 */
export async function measureLag({
  source,
  target,
  rowsPerSecond,
  lagSeconds,
  last,
}: LagOptions): Promise<number[]> {
  const written: { id: number; at: number }[] = []
  const seen: { id: number; at: number }[] = []
  const watching = new AbortController()
  const watch = async () => {
    while (!watching.signal.aborted) {
      const { rows } = await target.superuser.query<{ id: number }>(
        'select max(id)::int as id from rows',
      )
      const { id } = rows[0]!
      if (id !== seen.at(-1)?.id) seen.push({ id, at: performance.now() })
      await delay(watchMs)
    }
  }
  const watched = watch()
  watched.catch(() => {}) // Waited for below, unless writing fails.
  const perTick = (rowsPerSecond * tickMs) / 1000
  const began = performance.now()
  let id = last
  for (let tick = 1; tick <= (lagSeconds * 1000) / tickMs; tick++) {
    await insertRows(source, id, perTick)
    id += perTick
    written.push({ id, at: performance.now() })
    const ahead = began + tick * tickMs - performance.now()
    if (ahead > 0) await delay(ahead)
  }
  await untilSeen(target, 'max(id)', id)
  watching.abort()
  await watched
  seen.push({ id, at: performance.now() })
  let from = 0
  return written.map(({ id, at }) => {
    while (seen[from]!.id < id) from++
    return Math.max(0, seen[from]!.at - at)
  })
}
