import type { ErrorRequestHandler, Response } from 'express'
import { sqlState } from '../db/sql-state.ts'
import type { Log } from '../log.ts'
import { type ErrorStyle, errorText, invalid, Refusal } from './errors.ts'

/** Sends a refusal in an area's style. */
export function refuse(res: Response, refusal: Refusal, style: ErrorStyle): void {
  const body = style(refusal)
  res.status(refusal.status)
  if (typeof body === 'string') res.type('txt').send(body)
  else res.json(body)
}

/** What is wrong with the request, if that is why `error` was thrown. */
export function asRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error
  const state = sqlState(error)
  if (state === undefined) return undefined
  if (state === '23505' || state === '23P01') {
    return new Refusal(409, 'CONFLICT', 'This is taken', [], { cause: error })
  }
  if (state === '23503') {
    return new Refusal(422, 'REFERENCE', 'Something this refers to does not exist', [], {
      cause: error,
    })
  }
  const isBadValue = state.startsWith('22') || state === '23514' || state === '23502'
  return isBadValue
    ? invalid([{ field: 'body', message: 'has a value that fits nowhere' }], error)
    : undefined
}

/** The last resort of every request; anything that is nobody's refusal is logged. */
export function answerFailures(log: Log): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) return next(error)
    const refusal = asRefusal(error) ?? asHttpRefusal(error)
    if (refusal) return refuse(res, refusal, errorText)
    log.error('request failed', error, { method: req.method, url: req.originalUrl })
    if (isDatabaseAway(error)) {
      return void res.set('Retry-After', '1').status(503).json({ error: 'Database unavailable' })
    }
    return void res.status(500).json({ error: 'Internal server error' })
  }
}

const wordings: Readonly<Record<string, string>> = {
  'entity.parse.failed': 'Malformed JSON',
  'entity.too.large': 'Request body too large',
}

/** Express and its body parser throw errors with a status; theirs are 4xx. */
function asHttpRefusal(error: unknown): Refusal | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined
  const { status } = error
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined
  const type = 'type' in error && typeof error.type === 'string' ? error.type : ''
  return new Refusal(status, 'BAD_REQUEST', wordings[type] ?? 'Bad request', [], { cause: error })
}

const awayStates = /^(08|53|57P|57014|40001|40P01)/
const awayCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
])
const awayMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/

function isDatabaseAway(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== undefined) return awayStates.test(state)
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return awayCodes.has(code) || awayMessages.test(error.message)
}
