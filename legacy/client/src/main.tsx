import './ui/styles.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createBrowserRouter } from 'react-router'
import { RouterProvider } from 'react-router/dom'
import { createBrowserStore, exclusively, storageOf } from './api/browser-store.ts'
import { createCache } from './api/cache.ts'
import { createClient } from './api/client.ts'
import { ApiContext } from './api/context.tsx'
import { createLive } from './api/live.ts'
import { createSession } from './api/session.ts'
import { routes } from './app/routes.tsx'

const browserFetch = window.fetch.bind(window)
const session = createSession({
  store: createBrowserStore(storageOf(window), window),
  fetch: browserFetch,
  now: Date.now,
  exclusively,
})
const client = createClient({
  fetch: browserFetch,
  session,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  timeout: (ms) => AbortSignal.timeout(ms),
  random: Math.random,
})
const cache = createCache(Date.now)
const live = createLive({
  session,
  // Browsers send no headers with a WebSocket: the token travels as one of its protocols.
  open: (token) => new WebSocket(liveAddress(window.location), ['bearer', token]),
  later: (work, ms) => {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
  random: Math.random,
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <ApiContext value={{ client, session, cache, live }}>
      <RouterProvider router={createBrowserRouter(routes)} />
    </ApiContext>
  </StrictMode>,
)

function liveAddress({ protocol, host }: Location): string {
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api/notifications/live`
}
