import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TestUpstream } from './upstream.ts'

const key = 'dGhlIHNhbXBsZSBub25jZQ=='

/** What a client sends to open a WebSocket. */
export const opening = (path: string, ...more: string[]) =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: clinic.example',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    ...more,
    '\r\n',
  ].join('\r\n')

export interface Taken {
  readonly req: IncomingMessage
  readonly socket: Duplex
}

/** Takes upgrades from now on as a WebSocket server does, says who it is, and sends every byte back. */
export function echo({ server, name }: TestUpstream): Promise<Taken> {
  const taken = Promise.withResolvers<Taken>()
  server.removeAllListeners('upgrade')
  server.on('upgrade', (req: IncomingMessage, socket: Duplex) => {
    const accept = createHash('sha1')
      .update(`${req.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64')
    const head = [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${accept}`,
      `X-By: ${name}`,
      '\r\n',
    ]
    socket.write(head.join('\r\n'))
    socket.on('error', () => {})
    socket.pipe(socket)
    taken.resolve({ req, socket })
  })
  return taken.promise
}

export interface Opened extends Disposable {
  readonly socket: Socket
  /** The head of the answer. */
  readonly answer: string
  /** Sends a text and resolves to what comes back. */
  say(text: string): Promise<string>
}

/** Sends bytes, and resolves once the first of an answer have come. */
export async function open(url: string, bytes: string): Promise<Opened> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => {})
  socket.write(bytes)
  const heard = async () => String((await once(socket, 'data'))[0])
  return {
    socket,
    answer: await heard(),
    say(text) {
      const answer = heard()
      socket.write(text)
      return answer
    },
    [Symbol.dispose]: () => void socket.destroy(),
  }
}
