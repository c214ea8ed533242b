import { displayName, type Slice } from '@strangler/core'
import type { Colours } from '../output/output.ts'

/** A slice's routes and tables, for a person. */
export function displaySlice({ name, service, routes, tables }: Slice, c: Colours): string[] {
  const writes = routes.filter((route) => route.writes.length > 0).length
  return [
    `${c.bold(name)} -> service ${service}`,
    `  ${routes.length} routes: ${routes.length - writes} read, ${writes} write`,
    ...tables.map(
      ({ legacy, service: to, sharedSink, columns }) =>
        `  ${displayName(legacy)} -> ${displayName(to)}${
          sharedSink ? ' (only added to, by both sides)' : mappings(columns.length)
        }`,
    ),
  ]
}

function mappings(count: number): string {
  if (count === 0) return ''
  return count === 1 ? ' (1 column differs)' : ` (${count} columns differ)`
}
