import { areas } from './areas.ts'
import type { Caller, Method } from './http/route.ts'

export type { Caller, Method, Role } from './http/route.ts'
export { roles } from './http/route.ts'

export interface RouteEntry {
  readonly method: Method
  /** With /api, in Express's syntax. */
  readonly path: string
  readonly roles: readonly Caller[]
  /** The statuses that are the route's own; any may answer 304, 413, 415, 500 and 503 as well. */
  readonly statuses: readonly number[]
}

/** Every route under /api, who may call it and what it may answer. */
export const routes: readonly RouteEntry[] = areas.flatMap((area) =>
  area.routes.map(({ method, path, roles, statuses }) => ({
    method,
    path: `/api${path}`,
    roles,
    statuses,
  })),
)
