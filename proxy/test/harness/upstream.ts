import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly method: string
  readonly url: string
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[]
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export type Answer = (req: IncomingMessage, res: ServerResponse) => unknown

/** A server behind the proxy, of a test's own. */
export interface TestUpstream extends AsyncDisposable {
  readonly name: string
  readonly url: string
  readonly server: Server
  /** The requests that were read to their end by the first answer; own answers read for themselves. */
  readonly received: Received[]
  /** How many requests have begun to arrive. */
  readonly begun: () => number
  /** Answers in another way from now on; without an argument, in the first way again. */
  answer(how?: Answer): void
}

/** Starts a server that says who it is, until it is told to answer otherwise. */
export async function startUpstream(name: string): Promise<TestUpstream> {
  const received: Received[] = []
  let begun = 0
  const first: Answer = async (req, res) => {
    const { method, url, rawHeaders, headers } = req
    const body = await readAll(req)
    received.push({ method: method!, url: url!, rawHeaders, headers, body })
    res.setHeader('content-type', 'application/json')
    res.end(JSON.stringify({ by: name, method, url }))
  }
  let how = first
  const server = createServer((req, res) => {
    begun += 1
    void Promise.resolve(how(req, res)).catch(() => res.destroy())
  })
  server.keepAliveTimeout = 70_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    name,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    received,
    begun: () => begun,
    answer: (other = first) => void (how = other),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
