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
 *
 * @param guards slices whose tables may be behind what refers to them, but not for good
 */
export async function findAllBroken(
  client: pg.ClientBase,
  keys: readonly TargetKey[],
  work: readonly Touching[],
  parked: ParkedRows,
  guards: ReadonlySet<string> = new Set(),
): Promise<BrokenRow[]> {
  const atRisk = keys.filter(({ isGuarded, other, across }) =>
    across?.isKept
      ? !guards.has(across.slice)
      : !isGuarded || (other !== undefined && parked.holdsOf(other)),
  )
  for (const brokenBy of ['delete', 'put'] as const) {
    const some = atRisk.filter((key) => key.brokenBy === brokenBy)
    const broken = await findBrokenOf(client, some, work, parked)
    if (broken.length > 0) return broken
  }
  return []
}

/**
 * Another slice's stream brings what rows that refer across have lost or lack by itself, where the source keeps the
 * same keys: as long as nobody but that stream changes its rows here, which is locked to stay so until the
 * transaction ends, and none of them waits as a dead letter. A slice that has no fence here is not synced yet.
 *
 * Does not wait for locks: who changes the fences of several slices may wait for the one that is held here.
 */
export async function slicesThatGuard(
  client: pg.ClientBase,
  keys: readonly TargetKey[],
  work: readonly Touching[],
): Promise<ReadonlySet<string>> {
  const concerned = keys.filter(({ table, brokenBy }) =>
    work.some((part) => (brokenBy === 'put' ? part.touched : part.deleted).has(table)),
  )
  const slices = new Set(concerned.flatMap(({ across }) => (across?.isKept ? across.slice : [])))
  if (slices.size === 0) return slices
  const { rows } = await client.query<{ slice: string; guards: boolean }>({
    name: 'strangler_guards',
    text: `select f.slice, f.fenced and not exists (
        select from strangler.dead_letter d where d.slice = f.slice and d.discarded_at is null
      ) as guards
      from strangler.fence f where f.slice = any($1) order by f.slice for share of f nowait`,
    values: [[...slices]],
  })
  for (const { slice, guards } of rows) if (!guards) slices.delete(slice)
  return slices
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
