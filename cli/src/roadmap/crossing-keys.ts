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
  try {
    const { coordinator } = plan.legacy.database
    const url = resolve(coordinator, "the monolith's database", environment)
    return { keys: await readFrom(url, plan) }
  } catch (error) {
    return { unknown: `Which foreign keys cross slices is not known: ${(error as Error).message}` }
  }
}

async function readFrom(url: string, plan: Plan): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000 })
  try {
    await client.connect().catch((cause: Error) => {
      throw new Error(`the monolith's database does not answer (${cause.message}).`, { cause })
    })
    return await readCrossing(client, plan)
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
