import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** The way to a server, which a test can cut. */
export interface Relay extends AsyncDisposable {
  /** The same server, by this way. */
  readonly url: string
  /** Breaks what is connected, and lets nobody connect. */
  cut(): void
  /** Lets nothing through any more, and breaks nothing. */
  stall(): void
  heal(): void
}

export async function startRelay(target: string): Promise<Relay> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let isCut = false
  let isStalled = false
  const server = createServer((near) => {
    if (isCut) return near.resetAndDestroy()
    const far = connect(Number(port), hostname)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.once('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
    near.pipe(far).pipe(near)
    if (isStalled) for (const socket of [near, far]) socket.cork()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(target)
  url.port = String((server.address() as AddressInfo).port)
  const cut = () => {
    isCut = true
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    url: url.href,
    cut,
    stall() {
      isStalled = true
      for (const socket of sockets) socket.cork()
    },
    heal() {
      isCut = false
      isStalled = false
      for (const socket of sockets) socket.uncork()
    },
    async [Symbol.asyncDispose]() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
