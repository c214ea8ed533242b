import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Front, startFront } from '../harness/front.ts'

const chunk = Buffer.alloc(1 << 20, 'large body ')
const chunks = 50

let front: Front

beforeAll(async () => {
  front = await startFront()
})
afterAll(() => front[Symbol.asyncDispose]())

test('50 MB are sent up, and 50 MB come back, as they were', async () => {
  front.legacy.answer(async (req, res) => {
    const hash = createHash('sha256')
    for await (const part of req) hash.update(part as Buffer)
    res.setHeader('x-digest', hash.digest('hex'))
    for (let sent = 0; sent < chunks; sent += 1) {
      if (!res.write(chunk)) await once(res, 'drain')
    }
    res.end()
  })
  const outgoing = request(new URL('/files', front.url), { method: 'POST', agent: false })
  const sent = createHash('sha256')
  for (let at = 0; at < chunks; at += 1) {
    sent.update(chunk)
    if (!outgoing.write(chunk)) await once(outgoing, 'drain')
  }
  outgoing.end()
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  const digest = sent.digest('hex')
  expect(response.headers['x-digest']).toBe(digest)
  const back = createHash('sha256')
  for await (const part of response) back.update(part as Buffer)
  expect(back.digest('hex')).toBe(digest)
})

test('an upstream that sends faster than the client reads is made to wait', async () => {
  let written = 0
  front.legacy.answer(async (_req, res) => {
    for (; written < chunks; written += 1) {
      if (!res.write(chunk)) await once(res, 'drain')
    }
    res.end()
  })
  const outgoing = request(new URL('/files', front.url), { agent: false }).end()
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  await untilSteady(() => written)
  expect(written).toBeLessThan(chunks / 2)
  let length = 0
  for await (const part of response) length += (part as Buffer).length
  expect(length).toBe(chunks * chunk.length)
})

test('a client that sends faster than the upstream reads is made to wait', async () => {
  const mayRead = Promise.withResolvers<void>()
  let read = 0
  front.legacy.answer(async (req, res) => {
    await mayRead.promise
    for await (const part of req) read += (part as Buffer).length
    res.end()
  })
  const outgoing = request(new URL('/files', front.url), { method: 'PUT', agent: false })
  let written = 0
  const writing = (async () => {
    for (; written < chunks; written += 1) {
      if (!outgoing.write(chunk)) await once(outgoing, 'drain')
    }
    outgoing.end()
  })()
  await untilSteady(() => written)
  expect(written).toBeLessThan(chunks / 2)
  mayRead.resolve()
  await writing
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  response.resume()
  expect(read).toBe(chunks * chunk.length)
})

/** Resolves when a number that grew has stopped growing. */
async function untilSteady(read: () => number): Promise<void> {
  for (let before = -1, same = 0; same < 10;) {
    await delay(20)
    const now = read()
    same = now === before && now > 0 ? same + 1 : 0
    before = now
  }
}
