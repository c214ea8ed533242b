import { type Caller, type RouteEntry, roles } from '../src/index.ts'
import type { Case } from './case.ts'
import { expressStatuses, isOwn, nameOf } from './coverage.ts'

/**
 * The cases that follow from others: what one caller is refused, every other one who may use the route is refused,
 * too, at that moment and with the same words; and a list that has not changed is not sent again.
 */
export function complete(cases: readonly Case[], table: readonly RouteEntry[]): Case[] {
  const shown = new Set(cases.flatMap(tuplesOf))
  const asked = new Set<string>()
  return cases.flatMap((each) => {
    const route = table.find((entry) => nameOf(entry) === each.route)
    if (!route || each.method !== undefined) return [each]
    return [each, ...asOthers(each, route, shown), ...again(each, route, asked)]
  })
}

const callers: readonly Caller[] = [...roles, 'anonymous']

const tupleOf = (route: string, as: string, status: number) => `${route} ${as} ${status}`

const tuplesOf = ({ route, as, expect }: Case) =>
  [expect].flat().map((status) => tupleOf(route, as, status))

function asOthers(each: Case, route: RouteEntry, shown: Set<string>): Case[] {
  const { as, expect, name } = each
  if (typeof expect !== 'number' || each.isPersonal || !route.roles.includes(as as Caller))
    return []
  if (expect < 300 || !isOwn(route, expect)) return []
  const others = callers.filter(
    (caller) => route.roles.includes(caller) && !shown.has(tupleOf(each.route, caller, expect)),
  )
  for (const caller of others) shown.add(tupleOf(each.route, caller, expect))
  const { learn: _, ...same } = each
  return others.map((caller) => ({ ...same, as: caller, name: `${name} (${caller} as well)` }))
}

/** The first time that something is shown it is asked for twice more: once for its tag, once with it. */
function again(each: Case, route: RouteEntry, asked: Set<string>): Case[] {
  if (each.expect !== 200 || each.headers || !expressStatuses(route).includes(304)) return []
  if (asked.has(each.route)) return []
  asked.add(each.route)
  const { learn: _, holds: _holds, bytes: _bytes, ...same } = each
  const tag = `etag ${asked.size}`
  return [
    { ...same, name: `${each.name} (once more)`, learn: { [tag]: '@etag' } },
    {
      ...same,
      name: `${each.name} (not changed)`,
      headers: { 'if-none-match': `{${tag}}` },
      expect: 304,
      bytes: Buffer.alloc(0),
    },
  ]
}
