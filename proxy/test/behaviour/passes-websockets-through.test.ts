import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendBytes } from '../harness/client.ts'
import { type Front, startFront } from '../harness/front.ts'

let front: Front

beforeAll(async () => {
  front = await startFront()
})
afterAll(() => front[Symbol.asyncDispose]())

const key = 'dGhlIHNhbXBsZSBub25jZQ=='
const head = (path: string, ...more: string[]) =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: clinic.example',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    ...more,
    '\r\n',
  ].join('\r\n')

/** Takes upgrades as a WebSocket server does, and sends every byte back. */
function echo({ legacy }: Front): Promise<{ req: IncomingMessage; socket: Duplex }> {
  const taken = Promise.withResolvers<{ req: IncomingMessage; socket: Duplex }>()
  legacy.server.once('upgrade', (req, socket) => {
    const accept = createHash('sha1')
      .update(`${req.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    socket.on('error', () => {})
    socket.pipe(socket)
    taken.resolve({ req, socket })
  })
  return taken.promise
}

async function open(url: string, bytes: string): Promise<{ socket: Socket; answer: string }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => {})
  socket.write(bytes)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  return { socket, answer: answer.toString() }
}

test('bytes go both ways after the upgrade, and one end that closes closes the other', async () => {
  const taken = echo(front)
  const { socket, answer } = await open(front.url, head('/live?room=7'))
  expect(answer).toMatch(/^HTTP\/1\.1 101 /)
  expect(answer).toMatch(/sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/i)
  const upstream = await taken
  expect(upstream.req.url).toBe('/live?room=7')
  socket.write('ping')
  expect(String((await once(socket, 'data'))[0])).toBe('ping')
  const closed = once(upstream.socket, 'close')
  socket.destroy()
  await closed
})

test("an upgrade carries who it came from, and none of the toolkit's own headers", async () => {
  const taken = echo(front)
  const { socket } = await open(
    front.url,
    head('/live', 'Strangler-Admission: forged', 'Cookie: a=1'),
  )
  const { headers } = (await taken).req
  expect(headers).toMatchObject({
    host: 'clinic.example',
    cookie: 'a=1',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': 'clinic.example',
  })
  expect(headers).not.toHaveProperty('strangler-admission')
  socket.destroy()
})

test('an upstream that declines is heard', async () => {
  front.legacy.server.once('upgrade', (_req, socket) => {
    socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnope')
  })
  const answer = await sendBytes(front.url, head('/live'))
  expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/)
  expect(answer).toMatch(/nope$/)
})

test('an upstream that cannot be reached is a 502', async () => {
  await using down = await startFront({ settings: { LEGACY_URL: 'http://127.0.0.1:1' } })
  expect(await sendBytes(down.url, head('/live'))).toMatch(/^HTTP\/1\.1 502 /)
})

test('the proxy stops while a WebSocket is open, and closes it', async () => {
  const stopping = await startFront()
  const taken = echo(stopping)
  const { socket } = await open(stopping.url, head('/live'))
  await taken
  const closed = once(socket, 'close')
  await stopping.proxy[Symbol.asyncDispose]()
  await closed
  expect(socket.destroyed).toBe(true)
  await stopping.legacy[Symbol.asyncDispose]()
})
