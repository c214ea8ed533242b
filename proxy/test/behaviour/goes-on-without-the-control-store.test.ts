import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { RunningProxy } from '../../src/proxy.ts'
import { stateOf } from '../harness/admin.ts'
import { ask } from '../harness/client.ts'
import { createStand, type Stand } from '../harness/stand.ts'
import { soon } from '../harness/soon.ts'

let postgres: TestPostgres
let stand: Stand
let proxy: RunningProxy

const patience = { timeout: 8000 }
const leaseMs = async () => (await stateOf(proxy)).leaseMs
const held = async (slice: string) => (await stateOf(proxy)).slices[slice].held

// One loss of the control store for all tests, for a lease takes its time to run out: they tell one story.
beforeAll(async () => {
  postgres = await startPostgres()
  stand = await createStand(postgres)
  proxy = await stand.start({ settings: { CATCH_UP_MS: '50' } })
  const epoch = await stand.announceHold('visits')
  await vi.waitUntil(() => stand.isAcknowledged('visits', epoch), soon)
  stand.ways.control.cut()
  await vi.waitUntil(async () => (await leaseMs()) <= 0, patience)
})
afterAll(async () => {
  await stand[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

let people = 0
const call = (method: string, path: string) =>
  ask(proxy.url, { method, path, headers: { 'x-user': `person ${++people}` } })

test('reads are answered from where the owner was last known to be', async () => {
  expect((await call('GET', '/api/pets')).json.by).toBe('legacy')
  expect((await call('GET', '/rooms')).json.by).toBe('legacy')
})

test('a write goes to the owner, whose fence is open at the known epoch', async () => {
  expect((await call('POST', '/api/pets')).json.by).toBe('legacy')
})

test('a write of a slice that was held stays held: its fence is open, but at an epoch before the hold', async () => {
  const before = stand.legacy.begun()
  const leaving = new AbortController()
  const writing = ask(proxy.url, {
    method: 'POST',
    path: '/api/visits',
    headers: { 'x-user': 'held' },
    signal: leaving.signal,
  })
  await expect.poll(() => held('visits'), soon).toBe(1)
  leaving.abort()
  await expect(writing).rejects.toMatchObject({ name: 'AbortError' })
  await expect.poll(() => held('visits'), soon).toBe(0)
  expect(stand.legacy.begun()).toBe(before)
})

test('a write waits while no database tells whose it is, and goes when one does', async () => {
  stand.ways.legacy.cut()
  const writing = call('POST', '/api/pets')
  await expect.poll(() => held('patients'), soon).toBe(1)
  stand.ways.legacy.heal()
  expect((await writing).json.by).toBe('legacy')
})

test('a write goes to the new owner of a switch that this proxy was never told of', async () => {
  await stand.switchTo('patients', 'extracted')
  const before = stand.legacy.begun()
  expect((await call('POST', '/api/pets')).json.by).toBe('patient')
  expect(stand.legacy.begun()).toBe(before)
})

test('a held write is released by the databases when its switch is through', async () => {
  const writing = call('POST', '/api/visits')
  await expect.poll(() => held('visits'), soon).toBe(1)
  await stand.finishSwitch('visits')
  expect((await writing).json.by).toBe('patient')
})

test('once the control store is back the lease is, and reads follow the new owner', async () => {
  stand.ways.control.heal()
  await expect.poll(leaseMs, patience).toBeGreaterThan(0)
  expect((await call('GET', '/api/pets')).json.by).toBe('patient')
  expect((await call('POST', '/api/pets')).json.by).toBe('patient')
})

test('a proxy that starts without the control store asks the fences, and serves', async () => {
  stand.ways.control.cut()
  const late = await stand.start()
  expect((await ask(late.adminUrl, { path: '/readyz' })).status).toBe(503)
  const answer = await ask(late.url, { method: 'POST', path: '/api/pets', body: '{}' })
  expect(answer.json.by).toBe('patient')
  expect((await ask(late.url, { path: '/api/pets' })).json.by).toBe('patient')
  stand.ways.control.heal()
  await expect
    .poll(async () => (await ask(late.adminUrl, { path: '/readyz' })).status, patience)
    .toBe(200)
})
