import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ask } from '../harness/client.ts'
import { type Front, startFront } from '../harness/front.ts'

// RFC 9110, section 7.6.1.

let front: Front

beforeAll(async () => {
  front = await startFront()
})
afterAll(() => front[Symbol.asyncDispose]())
beforeEach(() => {
  front.legacy.received.length = 0
  front.legacy.answer()
})

async function received(headers: readonly string[]) {
  await ask(front.url, { path: '/rooms', headers: ['Host', 'clinic.example', ...headers] })
  return front.legacy.received[0]!.headers
}

test('headers of the connection to the client stay there', async () => {
  const headers = await received(
    [
      ['Keep-Alive', 'timeout=1'],
      ['Proxy-Connection', 'keep-alive'],
      ['Proxy-Authorization', 'Basic c2VjcmV0'],
      ['TE', 'trailers'],
      ['Upgrade', 'h2c'],
      ['Connection', 'Upgrade, HTTP2-Settings'],
      ['HTTP2-Settings', 'AAMAAABkAAQAAP__'],
    ].flat(),
  )
  for (const name of ['keep-alive', 'proxy-connection', 'proxy-authorization', 'te', 'upgrade']) {
    expect(headers).not.toHaveProperty(name)
  }
  expect(headers).not.toHaveProperty('http2-settings')
  expect(headers.connection).toBe('keep-alive')
})

test('a client that offers another protocol is answered in this one', async () => {
  const answer = await ask(front.url, {
    method: 'POST',
    path: '/rooms',
    headers: { connection: 'Upgrade', upgrade: 'h2c', 'content-length': 4 },
    body: 'body',
  })
  expect(answer.json).toEqual({ by: 'legacy', method: 'POST', url: '/rooms' })
  expect(front.legacy.received[0]!.body.toString()).toBe('body')
})

test('headers that Connection names stay, whatever their case and however often it is sent', async () => {
  const headers = await received(
    [
      ['Connection', 'X-Private, close'],
      ['x-private', 'one'],
      ['Connection', 'x-OTHER'],
      ['X-Other', 'two'],
      ['X-Kept', 'three'],
    ].flat(),
  )
  expect(headers).not.toHaveProperty('x-private')
  expect(headers).not.toHaveProperty('x-other')
  expect(headers['x-kept']).toBe('three')
})

test('Connection cannot take away who the request came from, or its body', async () => {
  await ask(front.url, {
    method: 'POST',
    path: '/rooms',
    headers: ['Host', 'h', 'Connection', 'content-length, x-forwarded-for', 'Content-Length', '4'],
    body: 'body',
  })
  const [{ headers, body }] = front.legacy.received as [(typeof front.legacy.received)[0]]
  expect(headers['x-forwarded-for']).toBe('127.0.0.1')
  expect(body.toString()).toBe('body')
})

test("the toolkit's own headers cannot come from clients", async () => {
  const headers = await received(
    [
      ['strangler-admission', 'patients.1.9999999999999.forged'],
      ['Strangler-Anything', 'x'],
    ].flat(),
  )
  const own = Object.keys(headers).filter((name) => name.startsWith('strangler-'))
  expect(own).toEqual([])
})

test('the upstream learns who asked, for which host, and how', async () => {
  expect(await received([])).toMatchObject({
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': 'clinic.example',
    'x-forwarded-proto': 'http',
  })
})

test('a proxy in front is believed, and the address that it had is added', async () => {
  const headers = await received(
    [
      ['X-Forwarded-For', '203.0.113.7'],
      ['X-Forwarded-For', '198.51.100.1'],
      ['X-Forwarded-Host', 'public.example'],
      ['X-Forwarded-Proto', 'https'],
    ].flat(),
  )
  expect(headers).toMatchObject({
    'x-forwarded-for': '203.0.113.7, 198.51.100.1, 127.0.0.1',
    'x-forwarded-host': 'public.example',
    'x-forwarded-proto': 'https',
  })
})

test("headers of the upstream's connection do not come back", async () => {
  front.legacy.answer((_req, res) => {
    res.writeHead(
      200,
      [
        ['Connection', 'keep-alive, X-Private'],
        ['X-Private', 'one'],
        ['Proxy-Authenticate', 'Basic'],
        ['Upgrade', 'h2c'],
        ['X-Kept', 'two'],
      ].flat(),
    )
    res.end('ok')
  })
  const { headers } = await ask(front.url, { path: '/rooms' })
  for (const name of ['x-private', 'proxy-authenticate', 'upgrade']) {
    expect(headers).not.toHaveProperty(name)
  }
  expect(headers['x-kept']).toBe('two')
})
