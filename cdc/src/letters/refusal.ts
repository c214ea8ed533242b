import pg from 'pg'
import { CdcError } from '../errors.ts'

/** Why a target refused a change, as its letter tells it. */
export interface Refused {
  readonly sqlstate: string | null
  readonly message: string
  readonly constraint: string | null
}

/**
 * What a row holds: values that do not fit (22), constraints (23), what a function or a trigger raised, an index
 * entry that is too large, a value that the plan does not list. Not: tables, columns or rights that are missing.
 */
const ofTheRow = /^(22|23)|^P0001$|^54000$|^SF002$/

/** Whether a target refused a change for what the row holds, so that others can go on without it. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof CdcError) return error.code === 'CANNOT_APPLY'
  return error instanceof pg.DatabaseError && ofTheRow.test(error.code ?? '')
}

export function describeRefusal(error: unknown): Refused {
  if (error instanceof pg.DatabaseError) {
    const { code = null, message, detail, constraint = null } = error
    return { sqlstate: code, message: detail ? `${message} (${detail})` : message, constraint }
  }
  if (!(error instanceof CdcError)) throw error
  const { sqlstate = null, constraint = null } = error.details as Partial<Refused>
  return { sqlstate, message: error.message, constraint }
}
