import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createProxyMiddleware, type Plugin } from 'http-proxy-middleware'
import { Pool } from 'undici'
import { ProxyError } from '../errors.ts'
import { upgradeHeaders } from './headers.ts'
import { send, type SendOptions } from './send.ts'

/** A server behind the proxy: the monolith, or a service. */
export interface Upstream {
  readonly name: string
  forward(req: IncomingMessage, res: ServerResponse, options: SendOptions): Promise<void>
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void
  close(): Promise<void>
}

type Sending = ServerResponse & { [options]?: SendOptions }

/** Where a response carries how its request is to be sent. */
const options = Symbol('how the request is sent')

/**
 * One http-proxy-middleware an upstream, with a fixed target: no header or path can choose another. It sends
 * through undici, whose requests cost a fraction of `node:http`'s; upgrades are its own.
 *
 * @param timeoutMs how long an answer may take to begin.
 */
export function createUpstream(name: string, url: string, timeoutMs: number): Upstream {
  const { origin, pathname } = new URL(url)
  if (pathname !== '/') {
    const message = `The address of ${name} is ${origin}${pathname}; a path in it is not supported. Give the server's origin only: ${origin}`
    throw new ProxyError('WRONG_SETTING', message, { origin })
  }
  const pool = new Pool(origin, { connections: 256, headersTimeout: timeoutMs, bodyTimeout: 0 })
  const sendThroughUndici: Plugin = (server) => {
    if (typeof server.web !== 'function')
      throw new Error('http-proxy-middleware has no web() to replace')
    server.web = (req, res: Sending) => send(pool, req, res, res[options]!)
  }
  const middleware = createProxyMiddleware<IncomingMessage, Sending>({
    target: url,
    ejectPlugins: true,
    plugins: [sendThroughUndici, survivingUpgrades],
  })

  return {
    name,
    async forward(req, res, how) {
      if (!req.url?.startsWith('/')) {
        throw new ProxyError('BAD_TARGET', 'A request names a path, not a server.', {
          url: req.url,
        })
      }
      const sending: Sending = res
      sending[options] = how
      await new Promise<void>((resolve, reject) => {
        // Called with the error if there is one, or not at all: then the response has ended.
        const next = (error?: unknown) => (error ? reject(error) : resolve())
        middleware(req, sending, next).then(resolve, reject)
      })
    },
    upgrade(req, socket, head) {
      req.headers = upgradeHeaders(req)
      middleware.upgrade(req, socket as never, head)
    },
    close: () => pool.close(),
  }
}

/** An upgrade that fails is answered if nothing was yet; a socket that breaks later is closed, and nothing else. */
const survivingUpgrades: Plugin = (server) => {
  server.on('error', (_error, _req, target) => {
    if (!(target instanceof Socket) || target.destroyed) return
    if (target.bytesWritten > 0) target.destroy()
    else target.end('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
  })
}
