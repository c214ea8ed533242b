import type { Request, Response } from 'express'
import type { Pool } from 'pg'
import type { Log } from '../log.ts'
import type { Caller, Role } from './caller.ts'
import type { Wording } from './wording.ts'

/** What the service is made from. */
export interface Parts {
  readonly pool: Pool
  readonly log: Log
  readonly clock: () => Date
  readonly jwtSecret: string
}

/** A request that was let in, and what is needed to answer it. */
export interface Call extends Parts {
  readonly req: Request
  readonly res: Response
  readonly caller: Caller
}

export type Answer = (call: Call) => Promise<void>

type Method = 'get' | 'post' | 'patch' | 'delete'

export interface Route {
  readonly method: Method
  /** Below /api, as Express writes paths. */
  readonly path: string
  readonly roles: readonly Role[]
  /** Who answers a `raw` body's request reads the body. */
  readonly body: 'none' | 'json' | 'raw'
  readonly answer: Answer
}

/** Routes that word their refusals alike. */
export interface Resource {
  readonly wording: Wording
  readonly routes: readonly Route[]
}

const route =
  (method: Method, body: Route['body']) =>
  (path: string, roles: readonly Role[], answer: Answer): Route => ({
    method,
    path,
    roles,
    body,
    answer,
  })

export const get = route('get', 'none')
export const post = route('post', 'json')
export const postRaw = route('post', 'raw')
export const patch = route('patch', 'json')
export const remove = route('delete', 'none')
