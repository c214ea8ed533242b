import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import { ProxyError } from './errors.ts'
import { pathOf } from './path.ts'

export interface FrontOptions {
  readonly log: Logger
  /** @param head of a request for a WebSocket, what its client has sent behind it already. */
  handle(req: IncomingMessage, res: ServerResponse, head?: Buffer): Promise<void>
  answerFailure(res: ServerResponse, error: unknown): void
}

export interface Front {
  readonly server: Server
  /** Connections that have become WebSockets. */
  readonly upgraded: ReadonlySet<Duplex>
}

/** The port that clients use. */
export function createFront({ log, handle, answerFailure }: FrontOptions): Front {
  const answer = (req: IncomingMessage, res: ServerResponse, head?: Buffer) => {
    handle(req, res, head).catch((error: unknown) => {
      const expected = error instanceof ProxyError
      const details = expected ? { code: error.code, ...error.details } : { err: error }
      log[expected ? 'warn' : 'error'](
        { method: req.method, path: pathOf(req.url!), ...details }, // A query may hold a secret.
        'request failed',
      )
      answerFailure(res, error)
    })
  }
  // Who offers another protocol, as some clients do with every request, is answered in this one.
  const server = createServer({ shouldUpgradeCallback: isWebSocket }, (req, res) =>
    answer(req, res),
  )
  // A client that waits for a 100 gets it when its body is wanted, which is not while it is held.
  server.on('checkContinue', (req, res) => answer(req, res))
  const upgraded = new Set<Duplex>()
  server.on('upgrade', (req, socket, head) => {
    upgraded.add(socket)
    socket.once('close', () => upgraded.delete(socket))
    socket.on('error', () => {}) // Whoever uses it hears that it is closed.
    const res = responseOver(req)
    // One that came before on the connection is not answered yet: there is no telling whose an answer would be.
    if (!res) return void socket.destroy()
    answer(req, res, head)
  })
  server.keepAliveTimeout = 65_000
  server.requestTimeout = 0 // Uploads take their time; upstream decides.
  return { server, upgraded }
}

/** Node makes no response for an upgrade; until it succeeds, it is answered like every request. */
function responseOver(req: IncomingMessage): ServerResponse | undefined {
  const res = new ServerResponse(req)
  res.shouldKeepAlive = false
  try {
    res.assignSocket(req.socket)
  } catch {
    return undefined
  }
  res.once('finish', () => req.socket.end())
  return res
}

function isWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket'
}
