import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ask, sendBytes } from '../harness/client.ts'
import { type Front, startFront } from '../harness/front.ts'
import { startUpstream } from '../harness/upstream.ts'

let front: Front

beforeAll(async () => {
  front = await startFront()
})
afterAll(() => front[Symbol.asyncDispose]())
beforeEach(() => {
  front.legacy.received.length = 0
  front.legacy.answer()
})

const head = (...lines: string[]) =>
  `${['POST /rooms HTTP/1.1', 'Host: x', ...lines].join('\r\n')}\r\n\r\n`
const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n'

test.each([
  [
    'both lengths',
    head('Content-Length: 5', 'Transfer-Encoding: chunked') + `0\r\n\r\n${smuggled}`,
  ],
  ['two different lengths', head('Content-Length: 0', 'Content-Length: 40') + smuggled],
  ['two equal lengths', head('Content-Length: 5', 'Content-Length: 5') + `12345${smuggled}`],
  ['a list of lengths', head('Content-Length: 5, 5') + `12345${smuggled}`],
  ['a signed length', head('Content-Length: +5') + `12345${smuggled}`],
  [
    'a coding that is not the last',
    head('Transfer-Encoding: chunked, identity') + `0\r\n\r\n${smuggled}`,
  ],
  ['an unknown coding', head('Transfer-Encoding: xchunked') + `0\r\n\r\n${smuggled}`],
  ['a space before the colon', head('Transfer-Encoding : chunked') + `0\r\n\r\n${smuggled}`],
  [
    'a header that goes on in the next line',
    head('X-A: 1', ' Transfer-Encoding: chunked') + smuggled,
  ],
  [
    'a chunk size that is no number',
    head('Transfer-Encoding: chunked') + `5x\r\n12345\r\n0\r\n\r\n${smuggled}`,
  ],
  [
    'a chunk longer than its size',
    head('Transfer-Encoding: chunked') + `3\r\n12345\r\n0\r\n\r\n${smuggled}`,
  ],
  [
    'a bare line feed after a chunk size',
    head('Transfer-Encoding: chunked') + `5\n12345\r\n0\r\n\r\n${smuggled}`,
  ],
  ['no host', `GET /rooms HTTP/1.1\r\n\r\n${smuggled}`],
  ['two hosts', `GET /rooms HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n`],
  ['a zero byte in a header', head('X-A: a\0b') + smuggled],
])('%s: refused, and nothing of it arrives whole', async (_, bytes) => {
  // A request of the test's own ends the connection, should the first one have been taken.
  const end = 'GET /end HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
  const answer = await sendBytes(front.url, bytes + end)
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  expect(front.legacy.received).toEqual([])
})

test('a body that only looks like a request is a body', async () => {
  await ask(front.url, { method: 'POST', path: '/rooms', body: smuggled })
  expect(front.legacy.received.map(({ url }) => url)).toEqual(['/rooms'])
  expect(front.legacy.received[0]!.body.toString()).toBe(smuggled)
})

test.each(['http://elsewhere.example/rooms', 'elsewhere.example:443', '*'])(
  'a target like %s is refused: a request names a path, not a server',
  async (path) => {
    const method = path === '*' ? 'OPTIONS' : 'GET'
    const answer = await ask(front.url, { method, path })
    expect(answer.status).toBe(400)
    expect(front.legacy.received).toEqual([])
  },
)

test('a CONNECT opens no tunnel', async () => {
  await using other = await startUpstream('other')
  const target = new URL(other.url).host
  const answer = await sendBytes(
    front.url,
    `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n${smuggled}`,
  )
  expect(answer).not.toMatch(/ 200 /)
  expect(other.begun()).toBe(0)
  expect(front.legacy.received).toEqual([])
})

test.each(['Host', 'X-Forwarded-Host', 'Forwarded'])(
  'the header %s does not choose the upstream',
  async (name) => {
    await using other = await startUpstream('other')
    const { host } = new URL(other.url)
    const value = name === 'Forwarded' ? `host=${host}` : host
    const answer = await ask(front.url, { path: '/rooms', headers: { [name]: value } })
    expect(answer.json).toMatchObject({ by: 'legacy' })
    expect(other.begun()).toBe(0)
  },
)

test('a path that begins with two slashes and a host stays a path', async () => {
  await using other = await startUpstream('other')
  const path = `//${new URL(other.url).host}/rooms`
  const answer = await ask(front.url, { path })
  expect(answer.json).toMatchObject({ by: 'legacy', url: path })
  expect(other.begun()).toBe(0)
})
