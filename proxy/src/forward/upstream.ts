import type { IncomingMessage, ServerResponse } from 'node:http'
import { createProxyMiddleware, type Plugin } from 'http-proxy-middleware'
import { Pool } from 'undici'
import { ProxyError } from '../errors.ts'
import { send, type SendOptions } from './send.ts'
import { upgrade, type UpgradeOptions } from './upgrade.ts'

/** A server behind the proxy: the monolith, or a service. */
export interface Upstream {
  readonly name: string
  forward(req: IncomingMessage, res: ServerResponse, options: SendOptions): Promise<void>
  /** Resolves to whether the connection is a WebSocket now. */
  upgrade(
    req: IncomingMessage,
    res: ServerResponse,
    head: Buffer,
    options: Pick<UpgradeOptions, 'headers' | 'onAnswer'>,
  ): Promise<boolean>
  close(): Promise<void>
}

type Sending = ServerResponse & { [options]?: SendOptions }

/** Where a response carries how its request is to be sent. */
const options = Symbol('how the request is sent')

/**
 * One http-proxy-middleware an upstream, with a fixed target: no header or path can choose another. It sends
 * through undici, whose requests cost a fraction of `node:http`'s; upgrades go past it.
 *
 * @param timeoutMs how long an answer may take to begin.
 */
export function createUpstream(name: string, url: string, timeoutMs: number): Upstream {
  const target = new URL(url)
  const { origin, pathname } = target
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
    plugins: [sendThroughUndici],
  })

  return {
    name,
    async forward(req, res, how) {
      refuseOtherTargets(req)
      const sending: Sending = res
      sending[options] = how
      await new Promise<void>((resolve, reject) => {
        // Called with the error if there is one, or not at all: then the response has ended.
        const next = (error?: unknown) => (error ? reject(error) : resolve())
        middleware(req, sending, next).then(resolve, reject)
      })
    },
    async upgrade(req, res, head, how) {
      refuseOtherTargets(req)
      return upgrade(req, res, head, { ...how, origin: target, timeoutMs })
    },
    close: () => pool.close(),
  }
}

/** @throws ProxyError BAD_TARGET when a request names a server. */
function refuseOtherTargets({ url }: IncomingMessage): void {
  if (url?.startsWith('/')) return
  throw new ProxyError('BAD_TARGET', 'A request names a path, not a server.', { url })
}
