import {
  displayName,
  type PlannedSlice,
  type Route,
  type Slice,
  type Together,
} from '@strangler/core'
import type { Colours } from '../output/output.ts'

/** A slice's routes and tables, for a person. */
export function displaySlice({ name, service, routes, tables }: Slice, c: Colours): string[] {
  return [
    `${c.bold(name)} -> service ${service}`,
    countRoutes(routes),
    ...tables.map(
      ({ legacy, service: to, sharedSink, columns }) =>
        `  ${displayName(legacy)} -> ${displayName(to)}${
          sharedSink ? ' (only added to, by both sides)' : mappings(columns.length)
        }`,
    ),
  ]
}

/** A slice that cannot move yet. */
export function displayPlanned(slice: PlannedSlice, c: Colours): string[] {
  const { name, service, why, routes, tables } = slice
  return [
    `${c.bold(name)} -> service ${service}, ${c.yellow(`not yet: ${why}`)}`,
    countRoutes(routes),
    `  ${tables.map(displayName).join(', ')}`,
  ]
}

/** Slices that move together, and the requests that bind them. */
export function displayTogether({ slices, because }: Together): string[] {
  return [
    `These have to move together, for one request writes several of them: ${slices.join(', ')}`,
    ...because.map(({ route, writes }) => `  - ${route} writes ${writes.join(', ')}`),
  ]
}

function countRoutes(routes: readonly Route[]): string {
  const writes = routes.filter((route) => route.writes.length > 0).length
  return `  ${routes.length} routes: ${routes.length - writes} read, ${writes} write`
}

function mappings(count: number): string {
  if (count === 0) return ''
  return count === 1 ? ' (1 column differs)' : ` (${count} columns differ)`
}
