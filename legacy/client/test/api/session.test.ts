import { expect, test } from 'vitest'
import { createSession, type SessionStore, type StoredSession } from '../../src/api/session.ts'

const user = { id: 7, clinicId: 1, email: 'vet@x.test', name: 'Ada Ito', role: 'veterinarian' }
const held = (nth: number, expiresAt = 900_000) =>
  ({
    accessToken: `access ${nth}`,
    refreshToken: `refresh ${nth}`,
    expiresAt,
    user,
  }) as StoredSession

function memoryStore(session: StoredSession | null) {
  let notice = () => {}
  const store: SessionStore = {
    read: () => session,
    write: (next) => void (session = next),
    onChange: (told) => void (notice = told),
  }
  const writeElsewhere = (next: StoredSession | null) => {
    session = next
    notice()
  }
  return { store, writeElsewhere }
}

type Answer = (path: string, body: Record<string, string>) => Response | Promise<Response>

/** A session around a server that gives tokens out and takes each refresh token once. */
function setUp(stored: StoredSession | null, answer?: Answer) {
  const { store, writeElsewhere } = memoryStore(stored)
  const asked: string[] = []
  let now = 0
  let nth = 1
  const valid = new Set(['refresh 1'])
  const usual: Answer = (path, body) => {
    if (path === '/api/auth/logout') return new Response(null, { status: 204 })
    if (path === '/api/auth/refresh' && !valid.delete(body['refreshToken']!)) return ended()
    nth++
    valid.add(`refresh ${nth}`)
    const tokens = { accessToken: `access ${nth}`, refreshToken: `refresh ${nth}`, expiresIn: 900 }
    return Response.json({ ...tokens, user })
  }
  const session = createSession({
    store,
    fetch: async (path, init) => {
      asked.push(path as string)
      return (answer ?? usual)(path as string, JSON.parse(init?.body as string))
    },
    now: () => now,
    exclusively: (work) => work(),
  })
  return { session, store, writeElsewhere, asked, valid, pass: (ms: number) => void (now += ms) }
}

const ended = () => Response.json({ error: 'The session has ended' }, { status: 401 })

test('nobody has no token, and nothing is asked for', async () => {
  const { session, asked } = setUp(null)
  expect(await session.token()).toBeNull()
  expect(session.state()).toEqual({ status: 'out' })
  expect(asked).toEqual([])
})

test('whoever signs in has a token until shortly before it expires', async () => {
  const { session, asked, pass } = setUp(null)
  await session.signIn('vet@x.test', 'secret')
  expect(session.state()).toEqual({ status: 'in', user })
  pass(870_000)
  expect(await session.token()).toBe('access 2')
  expect(asked).toEqual(['/api/auth/login'])
})

test('a token that is about to expire is renewed first, once for all who ask', async () => {
  const { session, store, asked, pass } = setUp(held(1))
  pass(890_000)
  const tokens = await Promise.all([session.token(), session.token(), session.token()])
  expect(tokens).toEqual(['access 2', 'access 2', 'access 2'])
  expect(asked).toEqual(['/api/auth/refresh'])
  expect(store.read()).toMatchObject({ refreshToken: 'refresh 2', expiresAt: 890_000 + 900_000 })
})

test('a token that another tab has renewed meanwhile is taken from there', async () => {
  const { session, writeElsewhere, asked } = setUp(held(1))
  writeElsewhere(held(5))
  expect(await session.renew('access 1')).toBe('access 5')
  expect(asked).toEqual([])
})

test('when another tab used the refresh token up first, its session is taken', async () => {
  const { session, writeElsewhere } = setUp(held(1), () => {
    writeElsewhere(held(6))
    return ended()
  })
  expect(await session.renew('access 1')).toBe('access 6')
  expect(session.state().status).toBe('in')
})

test('a refused refresh token ends the session, and says whose it was', async () => {
  const { session, store, valid } = setUp(held(1))
  valid.clear()
  await expect(session.renew('access 1')).rejects.toMatchObject({ status: 401 })
  expect(session.state()).toEqual({ status: 'ended', user })
  expect(store.read()).toBeNull()
  await session.signIn('vet@x.test', 'secret')
  expect(session.state().status).toBe('in')
})

test.each([
  ['unavailable', () => Response.json({ error: 'Database unavailable' }, { status: 503 })],
  ['unreachable', () => Promise.reject(new TypeError('Failed to fetch'))],
])('a server that is %s ends nothing: the next attempt may succeed', async (_, failure) => {
  let isDown = true
  const { session, store } = setUp(held(1), () => {
    if (isDown) return failure()
    return Response.json({ accessToken: 'a', refreshToken: 'r', expiresIn: 900, user })
  })
  await expect(session.renew('access 1')).rejects.toMatchObject({ isPassing: true })
  expect(session.state().status).toBe('in')
  expect(store.read()).toEqual(held(1))
  isDown = false
  expect(await session.renew('access 1')).toBe('a')
})

test('signing out forgets the session even if the server cannot be told', async () => {
  const { session, store } = setUp(held(1), () => Promise.reject(new TypeError('offline')))
  await session.signOut()
  expect(session.state()).toEqual({ status: 'out' })
  expect(store.read()).toBeNull()
})

test('signing out in one tab signs out in the others; a renewal there changes nothing here', () => {
  const { session, writeElsewhere } = setUp(held(1))
  const told: string[] = []
  session.subscribe(() => told.push(session.state().status))
  writeElsewhere(held(2))
  expect(told).toEqual([])
  writeElsewhere(null)
  expect(told).toEqual(['out'])
})

test('a wrong password is told, and changes nothing', async () => {
  const { session } = setUp(null, () =>
    Response.json({ error: 'Wrong e-mail address or password' }, { status: 401 }),
  )
  await expect(session.signIn('a@b.test', 'x')).rejects.toThrow('Wrong e-mail address or password.')
  expect(session.state()).toEqual({ status: 'out' })
})
