import pg from 'pg'
import type { Refusal } from '../http/errors.ts'

/** Postgres's error code, if the error came from the server. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

/**
 * For `.catch()` behind a query: turns the violation of a named constraint into the refusal that the
 * client is told, and throws everything else on.
 */
export function refuseOn(refusals: Readonly<Record<string, Refusal>>): (error: unknown) => never {
  return (error) => {
    const constraint = error instanceof pg.DatabaseError ? error.constraint : undefined
    throw (constraint && refusals[constraint]) || error
  }
}
