import type { Request } from 'express'
import jwt from 'jsonwebtoken'
import { roles, type User } from './route.ts'

export const anonymous: User = { id: 0, role: 'anonymous', clinicId: 0, email: '', name: '' }

/** Who sends the request; a token that is missing, forged or expired makes nobody of them. */
export function identify(req: Request, secret: string): User {
  return verify(bearerOf(req.get('authorization')), secret)?.user ?? anonymous
}

/** The token of an Authorization header. */
export function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1]
}

export interface Verified {
  readonly user: User
  readonly expiresAt: Date
}

/** Whose token it is and until when, unless it is missing, forged or expired. */
export function verify(token: string | undefined, secret: string): Verified | undefined {
  if (token === undefined) return undefined
  try {
    return fromClaims(jwt.verify(token, secret, { algorithms: ['HS256'] }))
  } catch {
    return undefined
  }
}

function fromClaims(claims: jwt.JwtPayload | string): Verified | undefined {
  if (typeof claims === 'string') return undefined
  const { sub, role, clinic_id, email, name, exp }: Record<string, unknown> = claims
  const known = roles.find((each) => each === role)
  const complete =
    typeof sub === 'string' &&
    /^[1-9]\d{0,9}$/.test(sub) &&
    known !== undefined &&
    typeof clinic_id === 'number' &&
    typeof email === 'string' &&
    typeof name === 'string'
  if (!complete) return undefined
  const user = { id: Number(sub), role: known, clinicId: clinic_id, email, name }
  return { user, expiresAt: new Date(typeof exp === 'number' ? exp * 1000 : farAway) }
}

/** The last moment that a Date can hold, for tokens that never expire. */
const farAway = 8.64e15
