import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type pg from 'pg'
import { type Answer, Refusal, json, readFields } from '../http.ts'
import type { Call } from './call.ts'

export interface Who {
  readonly login: string
  readonly role: string
  readonly accountId: string
}

const cookieName = 'depot_sid'
const lasting = 12 * 3600

function sidOf(request: IncomingMessage): string | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2)
    if (name === cookieName && value) return value
  }
  return undefined
}

/** @throws Refusal 401 when the request carries no session that is open. */
export async function whoIs(request: IncomingMessage, pool: pg.Pool): Promise<Who> {
  const { rows } = await pool.query<Who>(
    `SELECT u.login, u.role, u.account_id::text AS "accountId"
       FROM depot.sessions s JOIN depot.users u ON u.id = s.user_id
      WHERE s.sid = $1 AND s.expires_at > now()`,
    [sidOf(request)],
  )
  if (!rows[0]) throw new Refusal(401, 'log in first')
  return rows[0]
}

const cookie = (value: string, seconds: number) =>
  `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}`

export async function logIn({ request, pool }: Call): Promise<Answer> {
  const { login, password } = await readFields(request)
  if (typeof login !== 'string' || typeof password !== 'string') {
    throw new Refusal(400, 'login and password, please')
  }
  const { rows } = await pool.query<Who & { id: string; password_hash: Buffer; salt: Buffer }>(
    `SELECT id::text, login, role, account_id::text AS "accountId", password_hash, salt
       FROM depot.users WHERE login = $1`,
    [login],
  )
  const user = rows[0]
  if (!user || !timingSafeEqual(scryptSync(password, user.salt, 32), user.password_hash)) {
    throw new Refusal(401, 'wrong login or password')
  }
  const sid = randomBytes(24).toString('base64url')
  await pool.query(
    `INSERT INTO depot.sessions (sid, user_id, address, expires_at)
     VALUES ($1, $2, $3, now() + make_interval(secs => $4))`,
    [sid, user.id, request.socket.remoteAddress, lasting],
  )
  const { role, accountId } = user
  return json(200, JSON.stringify({ login, role, accountId }), {
    'set-cookie': cookie(sid, lasting),
  })
}

export const showSession = ({ who: { login, role, accountId } }: Call): Promise<Answer> =>
  Promise.resolve(
    json(200, JSON.stringify({ login, role, accountId }), { 'cache-control': 'no-store' }),
  )

export async function logOut({ request, pool }: Call): Promise<Answer> {
  await pool.query('DELETE FROM depot.sessions WHERE sid = $1', [sidOf(request)])
  return { status: 204, headers: { 'set-cookie': cookie('', 0) } }
}
