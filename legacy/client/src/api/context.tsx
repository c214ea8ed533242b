import { createContext, useCallback, useContext, useEffect, useState } from 'react'
import { useSyncExternalStore } from 'react'
import type { Cache, Entry } from './cache.ts'
import { type Client, queryOf, type Sent } from './client.ts'
import type { Live } from './live.ts'
import type { Session, SessionState, User } from './session.ts'

export interface Api {
  readonly client: Client
  readonly session: Session
  readonly cache: Cache
  readonly live: Live
}

export const ApiContext = createContext<Api | null>(null)

export function useApi(): Api {
  const api = useContext(ApiContext)
  if (!api) throw new Error('There is no ApiContext around this component')
  return api
}

export function useSession(): SessionState {
  const { session } = useApi()
  return useSyncExternalStore(session.subscribe, session.state)
}

/** Only for what is shown to people who are signed in. */
export function useUser(): User {
  const state = useSession()
  if (state.status === 'out') throw new Error('Nobody is signed in')
  return state.user
}

export interface Resource<T> extends Entry<T> {
  /** The value is that of the key before, shown until this one's is there. */
  readonly isPrevious: boolean
  readonly retry: () => void
}

const freshMs = 1000

/**
 * What a GET answers, kept by its address: shown at once if it is known, and loaded again. While
 * another page of a list is loaded, the one before it stays.
 */
export function useGet<T>(path: string | null, query: Sent['query'] = {}): Resource<T> {
  const { client } = useApi()
  const key = path === null ? null : `${path}${queryOf(query)}`
  return useResource<T>(key, () => client.get<T>(path!, query))
}

/** As {@link useGet}, for what is not one GET; nothing is loaded while the key is null. */
export function useResource<T>(key: string | null, load: () => Promise<T>): Resource<T> {
  const { cache } = useApi()
  const watch = useCallback(
    (notice: () => void) => (key === null ? () => {} : cache.watch(key, load, notice, freshMs)),
    // The key says all that the loader depends on.
    // oxlint-disable-next-line react-hooks/exhaustive-deps, react/memo-dependencies
    [cache, key],
  )
  const entry = useSyncExternalStore(watch, () => (key === null ? idle : cache.entry<T>(key)))
  const [shown, setShown] = useState<T>()
  if (entry.value !== undefined && entry.value !== shown) setShown(() => entry.value)
  const isPrevious = entry.value === undefined && shown !== undefined && !entry.error
  return {
    value: isPrevious ? shown : entry.value,
    error: entry.error,
    isLoading: entry.isLoading || (key !== null && entry.value === undefined && !entry.error),
    isPrevious,
    retry: cache.retryFailed,
  }
}

const idle: Entry<never> = { value: undefined, error: undefined, isLoading: false }

/** Loads again what is on the screen: when somebody comes back to the page, and every minute. */
export function useUpToDate(): void {
  const { cache } = useApi()
  useEffect(() => {
    const refresh = () => {
      if (document.visibilityState === 'visible') cache.refresh(30_000)
    }
    const timer = setInterval(refresh, 60_000)
    document.addEventListener('visibilitychange', refresh)
    window.addEventListener('focus', refresh)
    window.addEventListener('online', cache.retryFailed)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', refresh)
      window.removeEventListener('focus', refresh)
      window.removeEventListener('online', cache.retryFailed)
    }
  }, [cache])
}
