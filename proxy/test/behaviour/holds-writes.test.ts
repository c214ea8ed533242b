import { once } from 'node:events'
import { request } from 'node:http'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { RunningProxy } from '../../src/proxy.ts'
import { stateOf } from '../harness/admin.ts'
import { type Answered, ask, sendBytes } from '../harness/client.ts'
import { createStand, type SliceName, type Stand } from '../harness/stand.ts'
import { readAll } from '../harness/upstream.ts'
import { soon } from '../harness/soon.ts'

let postgres: TestPostgres
let stand: Stand
let proxy: RunningProxy

beforeAll(async () => {
  postgres = await startPostgres()
  stand = await createStand(postgres)
  proxy = await stand.start()
})
afterAll(async () => {
  await stand[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})
beforeEach(async () => {
  for (const upstream of [stand.legacy, stand.patient]) {
    upstream.received.length = 0
    upstream.answer()
  }
  for (const slice of ['patients', 'visits'] as const) await stand.switchTo(slice, 'legacy')
  await knows(await stand.row('patients'))
})

let people = 0
const write = (body = '', more: { path?: string; headers?: Record<string, string> } = {}) =>
  ask(proxy.url, {
    method: 'POST',
    path: more.path ?? '/api/pets',
    headers: { 'x-user': `person ${++people}`, ...more.headers },
    body,
  })
const read = () =>
  ask(proxy.url, { path: '/api/pets', headers: { 'x-user': `person ${++people}` } })

/** Waits until the proxy has heard of a slice's epoch. */
const knows = async ({ name, epoch }: { name: string; epoch: number }) =>
  await expect.poll(async () => (await stateOf(proxy)).slices[name].view.epoch, soon).toBe(epoch)

const untilHeld = async (count: number, slice: SliceName = 'patients', on = proxy) =>
  await expect.poll(async () => (await stateOf(on)).slices[slice].held, soon).toBe(count)

/** Begins a hold that the proxy has heard of. */
async function announce(slice: SliceName = 'patients'): Promise<number> {
  const epoch = await stand.announceHold(slice)
  await knows({ name: slice, epoch })
  return epoch
}

async function hold(slice: SliceName = 'patients'): Promise<number> {
  const epoch = await announce(slice)
  await expect.poll(() => stand.isAcknowledged(slice, epoch), soon).toBe(true)
  return epoch
}

test('writes wait while the owner changes, reads do not, and the new owner gets every one', async () => {
  await hold()
  const before = stand.legacy.begun() + stand.patient.begun()
  const writes = Array.from({ length: 20 }, (_, at) => write(`pet ${at}`))
  await untilHeld(20)
  expect((await read()).json.by).toBe('legacy')
  expect(stand.legacy.begun() + stand.patient.begun()).toBe(before + 1)
  await stand.finishSwitch('patients')
  for (const answer of await Promise.all(writes)) {
    expect(answer.status).toBe(200)
    expect(answer.json.by).toBe('patient')
  }
  const bodies = stand.patient.received.map(({ body }) => body.toString())
  expect(bodies.toSorted()).toEqual(Array.from({ length: 20 }, (_, at) => `pet ${at}`).toSorted())
})

test('a switch that is undone gives held writes back to the owner', async () => {
  await hold()
  const writing = write()
  await untilHeld(1)
  await stand.undoSwitch('patients')
  expect((await writing).json.by).toBe('legacy')
})

test('a hold of one slice is none of another', async () => {
  await hold('patients')
  expect((await write('', { path: '/api/visits' })).json.by).toBe('legacy')
  await stand.undoSwitch('patients')
})

test('a write to two slices waits for either, and goes where its own slice goes', async () => {
  await hold('patients')
  const writing = write('', { path: '/api/pets/7/visits' })
  await untilHeld(1, 'visits')
  await stand.finishSwitch('patients')
  expect((await writing).json.by).toBe('legacy')
})

test('a POST that the plan says only reads is not held', async () => {
  await hold()
  expect((await write('', { path: '/api/pets/search' })).status).toBe(200)
  await stand.undoSwitch('patients')
})

test('the body of a held write is not asked for', async () => {
  await hold()
  const outgoing = request(new URL('/api/pets', proxy.url), {
    method: 'POST',
    headers: { expect: '100-continue', 'content-length': 3, 'x-user': 'expecting' },
    agent: false,
  })
  let isWanted = false
  outgoing.on('continue', () => {
    isWanted = true
    outgoing.end('pet')
  })
  outgoing.flushHeaders()
  await untilHeld(1)
  expect(isWanted).toBe(false)
  await stand.finishSwitch('patients')
  const [response] = await once(outgoing, 'response')
  expect(response.statusCode).toBe(200)
  await readAll(response)
  expect(stand.patient.received[0]!.body.toString()).toBe('pet')
})

test('a held write whose client went away is not sent to anybody', async () => {
  await hold()
  const leaving = new AbortController()
  const writing = ask(proxy.url, {
    method: 'POST',
    path: '/api/pets',
    headers: { 'x-user': 'leaving' },
    signal: leaving.signal,
  })
  await untilHeld(1)
  leaving.abort()
  await expect(writing).rejects.toMatchObject({ name: 'AbortError' })
  await untilHeld(0)
  await stand.finishSwitch('patients')
  await write('later')
  expect(stand.patient.received.map(({ body }) => body.toString())).toEqual(['later'])
})

test('requests that wait in one connection behind a held one come in their order', async () => {
  await hold()
  const head = (body: string, last = '') =>
    `POST /api/pets HTTP/1.1\r\nHost: x\r\nx-user: pipeline\r\nContent-Length: ${body.length}\r\n${last}\r\n${body}`
  const sending = sendBytes(
    proxy.url,
    head('one') + head('two') + head('three', 'Connection: close\r\n'),
  )
  await vi.waitFor(
    async () => expect((await stateOf(proxy)).slices.patients.held).toBeGreaterThan(0),
    soon,
  )
  await stand.finishSwitch('patients')
  expect(await sending).toMatch(/(HTTP\/1\.1 200 [\s\S]*){3}/)
  const bodies = stand.patient.received.map(({ body }) => body.toString())
  expect(bodies.toSorted()).toEqual(['one', 'three', 'two'])
})

describe('a write under way when a hold begins', () => {
  /** Has a write that the monolith answers when it is told to. */
  async function underWay(): Promise<{ admission: string; end(): Promise<Answered> }> {
    const arrived = Promise.withResolvers<string>()
    const mayEnd = Promise.withResolvers<void>()
    stand.legacy.answer(async (req, res) => {
      stand.legacy.answer()
      arrived.resolve(String(req.headers['strangler-admission']))
      await readAll(req)
      await mayEnd.promise
      res.end('{"by":"legacy"}')
    })
    const writing = write('slow')
    const admission = await arrived.promise
    return {
      admission,
      end() {
        mayEnd.resolve()
        return writing
      },
    }
  }

  test('ends before the hold is acknowledged', async () => {
    const slow = await underWay()
    const epoch = await announce()
    const held = write('later')
    await untilHeld(1)
    expect(await stand.isAcknowledged('patients', epoch)).toBe(false)
    expect((await slow.end()).status).toBe(200)
    await expect.poll(() => stand.isAcknowledged('patients', epoch), soon).toBe(true)
    await stand.finishSwitch('patients')
    expect((await held).json.by).toBe('patient')
  })

  test('is counted until its answer has ended, though its client has gone', async () => {
    const mayEnd = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<boolean>()
    const arrived = Promise.withResolvers<void>()
    stand.legacy.answer(async (req, res) => {
      await readAll(req)
      arrived.resolve()
      req.socket.once('close', () => ended.resolve(false))
      await mayEnd.promise
      res.end('done', () => ended.resolve(true))
    })
    const leaving = new AbortController()
    const headers = { 'x-user': 'leaving in the middle' }
    const asked = { method: 'POST', path: '/api/pets', body: 'x', headers, signal: leaving.signal }
    const writing = ask(proxy.url, asked)
    await arrived.promise
    leaving.abort()
    await expect(writing).rejects.toMatchObject({ name: 'AbortError' })
    const epoch = await announce()
    const later = write('later')
    await untilHeld(1)
    expect(await stand.isAcknowledged('patients', epoch)).toBe(false)
    mayEnd.resolve()
    expect(await ended.promise).toBe(true)
    await expect.poll(() => stand.isAcknowledged('patients', epoch), soon).toBe(true)
    await stand.undoSwitch('patients')
    await later
  })

  test('lets the writes pass that it makes through the proxy itself', async () => {
    const slow = await underWay()
    await announce()
    const inner = await write('inner', { headers: { 'strangler-admission': slow.admission } })
    expect(inner.json.by).toBe('legacy')
    await slow.end()
    await stand.undoSwitch('patients')
  })

  test.each([
    ['that is forged', (real: string) => real.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
    ['for another slice', (real: string) => real.replace('patients', 'visits')],
    ['with a later end', (real: string) => real.replace(/\.(\d+)\.(\d+)\./, '.$1.9$2.')],
    ['that is empty', () => ''],
    ['that is nonsense', () => '...'],
  ])('lets nobody pass with an admission %s', async (_, forge) => {
    const slow = await underWay()
    await announce()
    const inner = write('inner', { headers: { 'strangler-admission': forge(slow.admission) } })
    await untilHeld(1)
    expect(stand.legacy.received).toEqual([])
    await slow.end()
    await stand.undoSwitch('patients')
    await inner
  })

  test('gives no pass to anybody once it has ended', async () => {
    const slow = await underWay()
    await slow.end()
    await hold()
    const inner = write('inner', { headers: { 'strangler-admission': slow.admission } })
    await untilHeld(1)
    expect(stand.legacy.received).toEqual([])
    await stand.undoSwitch('patients')
    await inner
  })
})

describe('a hold that does not end', () => {
  let impatient: RunningProxy

  beforeAll(async () => {
    impatient = await stand.start({ settings: { HOLD_MS: '1500', MAX_HELD: '3' } })
  })
  afterAll(() => impatient[Symbol.asyncDispose]())

  const writeThere = () =>
    ask(impatient.url, {
      method: 'POST',
      path: '/api/pets',
      headers: { 'x-user': `p ${++people}` },
    })

  test('answers 503 with Retry-After when a write has waited long enough', async () => {
    await hold()
    const since = performance.now()
    const answer = await writeThere()
    expect(answer.status).toBe(503)
    expect(answer.headers['retry-after']).toBe('1')
    expect(answer.json).toEqual({ error: expect.stringContaining('"patients"') })
    expect(performance.now() - since).toBeGreaterThan(1490)
    await stand.undoSwitch('patients')
    expect(stand.legacy.received).toEqual([])
  })

  test('answers 503 at once to more than may be held', async () => {
    await hold()
    const held = Array.from({ length: 3 }, writeThere)
    await untilHeld(3, 'patients', impatient)
    const since = performance.now()
    const answer = await writeThere()
    expect(answer.status).toBe(503)
    expect(answer.headers['retry-after']).toBe('1')
    expect(performance.now() - since).toBeLessThan(1000)
    await Promise.all(held)
    await stand.undoSwitch('patients')
  })
})
