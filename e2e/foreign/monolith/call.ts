import type { IncomingMessage } from 'node:http'
import type pg from 'pg'
import { Refusal } from '../http.ts'
import type { Who } from './sessions.ts'

/** What a handler gets. */
export interface Call {
  readonly request: IncomingMessage
  readonly query: URLSearchParams
  /** The path's variable parts, decoded, in order. */
  readonly args: readonly string[]
  readonly who: Who
  readonly pool: pg.Pool
}

/** A path's part as a bigint key. @throws Refusal 404 when no row can have it. */
export function keyIn(args: readonly string[], at = 0): string {
  const text = args[at] ?? ''
  if (!/^[1-9]\d{0,18}$/.test(text) || BigInt(text) > 2n ** 63n - 1n) {
    throw new Refusal(404, 'nothing here')
  }
  return text
}

export function supervisorOnly({ who }: Call) {
  if (who.role !== 'supervisor') throw new Refusal(403, 'ask a supervisor')
}
