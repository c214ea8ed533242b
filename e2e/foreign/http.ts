import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

export type Respond = (request: IncomingMessage) => Promise<Answer>

/** A request that is turned down: its status and what the client reads in `why`. */
export class Refusal extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, why: string, headers: Readonly<Record<string, string>> = {}) {
    super(why)
    this.status = status
    this.headers = headers
  }
}

const jsonType = 'application/json; charset=utf-8'

export const json = (
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({ status, headers: { 'content-type': jsonType, ...headers }, body })

export const page = (body: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body,
})

/** @throws Refusal 400 when the request's target is not a path. */
export function urlOf(request: IncomingMessage): URL {
  const url = `http://depot${request.url ?? '/'}`
  if (!URL.canParse(url)) throw new Refusal(400, 'not an acceptable path')
  return new URL(url)
}

/** @throws Refusal 413 when the body is longer than `limit` bytes. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > limit) throw new Refusal(413, 'too large', { connection: 'close' })
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** The fields of a JSON object or a form; a form field given twice is an array. */
export async function readFields(request: IncomingMessage): Promise<Record<string, unknown>> {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  const text = (await readBody(request, 256 * 1024)).toString('utf8')
  if (type === 'application/x-www-form-urlencoded') {
    const form = new URLSearchParams(text)
    return Object.fromEntries(
      [...new Set(form.keys())].map((name) => {
        const values = form.getAll(name)
        return [name, values.length > 1 ? values : values[0]]
      }),
    )
  }
  if (type !== 'application/json') throw new Refusal(415, 'send JSON or a form')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Refusal(400, 'not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal(400, 'not a JSON object')
  }
  return Object.fromEntries(Object.entries(value))
}

export interface Running {
  readonly url: string
  /** Takes no new requests, finishes those under way, then resolves. */
  readonly close: () => Promise<void>
}

export async function serve(respond: Respond, port: number, host: string): Promise<Running> {
  let closing = false
  const server = createServer(
    { keepAliveTimeout: 75_000, headersTimeout: 80_000 },
    (request, response) => {
      void respond(request)
        .catch(failed)
        .then((answer) => {
          // A connection kept alive would keep a closing server waiting for it.
          if (closing) response.setHeader('connection', 'close')
          send(response, answer)
        })
    },
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => resolve())
  })
  const at = server.address()
  const bound = typeof at === 'object' && at ? at.port : port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () => {
      closing = true
      // For connections that never sent a request, which close() does not count as idle.
      setTimeout(() => server.closeAllConnections(), 15_000).unref()
      return new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
      })
    },
  }
}

function failed(error: unknown): Answer {
  if (error instanceof Refusal) {
    return json(error.status, JSON.stringify({ ok: false, why: error.message }), error.headers)
  }
  console.error(error)
  return json(500, JSON.stringify({ ok: false, why: 'something broke' }))
}

function send(response: ServerResponse, { status, headers, body }: Answer) {
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
  response.writeHead(status, { ...headers, ...length }).end(body)
}

/** Runs a server until SIGTERM or SIGINT, finishes what is under way, then frees what it holds. */
export function closeOnSignal(running: Running, release: () => Promise<void>) {
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= running.close().then(release)
    stopping.catch((error: unknown) => {
      console.error(error)
      process.exitCode = 1
    })
  }
  process.on('SIGTERM', stop).on('SIGINT', stop)
}

/** A setting that a process cannot do without. @throws naming it when it is not set. */
export function setting(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`Set ${name} in the environment.`)
  return value
}
