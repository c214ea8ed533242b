import { createHash, randomBytes } from 'node:crypto'
import jwt from 'jsonwebtoken'
import type { Queryable } from '../db/transaction.ts'
import type { UserRow } from '../users/model.ts'

export const accessSeconds = 15 * 60

export function accessToken(user: UserRow, secret: string): string {
  const claims = { role: user.role, clinic_id: user.clinic_id, email: user.email, name: user.name }
  return jwt.sign(claims, secret, {
    algorithm: 'HS256',
    subject: String(user.id),
    expiresIn: accessSeconds,
  })
}

/** Only the hash is kept, so that a copy of the table opens no session. */
const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

export async function issueRefreshToken(db: Queryable, userId: number): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await db.query(
    `insert into refresh_tokens (token_hash, user_id, expires_at)
     values ($1, $2, now() + interval '30 days')`,
    [hashOf(token), userId],
  )
  return token
}

/** Uses a token up: of two requests with the same one, the second gets nothing. */
export async function takeRefreshToken(db: Queryable, token: string): Promise<number | undefined> {
  const { rows } = await db.query<{ user_id: number; usable: boolean }>(
    `delete from refresh_tokens where token_hash = $1
     returning user_id, expires_at > now() as usable`,
    [hashOf(token)],
  )
  return rows[0]?.usable ? rows[0].user_id : undefined
}

export async function endSessions(db: Queryable, userId: number): Promise<void> {
  await db.query('delete from refresh_tokens where user_id = $1', [userId])
}
