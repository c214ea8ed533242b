import { asApiError, type ApiError } from './errors.ts'

/** What is known of one thing that was asked for. */
export interface Entry<T> {
  readonly value: T | undefined
  /** Of the last attempt, if it failed. The value before it is kept. */
  readonly error: ApiError | undefined
  readonly isLoading: boolean
}

interface Kept {
  entry: Entry<unknown>
  load: () => Promise<unknown>
  loadedAt: number
  /** Counts attempts, so that an answer that was overtaken is dropped. */
  attempt: number
  readonly watchers: Set<() => void>
}

export type Cache = ReturnType<typeof createCache>

/** Somebody at a counter searches all day long. */
const most = 200

const nothing: Entry<never> = { value: undefined, error: undefined, isLoading: false }

/** Answers by key, shared by all views that watch the key. */
export function createCache(now: () => number) {
  const kept = new Map<string, Kept>()

  function change(one: Kept, entry: Entry<unknown>): void {
    one.entry = entry
    for (const watcher of one.watchers) watcher()
  }

  /** Forgets what has not been looked at for longest, once there is a lot. */
  function prune(): void {
    for (const [key, one] of kept) {
      if (kept.size <= most) return
      if (one.watchers.size === 0) kept.delete(key)
    }
  }

  /** An answer that is on its way does not know of the change yet: it is dropped. */
  function reviseOne<T>(one: Kept, revise: (value: T) => T): void {
    if (one.entry.value === undefined) return
    one.attempt++
    change(one, { ...one.entry, value: revise(one.entry.value as T), isLoading: false })
  }

  async function reload(one: Kept): Promise<void> {
    const attempt = ++one.attempt
    change(one, { ...one.entry, isLoading: true })
    try {
      const value = await one.load()
      if (attempt !== one.attempt) return
      one.loadedAt = now()
      change(one, { value, error: undefined, isLoading: false })
    } catch (thrown) {
      if (attempt !== one.attempt) return
      change(one, { ...one.entry, error: asApiError(thrown), isLoading: false })
    }
  }

  return {
    entry: <T>(key: string): Entry<T> => (kept.get(key)?.entry ?? nothing) as Entry<T>,

    /** Loads what is missing or older than `maxAgeMs`, and calls back at each change. */
    watch(key: string, load: () => Promise<unknown>, notice: () => void, maxAgeMs: number) {
      const one: Kept = kept.get(key) ?? {
        entry: nothing,
        load,
        loadedAt: -Infinity,
        attempt: 0,
        watchers: new Set(),
      }
      // Behind all others: it is what was looked at last.
      kept.delete(key)
      kept.set(key, one)
      one.load = load
      one.watchers.add(notice)
      prune()
      if (!one.entry.isLoading && now() - one.loadedAt > maxAgeMs) void reload(one)
      return () => void one.watchers.delete(notice)
    },

    /** What failed on this screen seldom failed alone: all of it is loaded again. */
    retryFailed: (): void => {
      for (const one of kept.values()) {
        if (one.watchers.size > 0 && one.entry.error && !one.entry.isLoading) void reload(one)
      }
    },

    /** Everything under these beginnings is out of date: what is on the screen is loaded again now. */
    invalidate(...beginnings: readonly string[]): void {
      for (const [key, one] of kept) {
        if (!beginnings.some((beginning) => key.startsWith(beginning))) continue
        if (one.watchers.size > 0) void reload(one)
        else kept.delete(key)
      }
    },

    /** What is on the screen and older than this is loaded again. */
    refresh(maxAgeMs: number): void {
      for (const one of kept.values()) {
        const isDue = one.watchers.size > 0 && now() - one.loadedAt > maxAgeMs
        if (isDue && !one.entry.isLoading) void reload(one)
      }
    },

    /** Shows a change of one thing before the server has confirmed it. */
    revise<T>(key: string, revise: (value: T) => T): void {
      const one = kept.get(key)
      if (one) reviseOne(one, revise)
    },

    /** The same for all that is kept under a beginning. */
    reviseAll<T>(beginning: string, revise: (value: T) => T): void {
      for (const [key, one] of kept) if (key.startsWith(beginning)) reviseOne(one, revise)
    },

    clear(): void {
      for (const one of kept.values()) {
        one.attempt++
        change(one, nothing)
      }
      kept.clear()
    },
  }
}
