import { checkWriters, readRoutes, readTable, type TablePlace } from './check.ts'
import type { PlannedSlice } from './plan.ts'
import type { ParsedPlan } from './schema.ts'

/** Reads the slices that cannot move yet, and notes the places of their tables. */
export function readPlanned(
  plan: ParsedPlan,
  places: TablePlace[],
  report: (path: string, message: string) => void,
): Map<string, PlannedSlice> {
  const planned = new Map<string, PlannedSlice>()
  for (const [name, { service, why, writers, ...slice }] of Object.entries(plan.planned)) {
    const tables = slice.tables.map((text, at) => {
      const path = `planned.${name}.tables[${at}]`
      const table = readTable(text, plan.legacy.database.schema, path, report)
      places.push({ path, side: 'legacy', table, sharedSink: false, planned: true })
      return table
    })
    const routes = readRoutes(plan, 'planned', name, report)
    checkWriters(writers, `planned.${name}.writers`, report)
    planned.set(name, { name, service, why, routes, tables, writers })
  }
  return planned
}
