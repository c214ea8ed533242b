import { type Caller, type RouteEntry, roles } from '../src/index.ts'

/** An answer that a caller got from a route. */
export interface Observation {
  readonly route: string
  readonly caller: Caller
  readonly status: number
}

const nameOf = ({ method, path }: RouteEntry) => `${method} ${path}`

const callers: readonly Caller[] = [...roles, 'anonymous']

/**
 * What no case has shown: for each route, that each caller who may use it has succeeded, that each
 * other one was turned away, and every status that it declares.
 */
export function uncovered(
  table: readonly RouteEntry[],
  observations: readonly Observation[],
): string[] {
  return table.flatMap((route) => {
    const seen = observations.filter((each) => each.route === nameOf(route))
    const missingCallers = callers
      .filter((caller) => !seen.some((each) => each.caller === caller && settles(route, each)))
      .map((caller) => `${nameOf(route)} as ${caller}`)
    const missingStatuses = route.statuses
      .filter((status) => !seen.some((each) => each.status === status))
      .map((status) => `${nameOf(route)} answering ${status}`)
    return [...missingCallers, ...missingStatuses]
  })
}

function settles(route: RouteEntry, { caller, status }: Observation): boolean {
  if (route.roles.includes(caller)) return status < 400
  return status === (caller === 'anonymous' ? 401 : 403)
}

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
