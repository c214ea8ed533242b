import { type ApiError, readError, unreachable } from './errors.ts'

export type Role = 'admin' | 'veterinarian' | 'receptionist' | 'owner'

export interface User {
  readonly id: number
  readonly clinicId: number
  readonly email: string
  readonly name: string
  readonly role: Role
}

/** What a browser keeps of somebody who is signed in. */
export interface StoredSession {
  readonly accessToken: string
  readonly refreshToken: string
  /** Milliseconds since 1970, by this computer's clock. */
  readonly expiresAt: number
  readonly user: User
}

/** Where the session lies, shared by all tabs of a browser. */
export interface SessionStore {
  read(): StoredSession | null
  write(session: StoredSession | null): void
  /** Calls back when another tab has written. */
  onChange(notice: () => void): void
}

/** `ended`: the server no longer takes the refresh token, and somebody is in the middle of something. */
export type SessionState =
  | { readonly status: 'out' }
  | { readonly status: 'in' | 'ended'; readonly user: User }

interface Parts {
  readonly store: SessionStore
  readonly fetch: typeof fetch
  readonly now: () => number
  /** Runs one at a time among all tabs: a refresh token is good for one use only. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>
}

export type Session = ReturnType<typeof createSession>

/** Renewed this long before it expires, so that no request is on its way with a token that runs out. */
const marginMs = 20_000

export function createSession({ store, fetch, now, exclusively }: Parts) {
  let state: SessionState = stateOf(store.read())
  let renewal: Promise<string> | undefined
  const listeners = new Set<() => void>()

  function become(next: SessionState): void {
    state = next
    for (const listener of listeners) listener()
  }

  store.onChange(() => {
    const next = stateOf(store.read())
    const isSame = next.status === 'in' && state.status === 'in' && next.user.id === state.user.id
    if (!isSame) become(next)
  })

  async function ask(path: string, body: object): Promise<StoredSession> {
    const answer = await post(fetch, path, body)
    const { accessToken, refreshToken, expiresIn, user } = (await answer.json()) as {
      accessToken: string
      refreshToken: string
      expiresIn: number
      user: User
    }
    return { accessToken, refreshToken, expiresAt: now() + expiresIn * 1000, user }
  }

  /** @throws ApiError 401 when the session has ended, others when it could not be asked for. */
  async function renewAfter(rejected: string): Promise<string> {
    const held = store.read()
    if (!held) throw over()
    // Another tab may have been faster.
    if (held.accessToken !== rejected) return held.accessToken
    try {
      const renewed = await ask('/api/auth/refresh', { refreshToken: held.refreshToken })
      store.write(renewed)
      return renewed.accessToken
    } catch (error) {
      if ((error as ApiError).status !== 401) throw error
      const newer = store.read()
      if (newer && newer.refreshToken !== held.refreshToken) return newer.accessToken
      store.write(null)
      become({ status: 'ended', user: held.user })
      throw error
    }
  }

  function renew(rejected: string): Promise<string> {
    renewal ??= exclusively(() => renewAfter(rejected)).finally(() => (renewal = undefined))
    return renewal
  }

  return {
    state: () => state,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    renew,

    /** A token that is good for a request; null for somebody who is not signed in. */
    async token(): Promise<string | null> {
      const held = store.read()
      if (!held) return null
      return held.expiresAt - marginMs > now() ? held.accessToken : renew(held.accessToken)
    },

    /** @throws ApiError with words for the form */
    async signIn(email: string, password: string): Promise<void> {
      const session = await ask('/api/auth/login', { email, password })
      store.write(session)
      become(stateOf(session))
    },

    /** Forgets the session here at once, whatever the server answers. */
    async signOut(): Promise<void> {
      const held = store.read()
      store.write(null)
      become({ status: 'out' })
      if (!held) return
      await post(fetch, '/api/auth/logout', { refreshToken: held.refreshToken }).catch(() => {})
    },
  }
}

function stateOf(held: StoredSession | null): SessionState {
  return held ? { status: 'in', user: held.user } : { status: 'out' }
}

const over = () => readError(401, 'application/json', '{"error":"The session has ended"}')

async function post(fetch: Parts['fetch'], path: string, body: object): Promise<Response> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  }).catch((cause: unknown) => {
    throw unreachable(cause)
  })
  if (answer.ok) return answer
  throw readError(answer.status, answer.headers.get('content-type'), await answer.text())
}
