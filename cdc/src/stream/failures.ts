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
  const code = (error as { code?: string }).code ?? ''
  if (again.has(code)) return 'again'
  // Postgres' own codes have five characters; Node's are names such as ECONNRESET.
  if (!/^[0-9A-Z]{5}$/.test(code)) return 'reconnect'
  return passing.test(code) ? 'reconnect' : 'stop'
}

/** Adds to a database's complaint what a person needs to act on it. */
export function explain(error: unknown, stream: string): Error {
  if (error instanceof CdcError) return error
  const { message, table, schema, constraint, detail, hint, code } = error as Record<
    string,
    string | undefined
  >
  const where = table ? ` on ${schema}.${table}` : ''
  const what = [constraint && `constraint ${constraint}`, detail, hint].filter(Boolean).join('; ')
  const text = `The stream ${stream} cannot apply a change${where}: ${message}${what ? ` (${what})` : ''}. Correct the row at its source or the target's table; the stream then goes on from here by itself after "strangler sync start".`
  return new CdcError('CANNOT_APPLY', text, { code, table, constraint }, { cause: error })
}
