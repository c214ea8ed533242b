import { existsSync } from 'node:fs'
import { resolve as absolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  checkColumns,
  checkReferences,
  checkRoutes,
  checkTables,
  checkWriters,
  type Problem,
  problem,
  readRoutes,
  readTable,
  type TablePlace,
} from './check.ts'
import { checkConsumers, readOutboxes } from './events.ts'
import type { Plan, Slice } from './plan.ts'
import { readPlanned } from './planned.ts'
import { planSchema } from './schema.ts'
import { CoreError } from '../errors.ts'

/** A plan that cannot be used, with everything that is wrong with it. */
function wrongPlan(file: string, problems: readonly Problem[], options?: ErrorOptions): CoreError {
  const lines = problems.map(
    ({ path, message, example }) => `  ${path}: ${message}\n    for example: ${example}`,
  )
  const message = `${file} is not a plan that can be used:\n${lines.join('\n')}`
  return new CoreError('WRONG_PLAN', message, { file, problems }, options)
}

/**
 * Loads and checks a plan file.
 *
 * @throws CoreError WRONG_PLAN with every problem at once.
 */
export async function loadPlan(file: string): Promise<Plan> {
  const path = absolute(file)
  if (!existsSync(path)) {
    throw wrongPlan(file, [
      problem('', `there is no such file; "strangler init --database URL" drafts one`),
    ])
  }
  let exported: { default?: unknown }
  try {
    exported = (await import(pathToFileURL(path).href)) as typeof exported
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw wrongPlan(file, [problem('', `it cannot be loaded: ${reason}`)], { cause })
  }
  return readPlan(exported.default, file)
}

/** Checks what a plan file exports and fills in its defaults. */
export function readPlan(exported: unknown, file: string): Plan {
  const parsed = planSchema.safeParse(exported)
  if (!parsed.success) {
    throw wrongPlan(
      file,
      parsed.error.issues.map((issue) => problem(displayPath(issue.path), issue.message)),
    )
  }
  const problems: Problem[] = []
  const report = (path: string, message: string) => void problems.push(problem(path, message))
  const plan = parsed.data
  checkReferences(plan, report)

  const slices = new Map<string, Slice>()
  const places: TablePlace[] = []
  for (const [name, slice] of Object.entries(plan.slices)) {
    const schema = plan.services[slice.service]?.database.schema ?? 'public'
    const tables = slice.tables.map((mapping, at) => {
      const path = `slices.${name}.tables[${at}]`
      const legacy = readTable(mapping.legacy, plan.legacy.database.schema, path, report)
      const service = readTable(mapping.service, schema, path, report)
      checkColumns(mapping.columns, `${path}.columns`, report)
      const { sharedSink } = mapping
      places.push({ path, side: 'legacy', table: legacy, sharedSink })
      places.push({ path, side: `service ${slice.service}`, table: service, sharedSink })
      return { ...mapping, legacy, service }
    })
    if (tables.every(({ sharedSink }) => sharedSink)) {
      report(`slices.${name}.tables`, 'a slice needs a table of its own besides shared sinks')
    }
    const sequences = slice.sequences.map((pair, at) => {
      const path = `slices.${name}.sequences[${at}]`
      return {
        legacy: readTable(pair.legacy, plan.legacy.database.schema, path, report),
        service: readTable(pair.service, schema, path, report),
      }
    })
    const routes = readRoutes(plan, 'slices', name, report)
    const { service, gates, writers } = slice
    checkWriters(writers, `slices.${name}.writers`, report)
    slices.set(name, { name, service, gates, routes, tables, sequences, writers })
  }
  const planned = readPlanned(plan, places, report)
  const outboxes = readOutboxes(plan, report)
  for (const { service, table } of outboxes.values()) {
    const path = `services.${service}.outbox.table`
    places.push({ path, side: `service ${service}`, table, sharedSink: false })
  }
  checkConsumers(plan, report)
  checkTables(places, report)
  const routed = [...slices].map(([slice, { routes }]) => ({
    path: `slices.${slice}`,
    slice,
    routes,
  }))
  const toCome = [...planned].map(([slice, { routes }]) => ({
    path: `planned.${slice}`,
    slice,
    routes,
  }))
  checkRoutes([...routed, ...toCome], report)
  if (problems.length > 0) throw wrongPlan(file, problems)
  const { legacy, services, streams, phases } = plan
  return {
    file,
    legacy,
    services: new Map(Object.entries(services)),
    slices,
    planned,
    outboxes,
    consumers: new Map(
      Object.entries(plan.consumers).map(([name, consumer]) => [name, { name, ...consumer }]),
    ),
    streams,
    phases: phases as Plan['phases'],
  }
}

function displayPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at ? '.' : ''}${String(part)}`))
    .join('')
}
