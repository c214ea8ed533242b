/**
 * What becomes of somebody who writes a slice's tables in the monolith's database:
 *
 * - `routes`: it is what answers the slice's routes, which the proxy takes to the owner.
 * - `moves`: the service has its own in its place; the monolith's is refused after the switch.
 * - `refused`: the database refuses it after the switch, and that is accepted.
 * - `stops`: it was stopped at that time (ISO 8601); seen writing later, it keeps the slice from being switched.
 * - `drainSeconds`: it goes on for so long after a request was answered; a switch waits for that, held.
 */
export type WriterFate =
  | 'routes'
  | 'moves'
  | 'refused'
  | { readonly stops: string }
  | { readonly drainSeconds: number }

/** Names somebody who writes; each part that is left out fits all. `*` in a text stands for any. */
export interface WriterInput {
  /** The role that it logs in as. */
  readonly role?: string
  readonly application?: string
  /** As `strangler observe status` shows it: without literals and comments. One pattern, or several. */
  readonly statement?: string | readonly string[]
  readonly is: WriterFate
  /** Why that is right, for people. */
  readonly because?: string
}

/** As a plan that was found right has it. */
export interface DeclaredWriter {
  readonly role?: string | undefined
  readonly application?: string | undefined
  readonly statements: readonly string[]
  readonly is: WriterFate
  readonly because?: string | undefined
}

/** For how long writers of the slices go on after the last request was answered, in milliseconds. */
export function drainMs(
  slices: readonly { readonly writers: readonly DeclaredWriter[] }[],
): number {
  const seconds = slices.flatMap(({ writers }) =>
    writers.flatMap(({ is }) =>
      typeof is === 'object' && 'drainSeconds' in is ? is.drainSeconds : [],
    ),
  )
  return 1000 * Math.max(0, ...seconds)
}
