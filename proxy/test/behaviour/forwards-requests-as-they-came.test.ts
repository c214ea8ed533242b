import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ask } from '../harness/client.ts'
import { type Front, startFront } from '../harness/front.ts'
import { readAll } from '../harness/upstream.ts'

let front: Front

beforeAll(async () => {
  front = await startFront()
})
afterAll(() => front[Symbol.asyncDispose]())
beforeEach(() => {
  front.legacy.received.length = 0
  front.legacy.answer()
})

test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])(
  'a %s arrives as it is',
  async (method) => {
    await ask(front.url, { method, path: '/rooms' })
    expect(front.legacy.received[0]).toMatchObject({ method, url: '/rooms' })
  },
)

test.each([
  '/',
  '/rooms?',
  '/rooms?a=1&a=2&b=%20+&c=%C3%A9&d',
  '/a%2Fb/%2e%2E/c%20d',
  '//rooms///7//',
  '/rooms/../etc/./passwd',
  "/r%6Foms;v=1,2:@!$&'()*+=~",
  '/rooms?next=http://elsewhere.example/x?y#z',
  '/%',
  '/%zz%00',
])('the target %s is not touched', async (path) => {
  await ask(front.url, { path })
  expect(front.legacy.received[0]!.url).toBe(path)
})

test('headers keep their order, case, repetitions and values', async () => {
  const sent = [
    ['X-b', 'two'],
    ['x-A', 'one'],
    ['Cookie', 'a=1; b="2"'],
    ['X-b', 'again'],
    ['ACCEPT', 'text/html;q=0.9, */*'],
    ['x-latin', 'caf\u00e9'],
    ['x-empty', ''],
  ]
  const headers = ['Host', 'clinic.example', ...sent.flat()]
  await ask(front.url, { path: '/rooms', headers })
  const { rawHeaders } = front.legacy.received[0]!
  const ofHop = /^(host|connection|x-forwarded-)/i
  expect(pairs(rawHeaders).filter(([name]) => !ofHop.test(name!))).toEqual(sent)
  expect(front.legacy.received[0]!.headers.host).toBe('clinic.example')
})

test('a body arrives byte for byte, with its length', async () => {
  const body = randomBytes(300_000)
  await ask(front.url, {
    method: 'POST',
    path: '/rooms',
    body,
    headers: { 'content-length': 300_000 },
  })
  const [received] = front.legacy.received
  expect(received!.body.equals(body)).toBe(true)
  expect(received!.headers['content-length']).toBe('300000')
})

test('a body of unknown length arrives whole', async () => {
  const body = randomBytes(300_000)
  const headers = { 'transfer-encoding': 'chunked' }
  await ask(front.url, { method: 'PUT', path: '/rooms', body, headers })
  expect(front.legacy.received[0]!.body.equals(body)).toBe(true)
})

test.each(['GET', 'DELETE', 'OPTIONS'])('a %s may have a body', async (method) => {
  await ask(front.url, { method, path: '/rooms', body: 'why', headers: { 'content-length': 3 } })
  expect(front.legacy.received[0]!.body.toString()).toBe('why')
})

test('a POST without a body arrives without one', async () => {
  await ask(front.url, { method: 'POST', path: '/rooms', headers: { 'content-length': 0 } })
  expect(front.legacy.received[0]!.headers['content-length']).toBe('0')
  expect(front.legacy.received[0]!.headers['transfer-encoding']).toBeUndefined()
})

test('the first byte of a body arrives before the last is sent', async () => {
  const arrived = Promise.withResolvers<string>()
  front.legacy.answer(async (req, res) => {
    req.once('data', (chunk: Buffer) => arrived.resolve(chunk.toString()))
    await once(req, 'end')
    res.end('thanks')
  })
  const { hostname, port } = new URL(front.url)
  const outgoing = request({ hostname, port, method: 'POST', path: '/rooms', agent: false })
  outgoing.write('first')
  expect(await arrived.promise).toBe('first')
  outgoing.end('last')
  const [response] = await once(outgoing, 'response')
  expect((await readAll(response)).toString()).toBe('thanks')
})

test('a request that expects 100 Continue gets it, and its body arrives', async () => {
  const { hostname, port } = new URL(front.url)
  const outgoing = request({
    hostname,
    port,
    method: 'POST',
    path: '/rooms',
    headers: { expect: '100-continue', 'content-length': 4 },
    agent: false,
  })
  outgoing.flushHeaders()
  await once(outgoing, 'continue')
  outgoing.end('body')
  const [response] = await once(outgoing, 'response')
  expect(response.statusCode).toBe(200)
  expect(front.legacy.received[0]!.body.toString()).toBe('body')
})

function pairs(raw: readonly string[]): string[][] {
  return Array.from({ length: raw.length / 2 }, (_, at) => raw.slice(at * 2, at * 2 + 2))
}
