import { describe, expect, test } from 'vitest'
import { holdsWrites, isFresh, noExposure } from '../../src/positions/exposure.ts'

test('who wrote and saw nothing is safe anywhere', () => {
  expect(holdsWrites(noExposure(), -1)).toBe(true)
  expect(isFresh(noExposure(), -1)).toBe(true)
})

describe('who wrote before mark 7', () => {
  const exposure = { ...noExposure(), written: 7 }

  test.each([
    [6, false],
    [7, true],
    [8, true],
  ])('finds it in a database that has applied up to %i: %s', (applied, found) => {
    expect(holdsWrites(exposure, applied)).toBe(found)
    expect(isFresh(exposure, applied)).toBe(found)
  })
})

test('a write that was acknowledged and has no mark yet may be anywhere in the log', () => {
  const exposure = { ...noExposure(), unmarkedWrites: 1 }
  expect(holdsWrites(exposure, Infinity)).toBe(false)
  expect(isFresh(exposure, Infinity)).toBe(false)
})

test('a write under way keeps reads with the owner; a later request need not wait for it', () => {
  const exposure = { ...noExposure(), inFlight: 1 }
  expect(isFresh(exposure, Infinity)).toBe(false)
  expect(holdsWrites(exposure, -1)).toBe(true)
})

test('what was only seen keeps reads with the owner until it is applied, and no request waiting', () => {
  const exposure = { ...noExposure(), seen: 7 }
  expect([isFresh(exposure, 6), isFresh(exposure, 7)]).toEqual([false, true])
  expect(holdsWrites(exposure, 0)).toBe(true)
  expect(isFresh({ ...exposure, unmarkedReads: 1 }, Infinity)).toBe(false)
})
