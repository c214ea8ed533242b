import { asApiError, type ApiError, outOfTime, readError, unreachable } from './errors.ts'
import type { Session } from './session.ts'

type QueryValue = string | number | null | undefined

export interface Sent {
  /** Empty values are left out. */
  readonly query?: Readonly<Record<string, QueryValue>>
  readonly json?: object
  /** Sent as it is, with its own type. */
  readonly file?: Blob
  readonly signal?: AbortSignal
  /** Whether it may be sent again after it failed for a passing reason. GETs may. */
  readonly onlyReads?: boolean
}

interface Parts {
  readonly fetch: typeof fetch
  readonly session: Pick<Session, 'token' | 'renew'>
  readonly sleep: (ms: number) => Promise<void>
  /** Aborts after this many milliseconds. */
  readonly timeout: (ms: number) => AbortSignal
  /** From 0 to 1. */
  readonly random: () => number
}

export type Client = ReturnType<typeof createClient>

/** Waits before the second, third and fourth attempt; each is lengthened by up to a half. */
const waitsMs = [400, 1200, 3000]

/** Whoever waits for a change cannot leave its form: this is when they get it back, whatever the network does. */
const writeMs = 60_000

export function createClient({ fetch, session, sleep, timeout, random }: Parts) {
  /** @throws ApiError for everything but a success */
  async function once(method: string, path: string, sent: Sent, token: string | null) {
    const headers = new Headers()
    if (token) headers.set('Authorization', `Bearer ${token}`)
    if (sent.json) headers.set('Content-Type', 'application/json')
    if (sent.file) headers.set('Content-Type', sent.file.type || 'application/octet-stream')
    // Files take as long as they take.
    const late = method === 'GET' || sent.onlyReads || sent.file ? undefined : timeout(writeMs)
    const stops = [sent.signal, late].filter((signal) => signal !== undefined)
    const answer = await fetch(`/api${path}${queryOf(sent.query)}`, {
      method,
      headers,
      cache: 'no-cache',
      body: sent.file ?? (sent.json ? JSON.stringify(sent.json) : null),
      signal: stops.length > 0 ? AbortSignal.any(stops) : null,
    }).catch((cause: unknown) => {
      if (sent.signal?.aborted) throw cause
      throw late?.aborted ? outOfTime(cause) : unreachable(cause)
    })
    if (answer.ok) return answer
    const { status, headers: said } = answer
    const type = said.get('content-type')
    throw readError(status, type, await answer.text(), said.get('retry-after'))
  }

  /** A token may expire or be revoked before its time: it is renewed once. */
  async function signedIn(method: string, path: string, sent: Sent): Promise<Response> {
    const token = await session.token()
    try {
      return await once(method, path, sent, token)
    } catch (error) {
      if (!token || asApiError(error).status !== 401) throw error
      return once(method, path, sent, await session.renew(token))
    }
  }

  async function send(method: string, path: string, sent: Sent = {}): Promise<Response> {
    const waits = method === 'GET' || sent.onlyReads ? waitsMs : []
    for (const wait of waits) {
      try {
        return await signedIn(method, path, sent)
      } catch (error) {
        if (sent.signal?.aborted || !isWorthAnotherTry(asApiError(error))) throw error
        const { retryAfterMs } = asApiError(error)
        await sleep(Math.max(wait, Math.min(retryAfterMs, 10_000)) * (1 + random() / 2))
      }
    }
    return signedIn(method, path, sent)
  }

  const json = async <T>(answer: Promise<Response>): Promise<T> => (await answer).json()

  return {
    send,
    get: <T>(path: string, query: Sent['query'] = {}) => json<T>(send('GET', path, { query })),
    post: <T>(path: string, body?: object) =>
      json<T>(send('POST', path, body ? { json: body } : {})),
    /** A POST that changes nothing. */
    ask: <T>(path: string, body: object, signal?: AbortSignal) =>
      json<T>(send('POST', path, { json: body, onlyReads: true, ...(signal ? { signal } : {}) })),
    put: <T>(path: string, body: object) => json<T>(send('PUT', path, { json: body })),
    patch: <T>(path: string, body: object) => json<T>(send('PATCH', path, { json: body })),
    remove: async (path: string): Promise<void> => void (await send('DELETE', path)),
  }
}

/** Somebody without a connection is told so at once; a busy server is given time. */
const isWorthAnotherTry = (error: ApiError) => error.isPassing && error.status !== 0

/** The part of an address behind its path. */
export function queryOf(query: Sent['query'] = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value))
  }
  return search.size > 0 ? `?${search}` : ''
}
