import { expect, test } from 'vitest'
import { createTrust } from '../../src/apply/trust.ts'

/** How many batches pass until it is tried again. */
function passed({ isDue }: ReturnType<typeof createTrust>): number {
  let batches = 0
  while (!isDue()) batches++
  return batches
}

test('a log that was wrong about its target is believed again after ever more batches, up to a limit', () => {
  const trust = createTrust()
  expect(passed(trust)).toBe(0)
  const pauses = Array.from({ length: 9 }, () => {
    trust.broken()
    return passed(trust)
  })
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 64, 64])
})

test('once it was right the pauses begin anew', () => {
  const trust = createTrust()
  trust.broken()
  trust.broken()
  expect(passed(trust)).toBe(2)
  trust.kept()
  trust.broken()
  expect(passed(trust)).toBe(1)
})
