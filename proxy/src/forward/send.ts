import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
import { ProxyError } from '../errors.ts'
import { requestHeaders, responseHeaders } from './headers.ts'

export interface SendOptions {
  /** Headers that the proxy adds, names and values in turn. */
  readonly headers: readonly string[]
  /** Upstream goes on with the request even when its client has gone: a write that began should end. */
  readonly outlivesClient: boolean
  /** Called when upstream's answer begins. The client hears of it when the result resolves. */
  onAnswer(status: number): void | Promise<void>
}

/**
 * Sends a request upstream and its answer back, both bodies streamed. Resolves when the answer has ended.
 *
 * @throws ProxyError when upstream gave no answer. One that breaks off in the middle breaks off here, too.
 */
export function send(
  upstream: Dispatcher,
  req: IncomingMessage,
  res: ServerResponse,
  options: SendOptions,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let control: Dispatcher.DispatchController | undefined
  let answered = false
  let ended = false
  let opening: Promise<void> | undefined
  /** In the order in which they came, and none before the answer may begin. */
  const inTurn = (step: () => void) => {
    if (opening) opening = opening.then(step)
    else step()
  }

  const onClose = () => {
    if (res.writableFinished) return
    if (options.outlivesClient) control?.resume()
    else control?.abort(new Error('the client has gone'))
  }
  res.once('close', onClose)
  if (req.headers.expect !== undefined) res.writeContinue()

  upstream.dispatch(
    {
      path: req.url!,
      method: req.method as Dispatcher.HttpMethod,
      headers: requestHeaders(req, options.headers),
      body: hasBody(req) ? req : null,
    },
    {
      onRequestStart(controller) {
        control = controller
        if (res.destroyed && !options.outlivesClient)
          controller.abort(new Error('the client has gone'))
      },
      onResponseStart(controller, status, headers, message) {
        if (status < 200) return
        answered = true
        const connection = headers['connection']
        const raw = (controller as unknown as { rawHeaders: Buffer[] }).rawHeaders
        const begin = () => {
          if (res.destroyed) return
          res.sendDate = false
          res.writeHead(status, message ?? '', responseHeaders(raw, connection?.toString()))
        }
        const ready = options.onAnswer(status)
        if (!ready) return begin()
        controller.pause()
        opening = ready.then(begin).then(() => {
          if (!ended) controller.resume()
        })
      },
      // What is under way when the answer may not begin yet comes all the same.
      onResponseData(controller, chunk) {
        inTurn(() => {
          if (res.destroyed || res.write(chunk)) return
          if (!ended) controller.pause()
          res.once('drain', () => {
            if (!ended) controller.resume()
          })
        })
      },
      onResponseEnd(_, trailers) {
        ended = true
        inTurn(() => {
          if (Object.keys(trailers).length > 0) res.addTrailers(trailers)
          res.end()
          resolve()
        })
      },
      onResponseError(_, error) {
        ended = true
        inTurn(() => {
          if (res.destroyed) return resolve()
          if (answered) {
            res.destroy(error)
            return resolve()
          }
          reject(failureOf(error))
        })
      },
    },
  )
  return promise.finally(() => res.off('close', onClose))
}

export function hasBody({ headers }: IncomingMessage): boolean {
  if (headers['transfer-encoding'] !== undefined) return true
  return headers['content-length'] !== undefined && headers['content-length'] !== '0'
}

/** Failures before anything was sent: nobody can have acted on the request. */
const unsent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** What it means for a request that its upstream failed like that. */
export function failureOf(cause: Error & { code?: string }): ProxyError {
  const { code = '' } = cause
  const details = { cause: code || cause.message }
  if (unsent.has(code)) {
    return new ProxyError(
      'UPSTREAM_UNREACHABLE',
      'The server behind this one cannot be reached.',
      details,
      { cause },
    )
  }
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new ProxyError(
      'UPSTREAM_TIMED_OUT',
      'The server behind this one did not answer in time.',
      details,
      { cause },
    )
  }
  return new ProxyError(
    'UPSTREAM_BROKE_OFF',
    'The server behind this one broke the connection off.',
    details,
    { cause },
  )
}
