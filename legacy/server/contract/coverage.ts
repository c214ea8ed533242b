import { type Caller, type RouteEntry, roles } from '../src/index.ts'

/** An answer that a caller got from a route. */
export interface Observation {
  readonly route: string
  readonly caller: Caller
  readonly status: number
}

/** What has to be shown of a route; without a caller, by whomever. */
interface Wanted {
  readonly caller?: Caller
  readonly status: number
}

export const nameOf = ({ method, path }: RouteEntry) => `${method} ${path}`

const callers: readonly Caller[] = [...roles, 'anonymous']

/** Whether a route answers somebody with that status itself, and not because they may not use it. */
export function isOwn(route: RouteEntry, status: number): boolean {
  if (!route.statuses.includes(status)) return false
  if (status === 401 && !route.roles.includes('anonymous')) return false
  return status !== 403 || roles.every((role) => route.roles.includes(role))
}

/** What Express answers for a route of this kind, whoever asks. */
export function expressStatuses({ method, body, statuses }: RouteEntry): number[] {
  const of = body === 'json' ? [413, 415] : []
  if (method === 'GET' && statuses.includes(200)) of.push(304)
  return of.filter((status) => !statuses.includes(status))
}

/**
 * What no case has shown: of each route that every caller who may not use it is turned away, that every other one
 * is answered with every status that the route declares, and what Express answers for it; as `route as caller
 * answering status`.
 */
export function uncovered(
  table: readonly RouteEntry[],
  observations: readonly Observation[],
): string[] {
  const seen = new Set(
    observations.flatMap(({ route, caller, status }) => [
      tuple(route, { caller, status }),
      tuple(route, { status }),
    ]),
  )
  return table
    .flatMap((route) => wanted(route).map((each) => tuple(nameOf(route), each)))
    .filter((each) => !seen.has(each))
}

function wanted(route: RouteEntry): Wanted[] {
  const own = route.statuses.filter((status) => isOwn(route, status))
  const byCaller = callers.flatMap((caller): Wanted[] =>
    route.roles.includes(caller)
      ? own.map((status) => ({ caller, status }))
      : [{ caller, status: caller === 'anonymous' ? 401 : 403 }],
  )
  return [...byCaller, ...expressStatuses(route).map((status) => ({ status }))]
}

const tuple = (route: string, { caller, status }: Wanted) =>
  `${route}${caller === undefined ? '' : ` as ${caller}`} answering ${status}`

/** Statuses that any route may answer, for reasons that are not its own. */
const everyRoutes = [304, 413, 415]

/** Answers with a status that the route does not declare. */
export function undeclared(
  table: readonly RouteEntry[],
  observations: readonly Observation[],
): Observation[] {
  return observations.filter(({ route, status }) => {
    const declared = table.find((each) => nameOf(each) === route)?.statuses
    return declared && !declared.includes(status) && !everyRoutes.includes(status)
  })
}
