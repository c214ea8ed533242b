import { once } from 'node:events'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { metricsOf } from '../harness/admin.ts'
import { sendBytes } from '../harness/client.ts'
import { type Front, startFront } from '../harness/front.ts'
import { testPlan } from '../harness/plan.ts'
import { soon } from '../harness/soon.ts'
import { echo, open, opening } from '../harness/websocket.ts'

let front: Front

beforeAll(async () => {
  front = await startFront()
})
afterAll(() => front[Symbol.asyncDispose]())
beforeEach(() => void front.legacy.server.removeAllListeners('upgrade'))

test('bytes go both ways after the upgrade, and one end that closes closes the other', async () => {
  const taken = echo(front.legacy)
  const { socket, answer, say } = await open(front.url, opening('/live?room=7'))
  expect(answer).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/)
  expect(answer).toMatch(/sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/i)
  expect(answer).toMatch(/connection: upgrade\r\n/i)
  const upstream = await taken
  expect(upstream.req.url).toBe('/live?room=7')
  expect(await say('ping')).toBe('ping')
  const closed = once(upstream.socket, 'close')
  socket.destroy()
  await closed
})

test('what a client sends before it is answered comes after the upgrade', async () => {
  void echo(front.legacy)
  using early = await open(front.url, `${opening('/live')}already here`)
  const rest = early.answer.split('\r\n\r\n')[1]
  expect(rest === '' ? await early.say('') : rest).toBe('already here')
})

test("an upgrade carries who it came from, and none of the toolkit's own headers", async () => {
  const taken = echo(front.legacy)
  using _ = await open(
    front.url,
    opening(
      '/live',
      'Strangler-Admission: forged',
      'Cookie: a=1',
      'Sec-WebSocket-Protocol: bearer, a.b.c',
    ),
  )
  const { headers } = (await taken).req
  expect(headers).toMatchObject({
    host: 'clinic.example',
    cookie: 'a=1',
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-protocol': 'bearer, a.b.c',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': 'clinic.example',
  })
  expect(headers).not.toHaveProperty('strangler-admission')
})

test('headers that belong to the connection of the client end at the proxy', async () => {
  const taken = echo(front.legacy)
  const asked = opening('/live', 'X-Mine: 1').replace('Upgrade\r', 'keep-alive, X-Mine, Upgrade\r')
  using opened = await open(front.url, asked)
  expect(opened.answer).toMatch(/^HTTP\/1\.1 101 /)
  const { headers } = (await taken).req
  expect(headers.connection).toBe('Upgrade')
  expect(headers).not.toHaveProperty('x-mine')
})

test('an upstream that declines is heard', async () => {
  front.legacy.server.once('upgrade', (_req, socket) => {
    socket.end(
      'HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\nX-Why: you\r\nConnection: close\r\n\r\nnope',
    )
  })
  const answer = await sendBytes(front.url, opening('/live'))
  expect(answer).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/)
  expect(answer).toMatch(/X-Why: you\r\n/)
  expect(answer).toMatch(/\r\n\r\nnope$/)
})

test('an upstream that declines at length is heard to the end', async () => {
  const parts = 40
  front.legacy.server.once('upgrade', (_req, socket) => {
    socket.write('HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n')
    for (let at = 0; at < parts; at += 1) socket.write(`2710\r\n${'x'.repeat(10_000)}\r\n`)
    socket.end('0\r\n\r\n')
  })
  const answer = await sendBytes(front.url, opening('/live'))
  expect(answer).toMatch(/^HTTP\/1\.1 403 /)
  expect(answer.split('\r\n\r\n')[1]).toHaveLength(parts * 10_000)
})

test("an upstream that cannot be reached is a 502, in the shape of the monolith's errors", async () => {
  await using down = await startFront({ settings: { LEGACY_URL: 'http://127.0.0.1:1' } })
  const answer = await sendBytes(down.url, opening('/live'))
  expect(answer).toMatch(/^HTTP\/1\.1 502 /)
  expect(answer).toMatch(/connection: close\r\n/i)
  expect(answer).toMatch(/\{"error":"The server behind this one cannot be reached\."\}$/)
})

test('an upstream that takes the connection and says nothing is a 504', async () => {
  await using slow = await startFront({ plan: testPlan({ requestTimeoutMs: 200 }) })
  slow.legacy.server.on('upgrade', (_req, socket: Duplex) => listen(socket))
  expect(await sendBytes(slow.url, opening('/live'))).toMatch(/^HTTP\/1\.1 504 /)
})

test('an upstream that breaks off before it answers is a 502', async () => {
  front.legacy.server.once('upgrade', (_req, socket) => socket.destroy())
  expect(await sendBytes(front.url, opening('/live'))).toMatch(/^HTTP\/1\.1 502 /)
})

test.each([
  ['ends', (socket: Duplex) => void socket.end()],
  ['breaks', (socket: Duplex) => void socket.destroy(new Error('a crash'))],
])('an upstream that %s closes what clients hold open', async (_, leave) => {
  const taken = echo(front.legacy)
  using opened = await open(front.url, opening('/live'))
  const closed = once(opened.socket, 'close')
  leave((await taken).socket)
  await closed
  expect(opened.socket.destroyed).toBe(true)
})

test('a client that breaks off closes what upstream holds open', async () => {
  const taken = echo(front.legacy)
  const { socket } = await open(front.url, opening('/live'))
  const upstream = await taken
  const closed = once(upstream.socket, 'close')
  socket.resetAndDestroy()
  await closed
  expect(upstream.socket.destroyed).toBe(true)
})

test('a client that goes before it was answered leaves nothing open upstream', async () => {
  const asked = Promise.withResolvers<Duplex>()
  front.legacy.server.once('upgrade', (_req, socket: Duplex) => asked.resolve(socket))
  const client = connect(Number(new URL(front.url).port), '127.0.0.1')
  client.on('error', () => {})
  client.write(opening('/live'))
  const upstream = await asked.promise
  listen(upstream)
  const closed = once(upstream, 'close')
  client.resetAndDestroy()
  await closed
  expect(upstream.destroyed).toBe(true)
})

test.each([
  ['with a body', opening('/live', 'Content-Length: 5') + 'hello'],
  ['to another server', opening('http://elsewhere.example/live')],
  ['of two hosts', opening('/live', 'Host: other.example')],
])('an upgrade %s is refused, and upstream never hears of it', async (_, bytes) => {
  let heard = 0
  front.legacy.server.on('upgrade', () => (heard += 1))
  expect(await sendBytes(front.url, bytes)).toMatch(/^HTTP\/1\.1 400 /)
  expect(heard).toBe(0)
})

test('an upgrade behind a request that is not answered yet closes the connection, and nothing else', async () => {
  front.legacy.answer(() => new Promise(() => {}))
  const early = 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n'
  expect(await sendBytes(front.url, early + opening('/live'))).toBe('')
  front.legacy.answer()
  void echo(front.legacy)
  using after = await open(front.url, opening('/live'))
  expect(after.answer).toMatch(/^HTTP\/1\.1 101 /)
})

test('upgrades are counted as requests are, by the status that they were answered with', async () => {
  void echo(front.legacy)
  const counted = async () =>
    Number(
      /^strangler_requests_total\{slice="",side="legacy",effect="reads",status="101"\} (\d+)/m.exec(
        await metricsOf(front.proxy),
      )?.[1] ?? 0,
    )
  const before = await counted()
  using _ = await open(front.url, opening('/live'))
  await expect.poll(counted, soon).toBe(before + 1)
})

test('the proxy stops while a WebSocket is open, and closes it', async () => {
  const stopping = await startFront()
  const taken = echo(stopping.legacy)
  const { socket } = await open(stopping.url, opening('/live'))
  await taken
  const closed = once(socket, 'close')
  await stopping.proxy[Symbol.asyncDispose]()
  await closed
  expect(socket.destroyed).toBe(true)
  await stopping.legacy[Symbol.asyncDispose]()
})

/** Takes what comes and says nothing, until the other end closes. */
function listen(socket: Duplex): void {
  socket.on('error', () => {})
  socket.once('end', () => socket.end())
  socket.resume()
}
