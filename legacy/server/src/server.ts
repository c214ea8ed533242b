import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { Duplex } from 'node:stream'

export interface Listening {
  readonly url: string
  /** Takes no more connections, lets running requests finish, and resolves when all are done. */
  close(): Promise<void>
}

/** Longer than any load balancer keeps an idle connection, so that it is never us who close it. */
const keepAliveMs = 75_000
const graceMs = 10_000

export async function listen(
  application: RequestListener,
  upgrade: (req: IncomingMessage, socket: Duplex, head: Buffer) => void,
  host: string,
  port: number,
): Promise<Listening> {
  const server = createServer({ keepAliveTimeout: keepAliveMs }, application)
  server.headersTimeout = keepAliveMs + 5000
  // A connection whose last request finishes after close() was called would idle on for its time.
  server.on('request', (_req, res) => {
    res.once('close', () => setImmediate(() => server.listening || server.closeIdleConnections()))
  })
  server.on('upgrade', upgrade)
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  const actual = typeof address === 'object' && address ? address.port : port
  const name = host.includes(':') ? `[${host}]` : host
  return { url: `http://${name}:${actual}`, close: () => close(server) }
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  const impatience = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearTimeout(impatience)
}
