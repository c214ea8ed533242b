import { Refusal } from '../http.ts'

export interface User {
  readonly login: string
  readonly role: string
  readonly accountId: string
}

export interface Identity {
  /** The user whose session a Cookie header carries. @throws Refusal 401 without one, 503 unknown. */
  readonly of: (cookies: string | undefined) => Promise<User>
}

interface Remembered {
  readonly until: number
  readonly user: Promise<User | undefined>
}

const lifetime = 1000
const mostRemembered = 5000

/** Asks the monolith, which keeps the sessions, and remembers its answer for a second. */
export function createIdentity(options: { monolith: string; now: () => number }): Identity {
  const { monolith, now } = options
  const remembered = new Map<string, Remembered>()

  function ask(sid: string): Promise<User | undefined> {
    const before = remembered.get(sid)
    if (before && before.until > now()) return before.user
    // Entries are in the order of their age, so the first is the one to let go.
    remembered.delete(sid)
    if (remembered.size >= mostRemembered) remembered.delete(remembered.keys().next().value!)
    const user = fetchUser(monolith, sid)
    const entry = { until: now() + lifetime, user }
    remembered.set(sid, entry)
    user.catch(() => {
      if (remembered.get(sid) === entry) remembered.delete(sid)
    })
    return user
  }

  return {
    async of(cookies = '') {
      const sid = /(?:^|;)\s*depot_sid=([^;\s]+)/.exec(cookies)?.[1]
      const user = sid === undefined ? undefined : await ask(sid)
      if (!user) throw new Refusal(401, 'log in first')
      return user
    },
  }
}

async function fetchUser(monolith: string, sid: string): Promise<User | undefined> {
  try {
    const response = await fetch(new URL('/session', monolith), {
      headers: { cookie: `depot_sid=${sid}` },
      signal: AbortSignal.timeout(5000),
    })
    if (response.status === 401) return undefined
    if (response.status !== 200) throw new Error(`GET /session answered ${response.status}`)
    const user: User = JSON.parse(await response.text())
    return user
  } catch (error) {
    console.error('parcel identity:', error)
    throw new Refusal(503, 'try again', { 'retry-after': '1' })
  }
}
