import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { RunningProxy } from '../../src/proxy.ts'
import { refresh, stateOf } from '../harness/admin.ts'
import { ask } from '../harness/client.ts'
import { type FlagServer, startFlagServer } from '../harness/flags.ts'
import { testPlan } from '../harness/plan.ts'
import { createStand, type Stand } from '../harness/stand.ts'
import { soon } from '../harness/soon.ts'

let postgres: TestPostgres
let flags: FlagServer
let stand: Stand
let proxy: RunningProxy

// The monolith owns the slices; the flag sends every read of patients to the service.
beforeAll(async () => {
  postgres = await startPostgres()
  flags = await startFlagServer()
  flags.set('patients', 100)
  stand = await createStand(postgres, testPlan({ requestTimeoutMs: 1000 }))
  proxy = await stand.start({ settings: { ...flags.settings, CATCH_UP_MS: '1500' } })
  await stand.shareReads('patients')
  await vi.waitUntil(async () => (await stateOf(proxy)).slices.patients.share === 100, 5000)
})
afterAll(async () => {
  await stand[Symbol.asyncDispose]()
  await flags[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

let person = ''
let people = 0
beforeEach(async () => {
  stand.legacy.answer()
  person = `person ${++people}`
  await inStep()
})

/** Everything is everywhere, and the proxy knows that the stream is not behind. */
async function inStep(): Promise<void> {
  await stand.reportLag('patients', 5)
  await refresh(proxy)
  await expect
    .poll(async () => {
      await stand.bring('forward')
      await stand.bring('reverse')
      return by('GET', '/api/pets', 'somebody who never writes')
    }, soon)
    .toBe('patient')
}

async function by(method: string, path: string, user = person): Promise<string> {
  const answer = await ask(proxy.url, { method, path, headers: { 'x-user': user } })
  return answer.status === 200 ? answer.json.by : `${answer.status}`
}

/** Who answers a number of reads, each of them a chance to go to the other side. */
async function reads(): Promise<string[]> {
  const answers = new Set<string>()
  for (let times = 0; times < 10; times += 1) answers.add(await by('GET', '/api/pets'))
  return [...answers]
}

test("a read comes from the owner until the other side has the reader's last write", async () => {
  expect(await by('GET', '/api/pets')).toBe('patient')
  await by('POST', '/api/pets')
  expect(await reads()).toEqual(['legacy'])
  expect(await by('GET', '/api/pets', 'somebody else')).toBe('patient')
  await stand.bring('forward')
  await expect
    .poll(async () => {
      await stand.bring('forward')
      return by('GET', '/api/pets')
    }, soon)
    .toBe('patient')
})

test('a write that no slice claims counts, too: the monolith may have written anything', async () => {
  await by('POST', '/rooms')
  expect(await reads()).toEqual(['legacy'])
})

test('a read that the owner answered is never followed by an older one', async () => {
  await stand.reportLag('patients', 60_000)
  await refresh(proxy)
  expect(await by('GET', '/api/pets')).toBe('legacy')
  await stand.reportLag('patients', 5)
  await refresh(proxy)
  expect(await reads()).toEqual(['legacy'])
  expect(await by('GET', '/api/pets', 'somebody who saw nothing')).toBe('patient')
  await expect
    .poll(async () => {
      await stand.bring('forward')
      return by('GET', '/api/pets')
    }, soon)
    .toBe('patient')
})

test('a write under way may be committed already: its writer reads from the owner', async () => {
  const mayEnd = Promise.withResolvers<void>()
  const arrived = Promise.withResolvers<void>()
  stand.legacy.answer(async (_req, res) => {
    stand.legacy.answer()
    arrived.resolve()
    await mayEnd.promise
    res.end('{"by":"legacy"}')
  })
  const writing = by('POST', '/api/pets')
  await arrived.promise
  await stand.bring('forward')
  expect(await reads()).toEqual(['legacy'])
  mayEnd.resolve()
  await writing
})

test('a write whose answer was lost may still be committed: its writer stays with the owner for as long', async () => {
  const since = performance.now()
  stand.legacy.answer((req) => {
    stand.legacy.answer()
    req.socket.destroy()
  })
  expect(await by('POST', '/api/pets')).toBe('502')
  await stand.bring('forward')
  expect(await reads()).toEqual(['legacy'])
  await expect
    .poll(
      async () => {
        await stand.reportLag('patients', 5)
        await stand.bring('forward')
        return by('GET', '/api/pets')
      },
      { timeout: 8000 },
    )
    .toBe('patient')
  expect(performance.now() - since).toBeGreaterThan(1000)
})

test('after a write to the service, the monolith is asked once it has it', async () => {
  await stand.switchTo('patients', 'extracted')
  await refresh(proxy)
  expect(await by('POST', '/api/pets')).toBe('patient')
  const before = stand.legacy.begun()
  const booking = by('POST', '/rooms')
  expect(await reads()).toEqual(['patient'])
  expect(stand.legacy.begun()).toBe(before)
  expect(await by('GET', '/rooms', 'somebody else')).toBe('legacy')
  await stand.bring('reverse')
  expect(await booking).toBe('legacy')
  await back()
})

test('a request whose database does not catch up in time is refused, and may come again', async () => {
  await stand.switchTo('patients', 'extracted')
  await refresh(proxy)
  await by('POST', '/api/pets')
  const before = stand.legacy.begun()
  const headers = { 'x-user': person }
  const answer = await ask(proxy.url, { method: 'POST', path: '/rooms', headers })
  expect(answer.status).toBe(503)
  expect(answer.headers['retry-after']).toBe('1')
  expect(answer.json).toEqual({ error: expect.stringContaining('has not arrived') })
  expect(stand.legacy.begun()).toBe(before)
  await stand.bring('reverse')
  expect(await by('POST', '/rooms')).toBe('legacy')
  await back()
})

test('a held write that its new owner takes waits until it has what its writer wrote before', async () => {
  expect(await by('POST', '/rooms')).toBe('legacy')
  const epoch = await stand.announceHold('patients')
  await expect.poll(() => stand.isAcknowledged('patients', epoch), soon).toBe(true)
  const before = stand.patient.begun()
  const writing = by('POST', '/api/pets')
  await expect.poll(async () => (await stateOf(proxy)).slices.patients.held, soon).toBe(1)
  await stand.finishSwitch('patients')
  await expect.poll(async () => (await stateOf(proxy)).slices.patients.held, soon).toBe(0)
  expect(await by('GET', '/api/pets', 'somebody else')).toBe('patient')
  expect(stand.patient.begun()).toBe(before + 1)
  await stand.bring('forward')
  expect(await writing).toBe('patient')
  await back()
})

/** The monolith owns the slice again, and reads are shared again. */
async function back(): Promise<void> {
  await stand.switchTo('patients', 'legacy')
  await stand.shareReads('patients')
  await refresh(proxy)
}
