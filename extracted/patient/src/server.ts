import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'

export interface Listening {
  readonly url: string
  /** Takes nothing new and resolves when what had begun is answered, or cut off after 10 s. */
  close(): Promise<void>
}

/** Longer than what stands in front keeps a connection, so that it is not closed under a request. */
const keepAliveMs = 75_000
const graceMs = 10_000

export async function listen(
  service: RequestListener,
  host: string,
  port: number,
): Promise<Listening> {
  const server = createServer({ keepAliveTimeout: keepAliveMs }, service)
  server.headersTimeout = keepAliveMs + 5000
  // Without this a connection that is answered while the server closes would be kept until it times out.
  server.on('request', (_req, res) => {
    res.once('close', () => setImmediate(() => server.listening || server.closeIdleConnections()))
  })
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  const bound = typeof address === 'object' && address ? address.port : port
  const name = host.includes(':') ? `[${host}]` : host
  return { url: `http://${name}:${bound}`, close: () => close(server) }
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearTimeout(timer)
}
