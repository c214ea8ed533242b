import {
  type ClientRequest,
  type IncomingMessage,
  request as overHttp,
  type RequestOptions,
  type ServerResponse,
} from 'node:http'
import { request as overHttps } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { urlToHttpOptions } from 'node:url'
import { ProxyError } from '../errors.ts'
import { requestHeaders, responseHeaders, upgradeHeaders } from './headers.ts'
import { failureOf, hasBody } from './send.ts'

export interface UpgradeOptions {
  /** Of the upstream. */
  readonly origin: URL
  /** An answer may take so long to begin. */
  readonly timeoutMs: number
  /** Headers that the proxy adds, names and values in turn. */
  readonly headers: readonly string[]
  /** Called when upstream has answered. The client hears of it when the result resolves. */
  onAnswer(status: number): void | Promise<void>
}

/** After so long a silence an end is asked whether it is still there: one that lost its power says nothing. */
const probeAfterMs = 15_000

/**
 * Asks upstream for a WebSocket. Resolves when the answer has begun: to true if the connection is one now, and
 * whatever either end sends goes to the other until one of them closes or breaks.
 *
 * @param head what the client has sent behind its request already.
 * @throws ProxyError when upstream gave no answer.
 */
export async function upgrade(
  req: IncomingMessage,
  res: ServerResponse,
  head: Buffer,
  options: UpgradeOptions,
): Promise<boolean> {
  if (hasBody(req)) throw new ProxyError('BAD_TARGET', "A WebSocket's request has no body.")
  const { socket } = req
  const { answer, upstream, first } = await answerTo(ask(req, options), socket, options.timeoutMs)
  const status = answer.statusCode!
  upstream?.on('error', () => {}) // It may break while the answer may not begin yet; its close is heard below.
  await options.onAnswer(status)
  const raw = answer.rawHeaders.map((text) => Buffer.from(text, 'latin1'))
  const kept = responseHeaders(raw, answer.headers.connection)
  const ended = upstream ? upgradeHeaders : ['connection', 'close']
  begin(res, status, answer.statusMessage, [...kept, ...ended])
  if (upstream) {
    join(socket, upstream, head, first)
    return true
  }
  answer.once('error', () => socket.destroy())
  answer.pipe(socket)
  return false
}

function ask(req: IncomingMessage, { origin, headers }: UpgradeOptions): ClientRequest {
  const asking: RequestOptions = {
    ...urlToHttpOptions(origin),
    path: req.url,
    headers: [...requestHeaders(req, headers), ...upgradeHeaders],
    agent: false,
  }
  return (origin.protocol === 'https:' ? overHttps : overHttp)(asking)
}

interface UpgradeAnswer {
  readonly answer: IncomingMessage
  /** Undefined when upstream declines. */
  readonly upstream?: Socket
  /** What upstream has sent behind its answer already. */
  readonly first: Buffer
}

function answerTo(asked: ClientRequest, client: Duplex, timeoutMs: number): Promise<UpgradeAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<UpgradeAnswer>()
  const late = setTimeout(() => {
    const message = 'The server behind this one did not answer in time.'
    asked.destroy(new ProxyError('UPSTREAM_TIMED_OUT', message, { timeoutMs }))
  }, timeoutMs)
  const onClientGone = () => asked.destroy(new Error('the client has gone'))
  client.once('close', onClientGone)
  asked.once('upgrade', (answer, upstream, first) => resolve({ answer, upstream, first }))
  asked.once('response', (answer) => resolve({ answer, first: Buffer.alloc(0) }))
  asked.on('error', (error) => reject(error instanceof ProxyError ? error : failureOf(error)))
  asked.end()
  return promise.finally(() => {
    clearTimeout(late)
    client.off('close', onClientGone)
  })
}

/** The head of the answer; what follows is written to the connection itself. */
function begin(res: ServerResponse, status: number, message = '', headers: string[]): void {
  const socket = res.socket!
  res.sendDate = false
  res.writeHead(status, message, headers)
  res.flushHeaders()
  res.detachSocket(socket)
}

function join(client: Socket, upstream: Socket, head: Buffer, first: Buffer): void {
  if (first.length > 0) client.write(first)
  if (head.length > 0) upstream.write(head)
  for (const [from, to] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    from.setTimeout(0)
    from.setNoDelay(true)
    from.setKeepAlive(true, probeAfterMs)
    from.on('error', () => to.destroy())
    // One that ended in order has been passed on by the pipe; one that broke has not.
    const onClose = () => from.readableEnded || to.destroy()
    if (from.destroyed) onClose()
    else from.once('close', onClose)
    from.pipe(to)
  }
}
