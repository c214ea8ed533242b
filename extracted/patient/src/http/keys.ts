import type { Request } from 'express'
import { fill } from '../reading/form.ts'
import { digits, largestId } from '../reading/numbers.ts'
import { uuid } from '../reading/texts.ts'
import { missing } from './refusal.ts'

/** A part of the path, decoded. */
export function segment(req: Request, name: string): string {
  const value = req.params[name]
  return typeof value === 'string' ? value : ''
}

/** A number from the path. What can be no key is no key of anything: 404. */
export function integerKey(req: Request, name: string, what: string): number {
  try {
    return digits(1, largestId)(segment(req, name))
  } catch {
    throw missing(what)
  }
}

/** As {@link integerKey}, for keys past JavaScript's numbers; as text. */
export function bigintKey(req: Request, name: string, what: string): string {
  const value = segment(req, name)
  if (/^[1-9]\d{0,17}$/.test(value)) return value
  throw missing(what)
}

/** A UUID from the path. @throws Refusal 400 for one that is none. */
export function uuidKey(req: Request, name: string): string {
  return fill({ [name]: uuid }, req.params)[name]!
}
