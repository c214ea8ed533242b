import pg from 'pg'
import type { Refusal } from '../http/refusal.ts'

/** The code that Postgres gave an error, if it was Postgres. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

/** For `.catch()` behind a query: a row that a named constraint does not let in is refused like this. */
export function refusing(byConstraint: Readonly<Record<string, Refusal>>) {
  return (error: unknown): never => {
    const constraint = error instanceof pg.DatabaseError ? error.constraint : undefined
    throw (constraint !== undefined && byConstraint[constraint]) || error
  }
}
