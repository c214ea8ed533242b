import { describe, expect, test } from 'vitest'
import {
  announcement,
  mayAcknowledge,
  notHolding,
  routeByFences,
  routeWrite,
  tell,
  type View,
} from '../../src/machine/index.ts'

const row = { epoch: 4, phase: 'idle', owner: 'legacy', ownerEpoch: 3 } as const
const open: View = { epoch: 4, open: true, owner: 'legacy' }
const held: View = { epoch: 5, open: false, owner: 'legacy' }

test('A control row tells proxies to send writes to the owner unless an attempt or an undo is under way', () => {
  expect(announcement(row)).toEqual(open)
  expect(announcement({ ...row, phase: 'tidying' }).open).toBe(true)
  for (const phase of ['holding', 'fencing', 'staging', 'journaled', 'aborting'] as const) {
    expect(announcement({ ...row, phase }).open).toBe(false)
  }
})

describe('What a proxy knows', () => {
  test('is whatever it is told first', () => {
    expect(tell(undefined, held)).toEqual(held)
  })

  test('moves on with a higher epoch, or when its own opens', () => {
    expect(tell(open, held)).toEqual(held)
    expect(tell(held, { ...held, open: true, owner: 'extracted' }).open).toBe(true)
  })

  test('is not changed by an answer that was overtaken', () => {
    expect(tell(held, open)).toEqual(held)
    const settled: View = { epoch: 5, open: true, owner: 'extracted' }
    expect(tell(settled, held)).toEqual(settled)
  })
})

describe('A write', () => {
  test('goes to the owner under a lease, and is held while the owner changes', () => {
    expect(routeWrite(open, true)).toEqual({ forward: 'legacy' })
    expect(routeWrite(held, true)).toBe('hold')
  })

  test('goes nowhere without a lease before the fences were read', () => {
    expect(routeWrite(open, false)).toBe('ask the fences')
    expect(routeWrite(held, false)).toBe('ask the fences')
  })

  test('goes by the fences to the side that is open at the epoch known, or later', () => {
    const fenced = { epoch: 5, fenced: true }
    const opened = { epoch: 5, fenced: false }
    expect(routeByFences(held, { legacy: fenced, extracted: opened })).toEqual({
      forward: 'extracted',
    })
    expect(routeByFences(held, { legacy: { epoch: 7, fenced: false } })).toEqual({
      forward: 'legacy',
    })
    expect(routeByFences(held, { legacy: { epoch: 4, fenced: false } })).toBe('hold')
    expect(routeByFences(held, { legacy: fenced, extracted: fenced })).toBe('hold')
    expect(routeByFences(held, {})).toBe('hold')
  })
})

test('A hold is acknowledged when the last write under way is over', () => {
  expect(mayAcknowledge(0)).toBe(true)
  expect(mayAcknowledge(1)).toBe(false)
})

test('A hold waits for the live proxies that have not acknowledged that very one', () => {
  const proxies = [
    { id: 'holds', expired: false, acknowledged: 5 },
    { id: 'held before', expired: false, acknowledged: 4 },
    { id: 'dead', expired: true, acknowledged: 0 },
  ]
  expect(notHolding(proxies, 5).map(({ id }) => id)).toEqual(['held before'])
})
