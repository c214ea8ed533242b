import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type Plan, type ProxyTrouble, resolve } from '@strangler/core'
import type pg from 'pg'

const everyMs = 1000
const patienceMs = 1000

/** What keeps a proxy from serving all of its plan: looked at again and again, from where it stands. */
export function createTroubles(
  plan: Plan,
  readers: ReadonlyMap<string, pg.Pool>,
  environment: Readonly<Record<string, string | undefined>>,
) {
  const stopping = new AbortController()
  const servers = [['legacy', plan.legacy] as const, ...plan.services].map(
    ([name, { url }]) =>
      [name, new URL(resolve(url, `the address of ${name}`, environment))] as const,
  )
  let current: readonly ProxyTrouble[] = []

  async function look(): Promise<void> {
    const databases = [...readers].map(([of, reader]) =>
      reader.query('select').then(
        () => [],
        (error: Error) => ({
          of,
          kind: 'database' as const,
          what: `cannot read the database of ${of}: ${whyNot(error)}`,
        }),
      ),
    )
    const reached = servers.map(([of, url]) =>
      reach(url).then(
        () => [],
        (error: Error) => ({
          of,
          kind: 'server' as const,
          what: `does not reach ${of} at ${url.origin}: ${whyNot(error)}`,
        }),
      ),
    )
    current = (await Promise.all([...databases, ...reached])).flat()
  }

  async function run(): Promise<void> {
    for (;;) {
      await look()
      await delay(everyMs, undefined, { signal: stopping.signal })
    }
  }

  return {
    current: (): readonly ProxyTrouble[] => current,
    start: () => void run().catch(() => {}), // Only the end of it all interrupts it.
    stop: () => stopping.abort(),
  }
}

/** A name with several addresses fails with an error for each, and none of its own. */
function whyNot({ message, code }: NodeJS.ErrnoException): string {
  return message || code || 'it does not answer'
}

/** Connects, and no more: what a server makes of requests is not known here. */
async function reach({ hostname, port, protocol }: URL): Promise<void> {
  const host = hostname.replace(/^\[|\]$/g, '')
  const socket = connect({ host, port: Number(port) || (protocol === 'https:' ? 443 : 80) })
  socket.setTimeout(patienceMs, () => socket.destroy(new Error('it does not answer')))
  try {
    await once(socket, 'connect')
  } finally {
    socket.destroy()
  }
}
