import type { Session } from './session.ts'
import type { Notification } from './notifications.ts'

/** As much of a WebSocket as is needed here. */
export type LiveSocket = Pick<WebSocket, 'onopen' | 'onmessage' | 'onclose' | 'close'>

interface Parts {
  readonly session: Pick<Session, 'token' | 'renew'>
  readonly open: (token: string) => LiveSocket
  /** Runs something after so many milliseconds, unless it is called off. */
  readonly later: (work: () => void, ms: number) => () => void
  /** From 0 to 1. */
  readonly random: () => number
}

interface Ears {
  readonly hear: (notification: Notification) => void
  /** The connection is there; what came before it has to be asked for. */
  readonly catchUp: () => void
}

export type Live = ReturnType<typeof createLive>

const shortestMs = 1000
const longestMs = 60_000
const tokenExpired = 4401

/** Hears of notifications when they are written. A connection that is lost is opened again, ever less eagerly. */
export function createLive({ session, open, later, random }: Parts) {
  function listen({ hear, catchUp }: Ears): () => void {
    let isOver = false
    let failures = 0
    let socket: LiveSocket | undefined
    let callOff = () => {}

    async function connect(expired?: string): Promise<void> {
      const token = expired === undefined ? await session.token() : await session.renew(expired)
      // Nobody is signed in any more.
      if (isOver || token === null) return
      socket = open(token)
      socket.onopen = () => {
        failures = 0
        catchUp()
      }
      socket.onmessage = ({ data }) => hear(JSON.parse(String(data)) as Notification)
      socket.onclose = ({ code }) => again(code === tokenExpired ? token : undefined)
    }

    function again(expired?: string): void {
      if (isOver) return
      const wait = Math.min(longestMs, shortestMs * 2 ** failures) * (1 + random() / 2)
      failures += 1
      callOff = later(() => void start(expired), wait)
    }

    /** Without a token, for the server is away, there is nothing to connect with yet. */
    const start = (expired?: string) => connect(expired).catch(() => again(expired))

    void start()
    return () => {
      isOver = true
      callOff()
      socket?.close()
    }
  }

  return { listen }
}
