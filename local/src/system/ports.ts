import { createServer } from 'node:net'

/** Listens for a moment: a port that can be had is had by asking the system, not by guessing. */
function listen(port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const server = createServer()
  server.once('error', reject)
  server.listen(port, '127.0.0.1', () => {
    const address = server.address()
    const taken = typeof address === 'object' && address ? address.port : port
    server.close(() => resolve(taken))
  })
  return promise
}

export async function isFree(port: number): Promise<boolean> {
  return listen(port).then(
    () => true,
    () => false,
  )
}

export function freePort(): Promise<number> {
  return listen(0)
}
