import { setTimeout as delay } from 'node:timers/promises'
import type { TestDatabase } from '@strangler/local/testing'

const patienceMs = 600_000

/** Waits for a condition, looking often enough not to blur what is measured. */
export async function until(
  what: string,
  isSo: () => Promise<boolean>,
  { everyMs = 5 } = {},
): Promise<void> {
  const end = performance.now() + patienceMs
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${patienceMs / 1000} s`)
    await delay(everyMs)
  }
}

/** Waits until a database shows so high a value. */
export async function untilSeen(
  { superuser }: TestDatabase,
  what: string,
  value: number,
  where = '',
): Promise<void> {
  await until(`${what} is ${value} in the target`, async () => {
    const { rows } = await superuser.query<{ is: boolean | null }>(
      `select ${what} >= $1 as is from rows ${where}`,
      [value],
    )
    return rows[0]!.is === true
  })
}
