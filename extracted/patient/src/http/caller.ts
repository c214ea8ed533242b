import type { Request } from 'express'
import jwt from 'jsonwebtoken'

const roles = ['admin', 'veterinarian', 'receptionist', 'owner'] as const
export type Role = (typeof roles)[number]

export const staff: readonly Role[] = ['admin', 'veterinarian', 'receptionist']
export const clinicians: readonly Role[] = ['admin', 'veterinarian']
export const signedIn: readonly Role[] = roles

/** Who sends a request, as the claims of their token tell. */
export interface Caller {
  readonly id: number
  readonly role: Role
  readonly clinicId: number
  readonly email: string
}

/** Nobody, if the token is missing, forged, expired or incomplete. */
export function callerOf(req: Request, secret: string): Caller | undefined {
  const [, token] = /^Bearer +(\S+)$/i.exec(req.get('authorization') ?? '') ?? []
  if (token === undefined) return undefined
  try {
    const claims = jwt.verify(token, secret, { algorithms: ['HS256'] })
    return typeof claims === 'string' ? undefined : fromClaims(claims)
  } catch {
    return undefined
  }
}

function fromClaims(claims: Record<string, unknown>): Caller | undefined {
  const { sub, clinic_id: clinicId, email, name } = claims
  const role = roles.find((each) => each === claims['role'])
  if (role === undefined || typeof sub !== 'string' || !/^[1-9]\d{0,9}$/.test(sub)) return undefined
  if (typeof clinicId !== 'number' || typeof email !== 'string' || typeof name !== 'string') {
    return undefined
  }
  return { id: Number(sub), role, clinicId, email }
}
