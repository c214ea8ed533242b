import type { Case } from './case.ts'
import type { Request } from './http-client.ts'
import type { Known } from './known.ts'

/** The request that a case sends, with what earlier cases learnt filled in. */
export function requestOf(each: Case, known: Known): Request {
  const [method = 'GET', path = '/'] = each.route.split(' ', 2)
  const token = known.tokenOf(each.as)
  const headers: Record<string, string> = {}
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`
  if (each.json !== undefined) headers['content-type'] = 'application/json'
  for (const [name, value] of Object.entries(each.headers ?? {})) headers[name] = known.fill(value)
  return {
    method: each.method ?? method,
    path: known.fill(each.path ?? path),
    headers,
    body: bodyOf(each, known),
  }
}

function bodyOf({ json, body }: Case, known: Known): Buffer | undefined {
  if (json !== undefined) return Buffer.from(JSON.stringify(known.fillJson(json)))
  return body === undefined ? undefined : Buffer.from(body)
}
