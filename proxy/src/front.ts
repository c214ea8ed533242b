import { createServer, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { ProxyError } from './errors.ts'

export interface FrontOptions {
  readonly log: Logger
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void
  answerFailure(res: ServerResponse, error: unknown): void
}

/** The port that clients use. */
export function createFront({ log, handle, upgrade, answerFailure }: FrontOptions): Server {
  const server = createServer((req, res) => {
    handle(req, res).catch((error: unknown) => {
      const expected = error instanceof ProxyError
      const details = expected ? { code: error.code, ...error.details } : { err: error }
      log[expected ? 'warn' : 'error'](
        { method: req.method, url: req.url, ...details },
        'request failed',
      )
      answerFailure(res, error)
    })
  })
  server.on('upgrade', upgrade)
  server.keepAliveTimeout = 65_000
  server.requestTimeout = 0 // Uploads take their time; upstream decides.
  return server
}
