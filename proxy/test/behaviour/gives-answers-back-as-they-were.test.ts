import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, type Asked, sendBytes } from '../harness/client.ts'
import { type Front, startFront } from '../harness/front.ts'
import { type Answer, readAll } from '../harness/upstream.ts'

let front: Front

beforeAll(async () => {
  front = await startFront()
})
afterAll(() => front[Symbol.asyncDispose]())

function get(how: Answer, asked: Partial<Asked> = {}) {
  front.legacy.answer(how)
  return ask(front.url, { path: '/rooms', ...asked })
}

test('status, reason, header order, case and repetitions come back', async () => {
  const sent = [
    ['X-Two', '2'],
    ['set-cookie', 'a=1; Path=/'],
    ['Set-Cookie', 'b=2; HttpOnly'],
    ['x-ONE', 'caf\u00e9'],
    ['Date', 'Tue, 01 Jan 2030 00:00:00 GMT'],
    ['Content-Length', '2'],
  ].flat()
  const answer = await get((_req, res) =>
    res.writeHead(418, "I'm a teapot", sent).end(Buffer.from('ok')),
  )
  expect(answer).toMatchObject({ status: 418, message: "I'm a teapot", text: 'ok' })
  const own = answer.rawHeaders.slice(0, sent.length)
  expect(own).toEqual(sent)
})

test('the proxy adds no header of its own but those of its connection', async () => {
  const answer = await get((_req, res) => {
    res.sendDate = false
    res.writeHead(200, { 'content-length': 0 }).end()
  })
  const names = Object.keys(answer.headers).filter(
    (name) => !/^(connection|keep-alive)$/.test(name),
  )
  expect(names).toEqual(['content-length'])
})

test.each([
  [204, undefined],
  [304, undefined],
  [304, '1234'],
])('a %i with content-length %s comes back without a body', async (status, length) => {
  const answer = await get((_req, res) => {
    res.writeHead(status, { etag: '"v1"', ...(length && { 'content-length': length }) }).end()
  })
  expect(answer.status).toBe(status)
  expect(answer.headers['etag']).toBe('"v1"')
  expect(answer.headers['content-length']).toBe(length)
  expect(answer.body).toHaveLength(0)
})

test('a HEAD gets the length of the body that it does not get', async () => {
  const answer = await get((_req, res) => res.writeHead(200, { 'content-length': 1234 }).end(), {
    method: 'HEAD',
  })
  expect(answer.headers['content-length']).toBe('1234')
  expect(answer.body).toHaveLength(0)
})

test('a compressed body is passed on as it is', async () => {
  const body = randomBytes(1000)
  const answer = await get((_req, res) =>
    res.writeHead(200, { 'content-encoding': 'br' }).end(body),
  )
  expect(answer.headers['content-encoding']).toBe('br')
  expect(answer.body.equals(body)).toBe(true)
})

test('the first byte of an answer is there before the last is sent', async () => {
  const goOn = Promise.withResolvers<void>()
  front.legacy.answer(async (_req, res) => {
    res.write('first')
    await goOn.promise
    res.end('last')
  })
  const outgoing = request(new URL('/events', front.url), { agent: false }).end()
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  const [chunk] = (await once(response, 'data')) as [Buffer]
  expect(chunk.toString()).toBe('first')
  goOn.resolve()
  expect((await readAll(response)).toString()).toBe('last')
})

test('trailers come after the body', async () => {
  const answer = await get((_req, res) => {
    res.writeHead(200, { trailer: 'x-digest' })
    res.write('body')
    res.addTrailers({ 'x-digest': 'abc' })
    res.end()
  })
  expect(answer.text).toBe('body')
  expect(answer.trailers).toEqual({ 'x-digest': 'abc' })
})

test('early hints of the upstream do not stand for its answer', async () => {
  const answer = await get((_req, res) => {
    res.writeEarlyHints({ link: '</style.css>; rel=preload' })
    res.writeHead(200).end('done')
  })
  expect(answer).toMatchObject({ status: 200, text: 'done' })
})

test('a client of HTTP/1.0 gets an answer that it can read', async () => {
  front.legacy.answer((_req, res) => {
    res.write('one ')
    res.end('two')
  })
  const bytes = await sendBytes(front.url, 'GET /rooms HTTP/1.0\r\nHost: x\r\n\r\n')
  const [head, body] = bytes.split('\r\n\r\n')
  expect(head).not.toMatch(/transfer-encoding/i)
  expect(body).toBe('one two')
})

test('requests that are sent at once over one connection are answered in their order', async () => {
  const last = Promise.withResolvers<void>()
  front.legacy.answer(async (req, res) => {
    await readAll(req)
    if (req.url === '/last') last.resolve()
    if (req.url === '/slow') await last.promise
    res.end(`<${req.url}>`)
  })
  const bytes = await sendBytes(
    front.url,
    ['/slow', '/fast', '/last']
      .map((path) => {
        const connection = path === '/last' ? 'Connection: close\r\n' : ''
        return `GET ${path} HTTP/1.1\r\nHost: x\r\n${connection}\r\n`
      })
      .join(''),
  )
  expect(bytes.match(/<\S+>/g)).toEqual(['</slow>', '</fast>', '</last>'])
})
