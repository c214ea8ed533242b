import { expect, test } from 'vitest'
import { millisecondsUntil } from '../../src/jobs/schedule.ts'

const minute = 60_000

test.each([
  ['2024-02-28T02:00:00Z', 30 * minute],
  ['2024-02-28T02:30:00Z', 24 * 60 * minute],
  ['2024-02-28T02:30:00.001Z', 24 * 60 * minute - 1],
  ['2024-12-31T23:30:00Z', 3 * 60 * minute],
])('at %s the next 02:30 is %i ms away', (now, expected) => {
  expect(millisecondsUntil('02:30', new Date(now))).toBe(expected)
})
