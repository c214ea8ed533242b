import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/**
 * Ports below those that systems give to connections, so that no connection takes one that was promised to a
 * server; in blocks, so that processes do not promise the same one.
 */
const first = 10_240
const blockSize = 64
const blocks = 352

/** The ports of this process's block that were not given out yet. */
let promised: Promise<number[]> | undefined

/**
 * A port of loopback's that nobody listens on, and that no other call is given, of this process or of another:
 * whoever asked may take a while until it listens.
 *
 * @throws when all of them are taken
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const block = (promised ??= takeBlock())
    const port = (await block).shift()
    if (port !== undefined && (await isFree(port))) return port
    if (port === undefined && promised === block) promised = undefined
  }
}

export async function isFree(port: number): Promise<boolean> {
  const server = await listen(port)
  if (!server) return false
  server.close()
  await once(server, 'close')
  return true
}

/** Whoever listens on a block's first port has the others; it is left to the system to end that with the process. */
async function takeBlock(): Promise<number[]> {
  const start = Math.floor(Math.random() * blocks)
  for (let count = 0; count < blocks; count++) {
    const mark = first + ((start + count) % blocks) * blockSize
    const server = await listen(mark)
    if (!server) continue
    server.unref()
    return Array.from({ length: blockSize - 1 }, (_, at) => mark + 1 + at)
  }
  throw new Error(
    `All ports from ${first} to ${first + blocks * blockSize - 1} are taken. Stop programs that listen there.`,
  )
}

/** Undefined when somebody else listens there. */
function listen(port: number): Promise<Server | undefined> {
  const { promise, resolve } = Promise.withResolvers<Server | undefined>()
  const server = createServer((socket) => socket.destroy())
  server.once('error', () => resolve(undefined))
  server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server))
  return promise
}
