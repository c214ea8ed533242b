import { type TableName, displayName, parseTableName } from './identifier.ts'
import { type ColumnMapping, columnsOf } from './mapping.ts'
import { collide, displayRoute, effectOf, parseRoute, type Route } from './routes.ts'
import type { DeclaredWriter } from './writers.ts'
import { exampleFor, type ParsedPlan } from './schema.ts'

/** What is wrong with a plan, where, and what would be right. */
export interface Problem {
  readonly path: string
  readonly message: string
  readonly example: string
}

type Report = (path: string, message: string) => void

/** Reads a slice's routes; what cannot be read is reported. */
export function readRoutes(
  plan: ParsedPlan,
  kind: 'slices' | 'planned',
  slice: string,
  report: Report,
): Route[] {
  return plan[kind][slice]!.routes.flatMap((input, at) => {
    const path = `${kind}.${slice}.routes[${at}]`
    const { route, effect, writes } = typeof input === 'string' ? { route: input } : input
    const parsed = parseRoute(route)
    if (!parsed) {
      report(
        path,
        `"${route}" is no route: a method in capitals, a space, a path that starts with "/", with "*" only at its end`,
      )
      return []
    }
    for (const other of writes ?? []) {
      if (plan.slices[other] || (kind === 'planned' && plan.planned[other])) continue
      report(
        `${path}.writes`,
        plan.planned[other]
          ? `"${other}" is only planned, and what one request writes moves together: plan this slice, too, or neither`
          : `there is no slice "${other}"`,
      )
    }
    const does = effect ?? (writes?.length ? 'writes' : effectOf(parsed.method))
    return [
      {
        ...parsed,
        effect: does,
        writes: does === 'writes' ? [...new Set([slice, ...(writes ?? [])])] : [],
      },
    ]
  })
}

/** Two slices cannot have one route: the request would have two owners. */
export function checkRoutes(
  routes: readonly { path: string; slice: string; routes: readonly Route[] }[],
  report: Report,
): void {
  const seen: { slice: string; route: Route }[] = []
  for (const { path, slice, routes: own } of routes) {
    for (const [at, route] of own.entries()) {
      const clash = seen.find((earlier) => collide(earlier.route, route))
      if (clash) {
        report(
          `${path}.routes[${at}]`,
          `${displayRoute(route)} and ${displayRoute(clash.route)} of slice "${clash.slice}" match the same requests`,
        )
      }
      seen.push({ slice, route })
    }
  }
}

/** Reads a table's name; what cannot be read is reported. */
export function readTable(text: string, schema: string, path: string, report: Report): TableName {
  const name = parseTableName(text, schema)
  if (!name)
    report(path, `"${text}" is no name of a table or sequence: name, schema.name or schema."Name"`)
  return name ?? { schema, name: text }
}

export interface TablePlace {
  readonly path: string
  readonly side: string
  readonly table: TableName
  readonly sharedSink: boolean
  /** It is not fenced yet, so that triggers of other slices may go on to add to it. */
  readonly planned?: boolean
}

/** A table belongs to one slice, and a service's table takes one of the monolith's. */
export function checkTables(tables: readonly TablePlace[], report: Report): void {
  const seen = new Map<string, TablePlace>()
  for (const place of tables) {
    const { path, side, table, sharedSink, planned = false } = place
    const key = `${side} ${displayName(table)}`
    const earlier = seen.get(key)
    if (earlier && !sharedSink && !(planned && earlier.sharedSink)) {
      report(
        path,
        `${displayName(table)} (${side}) is already at ${earlier.path}; a table belongs to one slice`,
      )
    }
    seen.set(key, place)
  }
}

/** Every column is mapped at most once, and values of an enumeration differ on both sides. */
export function checkColumns(
  columns: readonly ColumnMapping[],
  path: string,
  report: Report,
): void {
  for (const side of ['legacy', 'service'] as const) {
    const seen = new Set<string>()
    for (const [at, mapping] of columns.entries()) {
      for (const column of columnsOf(mapping, side)) {
        if (seen.has(column))
          report(`${path}[${at}]`, `the ${side} column "${column}" is mapped twice`)
        seen.add(column)
      }
    }
  }
  for (const [at, mapping] of columns.entries()) {
    if (mapping.kind !== 'enumerated') continue
    const values = Object.values(mapping.values)
    if (new Set(values).size < values.length) {
      report(
        `${path}[${at}].values`,
        'two values become the same one, so that there is no way back',
      )
    }
  }
}

/** A writer is told by something, and what becomes of one outside the routes has a reason. */
export function checkWriters(
  writers: readonly DeclaredWriter[],
  path: string,
  report: Report,
): void {
  for (const [at, { role, application, statements, is, because }] of writers.entries()) {
    if (role === undefined && application === undefined && statements.length === 0) {
      report(`${path}[${at}]`, 'it names nobody: give its role, application or statement')
    }
    if (is !== 'routes' && because === undefined) {
      report(`${path}[${at}].because`, 'say why: who reads the plan has to be able to judge it')
    }
  }
}

/** Slices name services that are there, and phases slices. */
export function checkReferences(plan: ParsedPlan, report: Report): void {
  for (const [name, { service }] of Object.entries(plan.slices)) {
    if (!plan.services[service]) {
      const known = Object.keys(plan.services).join(', ') || 'none'
      report(`slices.${name}.service`, `there is no service "${service}"; known: ${known}`)
    }
  }
  for (const name of Object.keys(plan.planned)) {
    if (plan.slices[name]) {
      report(`planned.${name}`, `it is at slices.${name}, too: a slice is planned, or it can move`)
    }
  }
  for (const [at, { slices }] of plan.phases.entries()) {
    for (const slice of slices) {
      if (plan.slices[slice] || plan.planned[slice]) continue
      report(`phases[${at}].slices`, `there is no slice "${slice}"`)
    }
  }
}

export function problem(path: string, message: string): Problem {
  return { path, message, example: exampleFor(path) }
}
