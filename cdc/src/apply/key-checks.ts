import type pg from 'pg'
import { keyText } from './batch.ts'
import { type BrokenRow, findBroken, type TargetKey } from './foreign-keys.ts'
import type { Touching } from './work.ts'

/** What of the parked rows decides which keys have to be looked at. */
interface ParkedRows {
  has(table: TargetKey['table'], key: readonly string[]): boolean
  holdsOf(table: TargetKey['table']): boolean
}

/**
 * Looks whether rows that were applied break foreign keys. Keys that the source keeps too are broken only where
 * a change to one of their ends was parked. What is parked itself was not applied, so it breaks none.
 */
export async function findAllBroken(
  client: pg.ClientBase,
  keys: readonly TargetKey[],
  work: readonly Touching[],
  parked: ParkedRows,
): Promise<BrokenRow[]> {
  const broken: BrokenRow[] = []
  for (const key of keys) {
    if (key.isGuarded && !(key.other && parked.holdsOf(key.other))) continue
    const touched = new Map<string, readonly string[]>()
    for (const part of work) {
      const rows = (key.brokenBy === 'put' ? part.touched : part.deleted).get(key.table)
      for (const [text, row] of rows ?? []) {
        if (!parked.has(key.table, row)) touched.set(text, row)
      }
    }
    broken.push(...(await findBroken(client, key, [...touched.values()])))
  }
  return broken
}

/** The rows among them, each once. */
export function rowsOfBroken(broken: readonly BrokenRow[]): number {
  return new Set(broken.map(({ by, key }) => `${by.table.source.name} ${keyText(key)}`)).size
}
