import { type ProxyEntry, proxyLeaseMs } from '@strangler/core'
import { expect, test, vi } from 'vitest'
import { Sharing } from '../../src/positions/sharing.ts'

function create() {
  const world = {
    now: 0,
    leaseMs: 1000,
    reports: 0,
    raised: 0,
    arriving: Promise.withResolvers<boolean>(),
  }
  const sharing = new Sharing({
    id: 'one',
    now: () => world.now,
    leaseMs: () => world.leaseMs,
    report: () => void (world.reports += 1),
    onOthersShare: () => void (world.raised += 1),
    everythingIsEverywhere: () => world.arriving.promise,
  })
  return { world, sharing }
}

function entry(id: string, unsharedPins: boolean, silentForMs = 500): ProxyEntry {
  const report = { shares: {}, writesInFlight: {}, held: {}, unsharedPins }
  const expired = silentForMs > proxyLeaseMs
  return { id, address: '', expired, silentForMs, acknowledged: {}, report }
}

test('others are relied on once they were read, and only under a lease', () => {
  const { world, sharing } = create()
  expect(sharing.othersShare).toBe(false)
  sharing.reported(false, [entry('one', true), entry('other', false)])
  expect(sharing.othersShare).toBe(true)
  world.leaseMs = 0
  expect(sharing.othersShare).toBe(false)
})

test('one that says it does not share is believed, also when it falls silent; for a minute', () => {
  const { world, sharing } = create()
  sharing.reported(false, [entry('other', true)])
  expect(sharing.othersShare).toBe(false)
  sharing.reported(false, [entry('other', true, 59_000)])
  expect([sharing.othersShare, world.raised]).toEqual([false, 0])
  sharing.reported(false, [entry('other', true, 61_000)])
  expect([sharing.othersShare, world.raised]).toEqual([true, 1])
})

test('everybody knows that this proxy does not share when a lease has passed since they could read it', () => {
  const { world, sharing } = create()
  sharing.storeIs(false)
  expect([sharing.isUnshared, world.reports, sharing.everybodyKnows]).toEqual([true, 1, false])
  sharing.reported(false, []) // Was on its way already.
  world.now = 1000
  sharing.reported(true, [])
  world.now = 1000 + proxyLeaseMs - 1
  sharing.reported(true, [])
  expect(sharing.everybodyKnows).toBe(false)
  world.now += 1
  expect(sharing.everybodyKnows).toBe(true)
  world.leaseMs = 0
  expect(sharing.everybodyKnows).toBe(false)
})

test('it says so until all that it answered meanwhile is everywhere', async () => {
  const { world, sharing } = create()
  sharing.storeIs(false)
  sharing.storeIs(true)
  expect(sharing.isUnshared).toBe(true)
  world.arriving.resolve(true)
  await vi.waitFor(() => expect(sharing.isUnshared).toBe(false))
  expect(world.reports).toBe(2)
})

test('what arrived before a second failure says nothing of what was answered in it', async () => {
  const { world, sharing } = create()
  sharing.storeIs(false)
  sharing.storeIs(true)
  const first = world.arriving
  world.arriving = Promise.withResolvers<boolean>()
  sharing.storeIs(false)
  sharing.storeIs(true)
  first.resolve(true)
  await first.promise
  await Promise.resolve()
  expect(sharing.isUnshared).toBe(true)
  world.arriving.resolve(true)
  await vi.waitFor(() => expect(sharing.isUnshared).toBe(false))
})
