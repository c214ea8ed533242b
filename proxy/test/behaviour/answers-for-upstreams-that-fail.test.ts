import { once } from 'node:events'
import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { ask } from '../harness/client.ts'
import { type Front, startFront } from '../harness/front.ts'
import { testPlan } from '../harness/plan.ts'
import { readAll } from '../harness/upstream.ts'
import { soon } from '../harness/soon.ts'

let front: Front

beforeAll(async () => {
  front = await startFront({ plan: testPlan({ requestTimeoutMs: 1000 }) })
})
afterAll(() => front[Symbol.asyncDispose]())
beforeEach(() => {
  front.legacy.received.length = 0
  front.legacy.answer()
})

describe('an upstream that cannot be reached', () => {
  test("is a 502 in the monolith's own shape, which may be tried again, and is no more once it is back", async () => {
    await using down = await startFront({ settings: { LEGACY_URL: 'http://127.0.0.1:1' } })
    const answer = await ask(down.url, { path: '/rooms' })
    expect(answer.status).toBe(502)
    expect(answer.json).toEqual({ error: expect.stringContaining('cannot be reached') })
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'retry-after': '1',
      'cache-control': 'no-store',
    })
    expect(answer.text).not.toMatch(/127\.0\.0\.1|ECONN/)
  })

  test('serves again when it is back', async () => {
    const port = new URL(front.legacy.url).port
    const { server } = front.legacy
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
    const statuses = [(await ask(front.url, { path: '/rooms' })).status]
    server.listen(Number(port), '127.0.0.1')
    await once(server, 'listening')
    statuses.push((await ask(front.url, { path: '/rooms' })).status)
    expect(statuses).toEqual([502, 200])
  })
})

test('an upstream that does not begin to answer within the time of the plan is a 504', async () => {
  front.legacy.answer(() => new Promise(() => {}))
  const since = performance.now()
  const answer = await ask(front.url, { path: '/rooms' })
  expect(answer.status).toBe(504)
  expect(answer.json).toEqual({ error: expect.stringContaining('in time') })
  expect(answer.headers['retry-after']).toBeUndefined()
  expect(performance.now() - since).toBeGreaterThan(900)
})

test('an answer that has begun may pause for longer than that', async () => {
  const begun = Promise.withResolvers<ServerResponse>()
  front.legacy.answer((req, res) => {
    if (req.url !== '/events') return
    res.write('data: 1\n')
    begun.resolve(res)
  })
  const answering = ask(front.url, { path: '/events' })
  const paused = await begun.promise
  expect((await ask(front.url, { path: '/rooms' })).status).toBe(504)
  paused.end('data: 2\n')
  const answer = await answering
  expect(answer).toMatchObject({ status: 200, text: 'data: 1\ndata: 2\n' })
})

test('an upstream that breaks off before it answers is a 502, and nobody sends the request again', async () => {
  front.legacy.answer((req) => req.socket.destroy())
  const before = front.legacy.begun()
  const answer = await ask(front.url, { method: 'POST', path: '/rooms', body: 'x' })
  expect(answer.status).toBe(502)
  expect(answer.json).toEqual({ error: expect.stringContaining('broke') })
  expect(answer.headers['retry-after']).toBeUndefined()
  expect(front.legacy.begun() - before).toBe(1)
})

test.each([
  ['of known length', { 'content-length': 100 }],
  ['of unknown length', {}],
])('an answer %s that breaks off breaks off for the client, too', async (_, headers) => {
  front.legacy.answer((_req, res) => {
    res.writeHead(200, headers)
    res.write('half of it', () => res.destroy())
  })
  await expect(ask(front.url, { path: '/rooms' })).rejects.toMatchObject({ code: 'ECONNRESET' })
})

test('an answer that is not HTTP is a 502', async () => {
  front.legacy.answer((req) => req.socket.end('SSH-2.0-OpenSSH_9.6\r\n'))
  expect((await ask(front.url, { path: '/rooms' })).status).toBe(502)
})

describe('a client that goes away', () => {
  test('has its read given up upstream', async () => {
    const gone = Promise.withResolvers<void>()
    const arrived = Promise.withResolvers<void>()
    front.legacy.answer((_req, res) => {
      arrived.resolve()
      res.once('close', gone.resolve)
    })
    const leaving = new AbortController()
    const asking = ask(front.url, { path: '/rooms', signal: leaving.signal })
    await arrived.promise
    leaving.abort()
    await expect(asking).rejects.toMatchObject({ name: 'AbortError' })
    await gone.promise
  })

  test('in the middle of an upload leaves no whole body behind', async () => {
    const ended = Promise.withResolvers<string>()
    front.legacy.answer((req) =>
      readAll(req).then(
        () => ended.resolve('whole'),
        () => ended.resolve('broken off'),
      ),
    )
    const before = front.legacy.begun()
    const outgoing = request(new URL('/files', front.url), { method: 'POST', agent: false })
    outgoing.on('error', () => {})
    outgoing.write('the first half')
    await vi.waitFor(() => expect(front.legacy.begun()).toBe(before + 1), soon)
    outgoing.destroy()
    expect(await ended.promise).toBe('broken off')
  })

  test('in the middle of an answer does not keep its connection upstream busy', async () => {
    const closed = Promise.withResolvers<boolean>()
    front.legacy.answer((_req, res) => {
      res.once('close', () => closed.resolve(res.writableFinished))
      res.write('endless')
    })
    const outgoing = request(new URL('/events', front.url), { agent: false }).end()
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    response.on('error', () => {})
    await once(response, 'data')
    outgoing.destroy()
    expect(await closed.promise).toBe(false)
  })
})
