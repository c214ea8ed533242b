import type { Answer, Request } from './http-client.ts'
import type { Normaliser } from './normalise.ts'
import { recordedHeaders } from './volatile.ts'

/** Text, or bytes in base64 when they are no text. */
type RecordedBody = string | { readonly base64: string }

export interface Exchange {
  readonly request: {
    readonly method: string
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    readonly body?: RecordedBody
  }
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: RecordedBody
  }
}

/** What went over the wire in one case, with the volatile replaced. */
export interface TranscriptEntry {
  readonly name: string
  readonly route: string
  readonly as: string
  readonly exchanges: readonly Exchange[]
}

/** Bodies up to this size are kept; of larger ones, only how large they were. */
const keptBytes = 100_000

export function record(request: Request, answer: Answer, normalise: Normaliser): Exchange {
  const path = normalise.path(request.path)
  const sent =
    request.body &&
    recordBody(request.body, request.headers['content-type'], request.path, normalise)
  const raw = answer.body
  const body = recordBody(raw, answer.headers['content-type'], request.path, normalise)
  const isVolatile = raw.length === 0 || (typeof body === 'string' && body !== raw.toString('utf8'))
  return {
    request: {
      method: request.method,
      path,
      headers: recordSent(request.headers),
      ...(sent === undefined ? {} : { body: sent }),
    },
    response: { status: answer.status, headers: recordGot(answer, isVolatile, normalise), body },
  }
}

function recordBody(
  bytes: Buffer,
  contentType: string | undefined,
  path: string,
  normalise: Normaliser,
): RecordedBody {
  if (bytes.length > keptBytes) return `<${bytes.length} bytes>`
  const text = bytes.toString('utf8')
  if (!Buffer.from(text).equals(bytes)) return { base64: bytes.toString('base64') }
  return contentType?.startsWith('application/json') && isJson(text)
    ? normalise.json(text, path)
    : normalise.text(text)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function recordSent(headers: Readonly<Record<string, string>>): Record<string, string> {
  const {
    authorization: _,
    'sec-websocket-protocol': _token,
    'if-none-match': condition,
    ...sent
  } = headers
  return condition === undefined ? sent : { ...sent, 'if-none-match': etagStand(condition) }
}

function recordGot(answer: Answer, isVolatile: boolean, normalise: Normaliser) {
  const recorded: Record<string, string> = {}
  for (const name of recordedHeaders) {
    const value = answer.headers[name]
    if (value === undefined) continue
    const single = Array.isArray(value) ? value.join(', ') : value
    if (name === 'etag') recorded[name] = isVolatile ? etagStand(single) : single
    else recorded[name] = name === 'location' ? normalise.path(single) : normalise.text(single)
  }
  return recorded
}

/** A tag of a body that is volatile is volatile itself; whether it is weak is not. */
const etagStand = (etag: string) => etag.replace(/"[^"]*"/, '"<etag>"')
