import type { Pool } from 'pg'
import { createApp } from '../../src/app.ts'
import { createPool } from '../../src/db/pool.ts'
import { type Log, silent } from '../../src/log.ts'
import { createMailer } from '../../src/mail/mailer.ts'
import { createLive } from '../../src/notifications/live.ts'
import { seededPassword } from '../../src/seed/seed.ts'
import { listen } from '../../src/server.ts'

/** The application in this process, on a port of its own. */
export interface Petsphere extends AsyncDisposable {
  readonly url: string
  readonly pool: Pool
  /** A request as one of the seeded users, or as nobody. */
  fetch(path: string, init?: RequestInit, as?: string): Promise<Response>
}

export const jwtSecret = 'a secret for tests only'

export interface Outside {
  readonly smtpUrl?: string
  readonly log?: Log
}

export async function startPetsphere(
  databaseUrl: string,
  clientDir?: string,
  { smtpUrl, log = silent }: Outside = {},
): Promise<Petsphere> {
  const pool = createPool({ databaseUrl, size: 25, statementTimeoutMs: 10_000, log })
  const clock = () => new Date()
  const mailer = createMailer({ url: smtpUrl, from: 'desk@petsphere.test', log })
  const live = createLive({ jwtSecret, clock })
  const parts = { pool, log, clock, jwtSecret, bcryptCost: 4, mailer, live }
  const server = await listen(createApp(parts, clientDir), live.upgrade, '127.0.0.1', 0)
  const tokens = new Map<string, string>()
  return {
    url: server.url,
    pool,
    async fetch(path, init = {}, as) {
      const headers = new Headers(init.headers)
      if (as !== undefined) {
        const token = tokens.get(as) ?? (await signIn(server.url, as))
        tokens.set(as, token)
        headers.set('authorization', `Bearer ${token}`)
      }
      return fetch(server.url + path, { ...init, headers })
    },
    async [Symbol.asyncDispose]() {
      live.close()
      await server.close()
      mailer.close()
      await pool.end()
    },
  }
}

export const json = (body: unknown, method = 'POST'): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** @returns the access token */
export async function signIn(baseUrl: string, email: string): Promise<string> {
  const answer = await fetch(`${baseUrl}/api/auth/login`, json({ email, password: seededPassword }))
  const body: unknown = await answer.json()
  if (typeof body === 'object' && body && 'accessToken' in body) return String(body.accessToken)
  throw new Error(`${email} could not sign in: ${JSON.stringify(body)}`)
}
