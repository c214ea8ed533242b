import { createRouteTable, type Plan, type Side } from '@strangler/core'
import type { SliceRoute } from './exchange.ts'

/** Where a plan's requests belong: the one table for requests and for upgrades. */
export function createRoutes(plan: Plan) {
  const routes = [...plan.slices.values()].flatMap(({ name, routes }) =>
    routes.map((route): SliceRoute => ({ ...route, slice: name })),
  )
  return {
    /** Undefined for what no slice claims. */
    find: createRouteTable(routes, plan.legacy.paths),

    /** The database behind a side of a slice; what no slice claims is the monolith's. */
    databaseOf: (slice: string | undefined, side: Side): string =>
      side === 'legacy' || slice === undefined ? 'legacy' : plan.slices.get(slice)!.service,
  }
}

export type Routes = ReturnType<typeof createRoutes>
