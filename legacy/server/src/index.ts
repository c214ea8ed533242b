import { areas } from './areas.ts'
import { type Caller, everyone, type Method, type Route, signedIn } from './http/route.ts'

export type { Caller, Method, Role } from './http/route.ts'
export { roles } from './http/route.ts'

export interface RouteEntry {
  readonly method: Method
  /** With /api, in Express's syntax. */
  readonly path: string
  readonly roles: readonly Caller[]
  /** The statuses that are the route's own; any may answer 304, 413, 415, 500 and 503 as well. */
  readonly statuses: readonly number[]
  /** What the route takes: nothing, JSON that is read for it, or bytes that it reads itself. */
  readonly body: Route['body']
}

/** Every route under /api, who may call it and what it may answer. */
export const routes: readonly RouteEntry[] = areas.flatMap((area) =>
  area.routes.map(({ method, path, roles, statuses, body }) => ({
    method,
    path: `/api${path}`,
    roles,
    statuses,
    body,
  })),
)

/** What the server answers past its areas: whether it is well, and the WebSocket of the inbox. */
export const furtherRoutes: readonly RouteEntry[] = [
  { method: 'GET', path: '/health', roles: everyone, statuses: [200], body: 'none' },
  {
    method: 'GET',
    path: '/api/notifications/live',
    roles: signedIn,
    statuses: [101, 400, 401],
    body: 'none',
  },
]
