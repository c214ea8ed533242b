import type { SessionStore, StoredSession } from './session.ts'

const key = 'petsphere.session'

/** Keeps the session in the browser's storage; in memory where there is none. */
export function createBrowserStore(storage: Storage | undefined, tab: Window): SessionStore {
  let memory: string | null = null
  const read = () => (storage ? storage.getItem(key) : memory)
  return {
    read() {
      try {
        return JSON.parse(read() ?? 'null') as StoredSession | null
      } catch {
        return null
      }
    },
    write(session) {
      const text = session && JSON.stringify(session)
      if (!storage) memory = text
      else if (text === null) storage.removeItem(key)
      else storage.setItem(key, text)
    },
    onChange(notice) {
      tab.addEventListener('storage', (event) => {
        if (event.key === key || event.key === null) notice()
      })
    },
  }
}

/** Browsers that forbid storage throw when it is so much as mentioned. */
export function storageOf(tab: Window): Storage | undefined {
  try {
    return tab.localStorage
  } catch {
    return undefined
  }
}

/** Web Locks exist on secure origins only; elsewhere tabs take their chances. */
export function exclusively<T>(work: () => Promise<T>): Promise<T> {
  const locks = navigator.locks as LockManager | undefined
  return locks ? locks.request('petsphere.session', work) : work()
}
