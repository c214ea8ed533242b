import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { bearerOf, type Verified, verify } from '../http/identify.ts'

/** Who looks at their inbox right now. Knows this process only: what another one writes is seen at the next GET. */
export interface Live {
  push(userId: number, message: object): void
  /** For the server's upgrade event. */
  readonly upgrade: (req: IncomingMessage, socket: Duplex, head: Buffer) => void
  close(): void
}

export interface LiveOptions {
  readonly jwtSecret: string
  readonly clock: () => Date
}

const path = '/api/notifications/live'
const pingEveryMs = 30_000
/** Whoever does not read is cut off rather than kept in memory. */
const mostBuffered = 1_000_000
const tokenExpired = 4401
/** A longer one would end at once. */
const longestTimer = 2_147_483_647

export function createLive({ jwtSecret, clock }: LiveOptions): Live {
  // Clients have nothing to say. Of the protocols they offer, the first is the one that is agreed on.
  const server = new WebSocketServer({ noServer: true, maxPayload: 1024 })
  const sockets = new Map<number, Set<WebSocket>>()
  const alive = new WeakSet<WebSocket>()
  const pings = setInterval(() => server.clients.forEach(ping), pingEveryMs).unref()

  function ping(socket: WebSocket): void {
    if (!alive.delete(socket)) return socket.terminate()
    socket.ping()
  }

  function welcome(socket: WebSocket, { user, expiresAt }: Verified): void {
    const own = sockets.get(user.id) ?? new Set()
    sockets.set(user.id, own.add(socket))
    alive.add(socket)
    const left = Math.min(longestTimer, Math.max(0, expiresAt.getTime() - clock().getTime()))
    const end = setTimeout(() => socket.close(tokenExpired, 'The token has expired'), left).unref()
    socket.on('pong', () => alive.add(socket))
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      clearTimeout(end)
      own.delete(socket)
      if (own.size === 0 && sockets.get(user.id) === own) sockets.delete(user.id)
    })
  }

  return {
    push(userId, message) {
      const text = JSON.stringify(message)
      for (const socket of sockets.get(userId) ?? []) {
        if (socket.bufferedAmount > mostBuffered) socket.terminate()
        else socket.send(text)
      }
    },
    upgrade(req, socket, head) {
      if (new URL(req.url ?? '/', 'http://live').pathname !== path) return refuse(socket, 404)
      const verified = verify(tokenOf(req), jwtSecret)
      if (!verified) return refuse(socket, 401)
      server.handleUpgrade(req, socket, head, (opened) => welcome(opened, verified))
    },
    close() {
      clearInterval(pings)
      for (const socket of server.clients) socket.close(1001, 'The server is stopping')
      server.close()
    },
  }
}

/** Browsers cannot set headers of a WebSocket: they offer the protocols `bearer` and the token. */
function tokenOf({ headers }: IncomingMessage): string | undefined {
  const [scheme, token] = (headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/)
  return scheme === 'bearer' ? token : bearerOf(headers.authorization)
}

const reasons = { 401: 'Unauthorized', 404: 'Not found' }

function refuse(socket: Duplex, status: keyof typeof reasons): void {
  const body = JSON.stringify({ error: reasons[status] })
  socket.on('error', () => socket.destroy())
  socket.end(
    [
      `HTTP/1.1 ${status} ${reasons[status]}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${body.length}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}
