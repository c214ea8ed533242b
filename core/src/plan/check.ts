import { type TableName, displayName, parseTableName } from './identifier.ts'
import { type ColumnMapping, columnsOf } from './mapping.ts'
import { collide, displayRoute, effectOf, parseRoute, type Route } from './routes.ts'
import { exampleFor, type ParsedPlan } from './schema.ts'

/** What is wrong with a plan, where, and what would be right. */
export interface Problem {
  readonly path: string
  readonly message: string
  readonly example: string
}

type Report = (path: string, message: string) => void

/** Reads a slice's routes; what cannot be read is reported. */
export function readRoutes(plan: ParsedPlan, slice: string, report: Report): Route[] {
  return plan.slices[slice]!.routes.flatMap((input, at) => {
    const path = `slices.${slice}.routes[${at}]`
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
      if (!plan.slices[other]) report(`${path}.writes`, `there is no slice "${other}"`)
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
export function checkRoutes(routes: ReadonlyMap<string, readonly Route[]>, report: Report): void {
  const seen: { slice: string; route: Route }[] = []
  for (const [slice, own] of routes) {
    for (const [at, route] of own.entries()) {
      const clash = seen.find((earlier) => collide(earlier.route, route))
      if (clash) {
        report(
          `slices.${slice}.routes[${at}]`,
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

/** A table belongs to one slice, and a service's table takes one of the monolith's. */
export function checkTables(
  tables: readonly { path: string; side: string; table: TableName; sharedSink: boolean }[],
  report: Report,
): void {
  const seen = new Map<string, string>()
  for (const { path, side, table, sharedSink } of tables) {
    const key = `${side} ${displayName(table)}`
    const earlier = seen.get(key)
    if (earlier !== undefined && !sharedSink) {
      report(
        path,
        `${displayName(table)} (${side}) is already at ${earlier}; a table belongs to one slice`,
      )
    }
    seen.set(key, path)
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

/** Slices name services that are there, and phases slices. */
export function checkReferences(plan: ParsedPlan, report: Report): void {
  for (const [name, { service }] of Object.entries(plan.slices)) {
    if (!plan.services[service]) {
      const known = Object.keys(plan.services).join(', ') || 'none'
      report(`slices.${name}.service`, `there is no service "${service}"; known: ${known}`)
    }
  }
  for (const [at, { slices }] of plan.phases.entries()) {
    for (const slice of slices) {
      if (!plan.slices[slice]) report(`phases[${at}].slices`, `there is no slice "${slice}"`)
    }
  }
}

export function problem(path: string, message: string): Problem {
  return { path, message, example: exampleFor(path) }
}
