import { expect, test } from 'vitest'
import { createRandom } from '../../src/seed/random.ts'
import { inZone } from '../../src/seed/times.ts'

test('a key always gives the same numbers', () => {
  const random = createRandom(1, 'pet', 7)
  const drawn = Array.from({ length: 5 }, () => random.int(0, 1_000_000))
  expect(drawn).toEqual([454_537, 813_643, 450_834, 437_213, 534_532])
})

test('another key gives others', () => {
  const first = createRandom(1, 'pet', 7).next()
  expect(createRandom(1, 'pet', 8).next()).not.toBe(first)
  expect(createRandom(2, 'pet', 7).next()).not.toBe(first)
})

test('numbers stay within their bounds, and reach them', () => {
  const random = createRandom('bounds')
  const drawn = new Set(Array.from({ length: 200 }, () => random.int(3, 6)))
  expect([...drawn].sort((a, b) => a - b)).toEqual([3, 4, 5, 6])
})

test.each([
  ['Europe/London', '2025-01-15', '2025-01-15T09:00:00.000Z'],
  ['Europe/London', '2025-06-15', '2025-06-15T08:00:00.000Z'],
  ['America/New_York', '2025-06-15', '2025-06-15T13:00:00.000Z'],
])('nine o’clock in %s on %s', (zone, day, expected) => {
  expect(new Date(inZone(day, 9 * 60, zone)).toISOString()).toBe(expected)
})
