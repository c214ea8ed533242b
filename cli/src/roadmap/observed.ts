import {
  displayName,
  type Plan,
  readCatalogTable,
  readLooseSequences,
  readReferrers,
  resolve,
  type TableName,
} from '@strangler/core'
import pg from 'pg'
import type { Environment } from '../environment.ts'

/** What only the monolith's database knows. */
export interface Observed {
  /** Foreign keys with one end in a slice and the other outside of it. */
  readonly keys: readonly string[]
  /** Sequences that no column draws from and no slice lists. */
  readonly looseSequences: readonly string[]
}

export async function observe(
  plan: Plan,
  environment: Environment,
): Promise<Observed | { readonly unknown: string }> {
  try {
    const { coordinator } = plan.legacy.database
    const url = resolve(coordinator, "the monolith's database", environment)
    return await readFrom(url, plan)
  } catch (error) {
    return { unknown: `Which foreign keys cross slices is not known: ${(error as Error).message}` }
  }
}

async function readFrom(url: string, plan: Plan): Promise<Observed> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000 })
  try {
    await client.connect().catch((cause: Error) => {
      throw new Error(`the monolith's database does not answer (${cause.message}).`, { cause })
    })
    return { keys: await readCrossing(client, plan), looseSequences: await readLoose(client, plan) }
  } finally {
    await client.end().catch(() => {})
  }
}

async function readLoose(client: pg.Client, plan: Plan): Promise<string[]> {
  const slices = [...plan.slices.values()]
  const schemas = tablesOf(plan).map(([, { schema }]) => schema)
  const listed = new Set(
    slices.flatMap(({ sequences }) => sequences.map(({ legacy }) => displayName(legacy))),
  )
  const loose = await readLooseSequences(client, [...new Set(schemas)])
  return loose.map(displayName).filter((name) => !listed.has(name))
}

async function readCrossing(client: pg.Client, plan: Plan): Promise<string[]> {
  const key = ({ schema, name }: TableName) => `${schema}.${name}`
  const tables = tablesOf(plan)
  const sliceOf = new Map(tables.map(([slice, table]) => [key(table), slice]))
  const found = new Map<string, string>()
  for (const [, name] of tables) {
    const table = await readCatalogTable(client, name)
    if (!table) throw new Error(`there is no table ${displayName(name)}`)
    for (const foreignKey of [...table.foreignKeys, ...(await readReferrers(client, table))]) {
      const { from, references, columns } = foreignKey
      const ends = [from, references].map((end) => sliceOf.get(key(end)) ?? 'no slice')
      if (ends[0] === ends[1]) continue
      found.set(
        `${key(from)} ${foreignKey.name}`,
        `${displayName(from)} (${columns.join(', ')}) in ${ends[0]} -> ${displayName(references)} in ${ends[1]}`,
      )
    }
  }
  return [...found.values()]
}

/** All tables of the monolith that the plan names, each with its slice; one that is planned counts, too. */
function tablesOf({ slices, planned }: Plan): (readonly [string, TableName])[] {
  return [
    ...[...slices.values()].flatMap(({ name, tables }) =>
      tables.map(({ legacy }) => [name, legacy] as const),
    ),
    ...[...planned.values()].flatMap(({ name, tables }) =>
      tables.map((table) => [name, table] as const),
    ),
  ]
}
