import type pg from 'pg'
import { keyText } from './batch.ts'
import { type BrokenRow, findBroken, type TargetKey } from './foreign-keys.ts'
import type { Touching } from './work.ts'

/** What of the parked rows decides which keys have to be looked at. */
interface ParkedRows {
  /** Whether nothing of a row was applied in this transaction, because all of it was parked. */
  hasWhole(table: TargetKey['table'], key: readonly string[]): boolean
  holdsOf(table: TargetKey['table']): boolean
}

/**
 * Looks whether rows that were applied break foreign keys. Keys that the source keeps too are broken only where
 * a change to one of their ends was parked. Deletions come first: without them fewer rows refer to nothing.
 */
export async function findAllBroken(
  client: pg.ClientBase,
  keys: readonly TargetKey[],
  work: readonly Touching[],
  parked: ParkedRows,
): Promise<BrokenRow[]> {
  const atRisk = keys.filter(
    ({ isGuarded, other }) => !isGuarded || (other && parked.holdsOf(other)),
  )
  for (const brokenBy of ['delete', 'put'] as const) {
    const some = atRisk.filter((key) => key.brokenBy === brokenBy)
    const broken = await findBrokenOf(client, some, work, parked)
    if (broken.length > 0) return broken
  }
  return []
}

async function findBrokenOf(
  client: pg.ClientBase,
  keys: readonly TargetKey[],
  work: readonly Touching[],
  parked: ParkedRows,
): Promise<BrokenRow[]> {
  const broken: BrokenRow[] = []
  for (const key of keys) {
    const touched = new Map<string, readonly string[]>()
    for (const part of work) {
      const rows = (key.brokenBy === 'put' ? part.touched : part.deleted).get(key.table)
      for (const [text, row] of rows ?? []) {
        if (!parked.hasWhole(key.table, row)) touched.set(text, row)
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
