import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

/** The address that a server listens at, once it does. */
export function listening(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.once('listening', () => {
      const { address, port, family } = server.address() as AddressInfo
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${port}`)
    })
  })
}

const drainMs = 10_000

/**
 * Takes no new connections, lets requests finish for a while, then closes what is left.
 *
 * @param upgraded connections that are no longer HTTP's: they have no end to wait for.
 */
export function closeServer(server: Server, upgraded: Iterable<Duplex> = []): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), drainMs)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
    // With an error, so that the connection behind it is closed, too.
    for (const socket of upgraded) socket.destroy(new Error('the server stops'))
  })
}
