import type { Request } from 'express'
import jwt from 'jsonwebtoken'
import { roles, type User } from './route.ts'

export const anonymous: User = { id: 0, role: 'anonymous', clinicId: 0, email: '', name: '' }

/** Who sends the request; a token that is missing, forged or expired makes nobody of them. */
export function identify(req: Request, secret: string): User {
  const [, token] = /^Bearer +(\S+)$/i.exec(req.get('authorization') ?? '') ?? []
  if (token === undefined) return anonymous
  try {
    return fromClaims(jwt.verify(token, secret, { algorithms: ['HS256'] })) ?? anonymous
  } catch {
    return anonymous
  }
}

function fromClaims(claims: jwt.JwtPayload | string): User | undefined {
  if (typeof claims === 'string') return undefined
  const { sub, role, clinic_id, email, name }: Record<string, unknown> = claims
  const known = roles.find((each) => each === role)
  const complete =
    typeof sub === 'string' &&
    /^[1-9]\d{0,9}$/.test(sub) &&
    known !== undefined &&
    typeof clinic_id === 'number' &&
    typeof email === 'string' &&
    typeof name === 'string'
  return complete ? { id: Number(sub), role: known, clinicId: clinic_id, email, name } : undefined
}
