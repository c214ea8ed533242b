import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import { ProxyError } from './errors.ts'
import { pathOf } from './path.ts'

export interface FrontOptions {
  readonly log: Logger
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void
  answerFailure(res: ServerResponse, error: unknown): void
}

export interface Front {
  readonly server: Server
  /** Connections that have become WebSockets. */
  readonly upgraded: ReadonlySet<Duplex>
}

/** The port that clients use. */
export function createFront({ log, handle, upgrade, answerFailure }: FrontOptions): Front {
  const answer = (req: IncomingMessage, res: ServerResponse) => {
    handle(req, res).catch((error: unknown) => {
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
  const server = createServer({ shouldUpgradeCallback: isWebSocket }, answer)
  // A client that waits for a 100 gets it when its body is wanted, which is not while it is held.
  server.on('checkContinue', answer)
  const upgraded = new Set<Duplex>()
  server.on('upgrade', (req, socket, head) => {
    upgraded.add(socket)
    socket.once('close', () => upgraded.delete(socket))
    upgrade(req, socket, head)
  })
  server.keepAliveTimeout = 65_000
  server.requestTimeout = 0 // Uploads take their time; upstream decides.
  return { server, upgraded }
}

function isWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket'
}
