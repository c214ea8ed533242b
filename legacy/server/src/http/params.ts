import type { Request } from 'express'
import { idDigits, uuid } from './checks.ts'
import { notFound } from './errors.ts'
import { readFields } from './fields.ts'

/** A part of the path, decoded. */
export function param(req: Request, name: string): string {
  const value = req.params[name]
  return typeof value === 'string' ? value : ''
}

/** A numeric key from the path. What cannot be a key does not exist: 404, as for one that is unknown. */
export function idParam(req: Request, name: string, what: string): number {
  try {
    return readFields(req.params, { [name]: idDigits })[name]!
  } catch {
    throw notFound(what)
  }
}

/** A bigserial key from the path, as text. */
export function bigIdParam(req: Request, name: string, what: string): string {
  const value = param(req, name)
  if (/^[1-9]\d{0,17}$/.test(value)) return value
  throw notFound(what)
}

/** A UUID from the path; one that is malformed is refused by its name. */
export function uuidParam(req: Request, name: string): string {
  return readFields(req.params, { [name]: uuid })[name]!.toLowerCase()
}
