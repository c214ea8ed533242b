import { expect, test } from 'vitest'
import { everyDay, millisecondsUntil } from '../../src/jobs/every-day.ts'

const minute = 60_000

test.each([
  ['2024-02-28T02:00:00Z', 30 * minute],
  ['2024-02-28T02:30:00Z', 24 * 60 * minute],
  ['2024-02-28T02:30:00.001Z', 24 * 60 * minute - 1],
  ['2024-12-31T23:30:00Z', 3 * 60 * minute],
])('at %s it is %i ms until the next 02:30', (now, left) => {
  expect(millisecondsUntil('02:30', new Date(now))).toBe(left)
})

test('a job that fails one day is run again the next', async () => {
  const justBefore = () => new Date('2024-05-31T02:29:59.995Z')
  let runs = 0
  await new Promise<void>((resolve) => {
    const stop = everyDay('02:30', justBefore, async () => {
      runs += 1
      if (runs === 1) throw new Error('the first night fails')
      stop()
      resolve()
    })
  })
  expect(runs).toBe(2)
})
