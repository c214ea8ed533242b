import type { Plan } from './plan.ts'
import { displayRoute } from './routes.ts'

/** Slices of which one request writes several: moved apart, it would write two databases. */
export interface Together {
  readonly slices: readonly string[]
  /** The requests that bind them, and the slices that each writes. */
  readonly because: readonly { readonly route: string; readonly writes: readonly string[] }[]
}

/** Which slices have to move together, planned ones included. */
export function movesTogether({ slices, planned }: Pick<Plan, 'slices' | 'planned'>): Together[] {
  const binding = [...slices.values(), ...planned.values()].flatMap(({ routes }) =>
    routes
      .filter(({ writes }) => writes.length > 1)
      .map((route) => ({ route: displayRoute(route), writes: route.writes })),
  )
  const groups = binding.reduce<Set<string>[]>((known, { writes }) => {
    const met = known.filter((group) => writes.some((slice) => group.has(slice)))
    const joined = new Set([...met.flatMap((group) => [...group]), ...writes])
    return [...known.filter((group) => !met.includes(group)), joined]
  }, [])
  return groups.map((group) => ({
    slices: [...group].toSorted(),
    because: binding.filter(({ writes }) => writes.some((slice) => group.has(slice))),
  }))
}
