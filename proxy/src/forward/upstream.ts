import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { createProxyMiddleware, type Plugin } from 'http-proxy-middleware'
import { Pool } from 'undici'
import { ProxyError } from '../errors.ts'
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
 */
export function createUpstream(name: string, url: string): Upstream {
  if (new URL(url).pathname !== '/') {
    const message = `The address of ${name} is ${url}; a path in it is not supported. Give the server's origin only.`
    throw new ProxyError('WRONG_SETTING', message, { url })
  }
  const pool = new Pool(new URL(url).origin, { connections: 256, bodyTimeout: 0 })
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
    upgrade: (req, socket, head) => middleware.upgrade(req, socket as never, head),
    close: () => pool.close(),
  }
}

/** A socket that breaks while it is upgraded is closed, and nothing else. */
const survivingUpgrades: Plugin = (server) => {
  server.on('error', (_error, _req, target) => {
    if (target && !('writeHead' in target) && 'destroy' in target) target.destroy()
  })
}
