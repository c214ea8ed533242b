import type { ErrorRequestHandler, Response } from 'express'
import { sqlState } from '../database/sql-state.ts'
import type { Log } from '../log.ts'
import { invalid, Refusal } from './refusal.ts'
import { asError, type Wording } from './wording.ts'

export function refuse(res: Response, refusal: Refusal, wording: Wording): void {
  const body = wording(refusal)
  res.status(refusal.status)
  if (typeof body === 'string') res.type('txt').send(body)
  else res.json(body)
}

/** What is wrong with the request, if that is why `error` was thrown. */
export function asRefusal(cause: unknown): Refusal | undefined {
  if (cause instanceof Refusal) return cause
  const state = sqlState(cause)
  if (state === '23505') return new Refusal(409, 'CONFLICT', 'This is taken', { cause })
  if (state === '23503') {
    return new Refusal(422, 'REFERENCE', 'Something this refers to does not exist', { cause })
  }
  // Data exceptions, and values that a CHECK or NOT NULL does not let in.
  return state !== undefined && /^(22...|23514|23502)$/.test(state)
    ? invalid([{ field: 'body', message: 'has a value that fits nowhere' }], cause)
    : undefined
}

/** Behind all routes: answers what is no route's own refusal, and logs what is nobody's. */
export function answerFailures(log: Log): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) return next(error)
    const refusal = asRefusal(error) ?? asHttpRefusal(error)
    if (refusal) return refuse(res, refusal, asError)
    log.error('request failed', error, { method: req.method, url: req.originalUrl })
    if (isDatabaseAway(error)) {
      res.set('Retry-After', '1').status(503).json({ error: 'Database unavailable' })
    } else {
      res.status(500).json({ error: 'Internal server error' })
    }
  }
}

/** Express and its body parser blame the client by an error with a status, and a type now and then. */
function asHttpRefusal(cause: unknown): Refusal | undefined {
  if (!(cause instanceof Error) || !('status' in cause)) return undefined
  const { status } = cause
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined
  return new Refusal(status, 'BAD_REQUEST', wordingOf('type' in cause && cause.type), { cause })
}

function wordingOf(type: unknown): string {
  if (type === 'entity.parse.failed') return 'Malformed JSON'
  if (type === 'entity.too.large') return 'Request body too large'
  return 'Bad request'
}

/** Connections, resources, an operator's or a time limit's end, and conflicts that were retried in vain. */
const awayStates = /^(08...|53...|57P..|57014|40001|40P01)$/
const awayCodes = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/
/** Of `pg` itself, which gives these no code. */
const awayMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/

function isDatabaseAway(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== undefined) return awayStates.test(state)
  if (!(error instanceof Error)) return false
  return awayMessages.test(error.message) || ('code' in error && awayCodes.test(String(error.code)))
}
