import type { Request, Response } from 'express'
import type { Pool } from 'pg'
import type { Log } from '../log.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { Live } from '../notifications/live.ts'
import type { ErrorStyle } from './errors.ts'

export const roles = ['admin', 'veterinarian', 'receptionist', 'owner'] as const
export type Role = (typeof roles)[number]

/** Who may call: a role, or somebody who has not signed in. */
export type Caller = Role | 'anonymous'

export const staff: readonly Caller[] = ['admin', 'veterinarian', 'receptionist']
export const signedIn: readonly Caller[] = [...roles]
export const everyone: readonly Caller[] = [...roles, 'anonymous']

/** The caller, as the token's claims tell. For anonymous callers id and clinicId are 0. */
export interface User {
  readonly id: number
  readonly role: Caller
  readonly clinicId: number
  readonly email: string
  readonly name: string
}

/** What the application's parts are built from. */
export interface App {
  readonly pool: Pool
  readonly log: Log
  readonly clock: () => Date
  readonly jwtSecret: string
  readonly bcryptCost: number
  readonly mailer: Mailer
  readonly live: Live
}

export interface Call {
  readonly req: Request
  readonly res: Response
  readonly user: User
  readonly app: App
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Route {
  readonly method: Method
  /** Below /api, in Express's syntax. */
  readonly path: string
  readonly roles: readonly Caller[]
  /** Every status that is this route's own; API.md lists those that any route may answer. */
  readonly statuses: readonly number[]
  readonly body: 'none' | 'json' | 'stream'
  readonly answer: (call: Call) => Promise<void>
}

/** Routes that refuse in the same shape. */
export interface Area {
  readonly errors: ErrorStyle
  readonly routes: readonly Route[]
}

type Declare = (
  path: string,
  roles: readonly Caller[],
  statuses: readonly number[],
  answer: Route['answer'],
) => Route

const declare =
  (method: Method, body: Route['body']): Declare =>
  (path, allowed, statuses, answer) => ({
    method,
    path,
    roles: allowed,
    statuses: [...statuses, ...refusals(allowed)],
    body,
    answer,
  })

function refusals(allowed: readonly Caller[]): number[] {
  const unknown = allowed.includes('anonymous') ? [] : [401]
  return roles.every((role) => allowed.includes(role)) ? unknown : [...unknown, 403]
}

export const get = declare('GET', 'none')
export const post = declare('POST', 'json')
/** A POST whose body, if any, is of no interest. */
export const act = declare('POST', 'none')
/** A POST that reads the body itself. */
export const upload = declare('POST', 'stream')
export const put = declare('PUT', 'json')
export const patch = declare('PATCH', 'json')
export const remove = declare('DELETE', 'none')
