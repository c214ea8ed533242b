import type { IncomingMessage } from 'node:http'

/** Headers that belong to one connection and end here. RFC 9110, section 7.6.1. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Headers that clients have no say in. */
const own = /^strangler-/

function namedBy(connection: string | undefined): ReadonlySet<string> {
  if (!connection) return new Set()
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()))
}

/** What goes upstream: the client's headers but for those of its connection, and who it came from. */
export function requestHeaders(req: IncomingMessage, added: readonly string[]): string[] {
  const dropped = namedBy(req.headers.connection)
  const headers: string[] = []
  for (let at = 0; at < req.rawHeaders.length; at += 2) {
    const name = req.rawHeaders[at]!
    const lower = name.toLowerCase()
    // Node's server has answered an Expect already.
    if (hopByHop.has(lower) || dropped.has(lower) || own.test(lower) || lower === 'expect') continue
    if (lower === 'x-forwarded-for') continue
    headers.push(name, req.rawHeaders[at + 1]!)
  }
  const before = req.headers['x-forwarded-for']
  const address = req.socket.remoteAddress ?? 'unknown'
  headers.push('x-forwarded-for', before === undefined ? address : `${String(before)}, ${address}`)
  if (req.headers['x-forwarded-host'] === undefined && req.headers.host !== undefined) {
    headers.push('x-forwarded-host', req.headers.host)
  }
  if (req.headers['x-forwarded-proto'] === undefined) {
    headers.push('x-forwarded-proto', 'encrypted' in req.socket ? 'https' : 'http')
  }
  headers.push(...added)
  return headers
}

/** What goes back to the client: upstream's headers, in their order and case, but for its connection's. */
export function responseHeaders(raw: readonly Buffer[], connection: string | undefined): string[] {
  const dropped = namedBy(connection)
  const headers: string[] = []
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!.toString('latin1')
    const lower = name.toLowerCase()
    if (hopByHop.has(lower) || dropped.has(lower)) continue
    headers.push(name, raw[at + 1]!.toString('latin1'))
  }
  return headers
}
