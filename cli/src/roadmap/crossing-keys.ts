import {
  displayName,
  type Plan,
  readCatalogTable,
  readReferrers,
  resolve,
  type TableName,
} from '@strangler/core'
import pg from 'pg'
import type { Environment } from '../environment.ts'

export type Crossing = { readonly keys: readonly string[] } | { readonly unknown: string }

/** The foreign keys of the monolith's database with one end in a slice and the other outside of it. */
export async function crossingKeys(plan: Plan, environment: Environment): Promise<Crossing> {
  const client = new pg.Client({
    connectionString: resolve(
      plan.legacy.database.coordinator,
      "the monolith's database",
      environment,
    ),
    connectionTimeoutMillis: 3000,
  })
  try {
    await client.connect()
    return { keys: await readCrossing(client, plan) }
  } catch (error) {
    const { message } = error as Error
    return {
      unknown: `Which foreign keys cross slices is not known: the monolith's database does not answer (${message}).`,
    }
  } finally {
    await client.end().catch(() => {})
  }
}

async function readCrossing(client: pg.Client, plan: Plan): Promise<string[]> {
  const key = ({ schema, name }: TableName) => `${schema}.${name}`
  const sliceOf = new Map(
    [...plan.slices.values()].flatMap(({ name, tables }) =>
      tables.map(({ legacy }) => [key(legacy), name] as const),
    ),
  )
  const found = new Map<string, string>()
  for (const { tables } of plan.slices.values()) {
    for (const { legacy } of tables) {
      const table = await readCatalogTable(client, legacy)
      if (!table) throw new Error(`there is no table ${displayName(legacy)}`)
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
  }
  return [...found.values()]
}
