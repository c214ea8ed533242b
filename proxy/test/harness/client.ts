import { once } from 'node:events'
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { readAll } from './upstream.ts'

export interface Asked {
  readonly method?: string
  /** Exactly what stands in the request line. */
  readonly path: string
  /** An object, or names and values in turn. */
  readonly headers?: OutgoingHttpHeaders | readonly string[]
  readonly body?: string | Buffer
  readonly signal?: AbortSignal
}

export interface Answered {
  readonly status: number
  readonly message: string
  readonly rawHeaders: readonly string[]
  readonly headers: IncomingMessage['headers']
  readonly trailers: IncomingMessage['trailers']
  readonly body: Buffer
  readonly text: string
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape
  readonly json: any
}

/** One request over a connection of its own; nothing of it is changed on its way out. */
export async function ask(url: string, asked: Asked): Promise<Answered> {
  const { hostname, port } = new URL(url)
  const { method = 'GET', path, headers = {}, body, signal } = asked
  const outgoing = request({
    hostname,
    port,
    method,
    path,
    headers: headers as OutgoingHttpHeaders,
    agent: false,
    ...(signal && { signal }),
  })
  outgoing.end(body)
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  const whole = await readAll(response)
  return {
    status: response.statusCode!,
    message: response.statusMessage!,
    rawHeaders: response.rawHeaders,
    headers: response.headers,
    trailers: response.trailers,
    body: whole,
    text: whole.toString(),
    get json() {
      return JSON.parse(whole.toString())
    },
  }
}

/** Sends bytes as they are, and resolves to all that came back until the connection was closed. */
export async function sendBytes(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.write(bytes, 'latin1')
  await once(socket, 'close')
  return Buffer.concat(chunks).toString('latin1')
}
