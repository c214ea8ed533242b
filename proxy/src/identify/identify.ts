import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type IdentityInput, type Plan, resolve } from '@strangler/core'
import { jwtVerify } from 'jose'
import type { Principal } from '../exchange.ts'
import { LruMap } from '../lru.ts'

type Identifier = (req: IncomingMessage) => Principal | undefined | Promise<Principal | undefined>

/** Finds out who a request is for, by the plan's first identity that it has, else by its address. */
export function createIdentify(
  plan: Plan,
  environment: Readonly<Record<string, string | undefined>>,
  now: () => number,
): (req: IncomingMessage) => Promise<Principal> {
  const identifiers = plan.legacy.identity.map((input) => createIdentifier(input, environment, now))
  return async (req) => {
    for (const identify of identifiers) {
      const principal = await identify(req)
      if (principal) return principal
    }
    return { id: `address:${req.socket.remoteAddress ?? ''}`, claims: {} }
  }
}

function createIdentifier(
  input: IdentityInput,
  environment: Readonly<Record<string, string | undefined>>,
  now: () => number,
): Identifier {
  if ('cookie' in input) return byCookie(input.cookie)
  if ('header' in input) return byHeader(input.header.toLowerCase())
  const { claim, webSocketProtocol } = input.jwt
  const secret = resolve(input.jwt.secret, "the key of the monolith's tokens", environment)
  return byToken(claim, new TextEncoder().encode(secret), webSocketProtocol, now)
}

/** Sessions are secrets: what is kept and logged of them is a digest. */
function digest(value: string): string {
  return createHash('sha256').update(value).digest('base64url').slice(0, 22)
}

function byCookie(name: string): Identifier {
  const pattern = new RegExp(`(?:^|;\\s*)${RegExp.escape(name)}=([^;]+)`)
  return ({ headers }) => {
    const value = pattern.exec(headers.cookie ?? '')?.[1]
    return value === undefined ? undefined : { id: `session:${digest(value)}`, claims: {} }
  }
}

function byHeader(name: string): Identifier {
  return ({ headers }) => {
    const value = headers[name]
    return typeof value === 'string' ? { id: `header:${value}`, claims: {} } : undefined
  }
}

interface Verified {
  readonly principal: Principal | undefined
  readonly until: number
}

/** A token that is not genuine, or has expired, is nobody's: the upstream will say so. */
function byToken(
  claim: string,
  key: Uint8Array,
  webSocketProtocol: string | undefined,
  now: () => number,
): Identifier {
  const known = new LruMap<string, Verified>(10_000)
  return async ({ headers }) => {
    const token =
      /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ??
      offeredAfter(webSocketProtocol, headers['sec-websocket-protocol'])
    if (token === undefined) return undefined
    const before = known.get(token)
    if (before && now() < before.until) return before.principal
    const verified = await verify(token, key, claim, now)
    known.set(token, verified)
    return verified.principal
  }
}

/** What a client that opens a WebSocket offers next to a certain protocol. RFC 6455, section 4.1. */
function offeredAfter(protocol: string | undefined, offered = ''): string | undefined {
  if (protocol === undefined) return undefined
  const names = offered.split(',').map((name) => name.trim())
  const at = names.indexOf(protocol)
  return at < 0 ? undefined : names[at + 1]
}

const trustMs = 60_000

async function verify(
  token: string,
  key: Uint8Array,
  claim: string,
  now: () => number,
): Promise<Verified> {
  try {
    const { payload } = await jwtVerify(token, key, { algorithms: ['HS256', 'HS384', 'HS512'] })
    const subject = payload[claim]
    const known = typeof subject === 'string' || typeof subject === 'number'
    const lastsMs = (payload.exp ?? Infinity) * 1000 - Date.now()
    return {
      principal: known ? { id: `token:${subject}`, claims: payload } : undefined,
      until: now() + Math.min(trustMs, lastsMs),
    }
  } catch {
    return { principal: undefined, until: now() + trustMs }
  }
}
