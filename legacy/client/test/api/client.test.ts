import { expect, test } from 'vitest'
import { createClient } from '../../src/api/client.ts'

interface Seen {
  readonly method: string
  readonly url: string
  readonly token: string | null
  readonly type: string | null
  readonly body: unknown
}

/** A client whose server gives these answers, one after the other. */
function setUp(...answers: (() => Response)[]) {
  const seen: Seen[] = []
  const waited: number[] = []
  const renewed: string[] = []
  const late = new AbortController()
  const client = createClient({
    fetch: async (url, init) => {
      const headers = new Headers(init?.headers)
      seen.push({
        method: init?.method ?? 'GET',
        url: url as string,
        token: headers.get('authorization'),
        type: headers.get('content-type'),
        body: init?.body ?? null,
      })
      if (late.signal.aborted && init?.signal?.aborted) throw late.signal.reason
      const answer = answers[seen.length - 1]
      if (!answer) throw new TypeError('Failed to fetch')
      return answer()
    },
    session: {
      token: async () => 'old',
      renew: async (rejected) => {
        renewed.push(rejected)
        return 'new'
      },
    },
    sleep: async (ms) => void waited.push(ms),
    timeout: () => late.signal,
    random: () => 0,
  })
  return { client, seen, waited, renewed, late }
}

const ok = () => Response.json({ fine: true })
const refused = (status: number, headers = {}) => Response.json({ error: 'x' }, { status, headers })
const busy = () => refused(503, { 'Retry-After': '1' })

test('a GET carries the token and a query without what is empty', async () => {
  const { client, seen } = setUp(ok)
  const answer = await client.get('/pets', { q: 'a b', page: 2, species: '', owner_id: undefined })
  expect(answer).toEqual({ fine: true })
  expect(seen).toMatchObject([{ url: '/api/pets?q=a+b&page=2', token: 'Bearer old', type: null }])
})

test('a token that is refused is renewed, and the request is sent once more', async () => {
  const { client, seen, renewed } = setUp(() => refused(401), ok)
  await client.patch('/pets/1', { name: 'Rex' })
  expect(renewed).toEqual(['old'])
  expect(seen.map(({ token }) => token)).toEqual(['Bearer old', 'Bearer new'])
  expect(seen[1]).toMatchObject({ method: 'PATCH', body: '{"name":"Rex"}' })
})

test('a request that is refused with a new token, too, fails', async () => {
  const { client, seen } = setUp(
    () => refused(401),
    () => refused(401),
    ok,
  )
  await expect(client.get('/pets')).rejects.toMatchObject({ status: 401 })
  expect(seen).toHaveLength(2)
})

test('a read waits longer each time while the server is busy, and at least as long as it is told', async () => {
  const { client, waited } = setUp(busy, busy, busy, ok)
  expect(await client.get('/pets')).toEqual({ fine: true })
  expect(waited).toEqual([1000, 1200, 3000])
})

test('a read gives up after four attempts', async () => {
  const { client, seen } = setUp(busy, busy, busy, busy, ok)
  await expect(client.get('/pets')).rejects.toMatchObject({ status: 503 })
  expect(seen).toHaveLength(4)
})

test('a search is a POST that only reads', async () => {
  const { client, seen } = setUp(busy, ok)
  await client.ask('/pets/search', { text: 'rex' })
  expect(seen).toMatchObject([{ method: 'POST' }, { method: 'POST', body: '{"text":"rex"}' }])
})

test.each(['post', 'patch'] as const)('a %s is never sent twice on its own', async (method) => {
  const { client, seen } = setUp(busy, ok)
  await expect(client[method]('/appointments', {})).rejects.toMatchObject({ status: 503 })
  expect(seen).toHaveLength(1)
})

test('somebody without a connection is told so at once', async () => {
  const { client, seen } = setUp()
  await expect(client.get('/pets')).rejects.toMatchObject({ status: 0, isPassing: true })
  expect(seen).toHaveLength(1)
})

test('a file is sent as it is, with its own type', async () => {
  const { client, seen } = setUp(ok, ok)
  const file = new Blob(['abc'], { type: 'image/png' })
  await client.send('POST', '/pets/1/attachments', { file, query: { filename: 'a&b.png' } })
  await client.send('POST', '/pets/1/attachments', { file: new Blob(['abc']) })
  expect(seen).toMatchObject([
    { type: 'image/png', body: file, url: '/api/pets/1/attachments?filename=a%26b.png' },
    { type: 'application/octet-stream' },
  ])
})

test('a change without an answer in time is not sent again, and is said to be unknown', async () => {
  const { client, seen, late } = setUp(ok)
  late.abort(new DOMException('late', 'TimeoutError'))
  await expect(client.post('/pets', {})).rejects.toMatchObject({
    status: 0,
    message: expect.stringContaining('Look whether it was done'),
  })
  expect(seen).toHaveLength(1)
})

test('neither files nor what is only read is given up', async () => {
  const { client, late } = setUp(ok, ok)
  late.abort()
  expect((await client.send('POST', '/pets/1/attachments', { file: new Blob(['x']) })).ok).toBe(
    true,
  )
  expect(await client.get('/pets')).toEqual({ fine: true })
})
