import type { Caller, Role } from '../src/index.ts'

/** A caller, or the admin that the seed made and that only sets the others up. */
export type As = Caller | 'seeded admin'

/**
 * One request and what must come back. `{name}` in a text stands for something that an earlier case
 * learnt, or for what {@link start} knows; a JSON text that is nothing else becomes the value itself.
 */
export interface Case {
  readonly name: string
  /** As the application declares it; one that it does not declare counts for no coverage. */
  readonly route: string
  readonly as: As
  /** The route's path unless given. */
  readonly path?: string
  /** The route's method unless given. */
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  /** Sent as it is. */
  readonly body?: string | Buffer
  /** Several statuses: as many requests at the same time, answered in any order. */
  readonly expect: number | readonly number[]
  /** It is so for this caller, and not for others. */
  readonly isPersonal?: true
  /** What must be in the answer, by a dotted path into the JSON, or a header as @name. */
  readonly holds?: Readonly<Record<string, unknown>>
  /** The answer's exact bytes. */
  readonly bytes?: Buffer
  /** What later cases can use, by name, from where {@link holds} would find it. */
  readonly learn?: Readonly<Record<string, string>>
}

/** The same case for several callers. */
export function asEach<A extends As>(callers: readonly A[], make: (as: A) => Case): Case[] {
  return callers.map(make)
}

/** A route that these callers must not use: whatever they send is not even looked at. */
export function denied(route: string, path: string, callers: readonly Caller[]): Case[] {
  return asEach(callers, (as) => ({
    name: `${as} is turned away`,
    route,
    as,
    path,
    expect: as === 'anonymous' ? 401 : 403,
  }))
}

export const allRoles: readonly Role[] = ['admin', 'veterinarian', 'receptionist', 'owner']
export const allCallers: readonly Caller[] = [...allRoles, 'anonymous']
export const staff: readonly Role[] = ['admin', 'veterinarian', 'receptionist']
export const allButAdmin: readonly Caller[] = ['veterinarian', 'receptionist', 'owner', 'anonymous']
export const outsiders: readonly Caller[] = ['owner', 'anonymous']

/** An id that nothing has, and that fits the column. */
export const nobody = 2_147_483_647
export const nobodysUuid = '00000000-0000-4000-8000-000000000000'
