import { displayName } from '@strangler/core'
import pg from 'pg'
import { keyOfChange, type TableChange } from '../apply/batch.ts'
import { CdcError } from '../errors.ts'

/** What to do about a failure: try the same again at once, open everything anew, or stop for a person. */
export type Remedy = 'again' | 'reconnect' | 'stop'

const again = new Set(['40001', '40P01', '55P03'])
/** Connection failures, exhausted or restarting servers, cancelled statements, a server that only reads. */
const passing = /^(08|53|57)|^25006$|^55006$|^25P0/

export function remedyFor(error: unknown): Remedy {
  if (error instanceof CdcError) {
    if (error.code === 'FENCE_FORBIDS') return 'again'
    return error.retriable ? 'reconnect' : 'stop'
  }
  // Not Postgres' own, but of a connection: EPIPE has five letters too.
  if (!(error instanceof pg.DatabaseError)) return 'reconnect'
  const code = error.code ?? ''
  if (again.has(code)) return 'again'
  return passing.test(code) ? 'reconnect' : 'stop'
}

/** A database's complaint about what a row holds, not about the circumstances. */
export function isComplaint(error: unknown): boolean {
  return error instanceof pg.DatabaseError && remedyFor(error) === 'stop'
}

const blamed = new WeakMap<object, TableChange>()

/** Remembers which change a database complained about. */
export function blame(error: unknown, change: TableChange): void {
  if (isComplaint(error)) blamed.set(error as object, change)
}

const goesOn = 'the stream then goes on by itself.'

/** Rights and passwords are no row's matter. */
function remedyOf(code: string): string {
  return /^(42501|28)/.test(code)
    ? `Give the role what docs/roles.md lists, or correct its password; ${goesOn}`
    : `Correct the row at its source or the target's table; ${goesOn}`
}

/** Adds to a complaint what a person needs to act on it: stream, tables, key, SQLSTATE. */
export function explain(error: unknown, stream: string): Error {
  if (error instanceof CdcError) {
    if (error.code !== 'CANNOT_APPLY') return error
    const text = `The stream ${stream} cannot apply a change: ${error.message}`
    return new CdcError(error.code, text, error.details, { cause: error })
  }
  if (!(error instanceof pg.DatabaseError)) return error as Error
  const { message, constraint, detail, hint, code } = error
  const change = blamed.get(error)
  const what = [`SQLSTATE ${code}`, constraint && `constraint ${constraint}`, detail, hint]
  const text = `The stream ${stream} cannot apply a change${where(error, change)}: ${message} (${what.filter(Boolean).join('; ')}). ${remedyOf(code ?? '')}`
  const key = change && keyOfChange(change)
  return new CdcError('CANNOT_APPLY', text, { code, constraint, key }, { cause: error })
}

function where({ schema, table }: pg.DatabaseError, change: TableChange | undefined): string {
  if (!change) return table ? ` on ${schema}.${table}` : ''
  const { source, target } = change.table
  return ` of ${displayName(source)} (${keyOfChange(change).join(', ')}) to ${displayName(target)}`
}
