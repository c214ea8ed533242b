import { displayName, type ForeignKey, quote, sqlName } from '@strangler/core'
import type pg from 'pg'
import { parentOf, shown } from '../apply/foreign-keys.ts'
import type { Sides } from './compare.ts'

/** So many pages are read by a statement: it ends long before it would time out, however large the table is. */
const pagesPerStatement = 10_000
const lastPage = 4_294_967_294

/** Rows of another slice may be on their way: what still refers to nothing after so many looks does so. */
const looks = 3

interface Orphans {
  readonly count: number
  readonly example: string
}

/**
 * Counts the rows of the target that refer to nothing: applied rows are checked against no foreign key by their
 * database.
 *
 * @returns a reason for each key that is broken.
 */
export async function findOrphans(
  sides: Sides,
  keys: readonly ForeignKey[],
  signal: AbortSignal,
): Promise<string[]> {
  const own = new Set(sides.pairs.map((pair) => displayName(pair[sides.direction].target)))
  const reasons: string[] = []
  for (const key of keys) {
    const isOwn = own.has(displayName(key.from))
    let orphans = await countOrphans(sides.target, key, isOwn, signal)
    for (let look = 1; look < looks && orphans.count > 0; look++) {
      await sides.barrier(signal)
      orphans = await countOrphans(sides.target, key, isOwn, signal)
    }
    if (orphans.count > 0) reasons.push(describe(key, orphans))
  }
  return reasons
}

/** @param isOwn other tables are read at once: of them the applier may read nothing but the key. */
async function countOrphans(
  target: pg.Pool,
  key: ForeignKey,
  isOwn: boolean,
  signal: AbortSignal,
): Promise<Orphans> {
  const filled = key.columns.map((column) => `t.${quote(column)} is not null`)
  const find = async (where: readonly string[], pages: readonly string[]) => {
    const { rows } = await target.query<Orphans>(
      `select count(*)::int as count, min(${shown(key, 't')}) as example from ${sqlName(key.from)} t
       where ${[...where, ...filled].join(' and ')} and not exists (${parentOf(key, 't')})`,
      [...pages],
    )
    return rows[0]!
  }
  if (!isOwn) return find([], [])
  const pages = await pagesOf(target, sqlName(key.from))
  let all: Orphans = { count: 0, example: '' }
  for (let page = 0; page <= pages; page += pagesPerStatement) {
    signal.throwIfAborted()
    const next = page + pagesPerStatement
    const upTo = next > pages ? lastPage : next
    const some = await find(
      ['t.ctid >= $1::tid and t.ctid < $2::tid'],
      [`(${page},0)`, `(${upTo},0)`],
    )
    if (some.count > 0) all = { ...some, count: all.count + some.count }
  }
  return all
}

/** How many pages a table has, or the largest of its partitions. */
async function pagesOf(target: pg.Pool, table: string): Promise<number> {
  const { rows } = await target.query<{ pages: number }>(
    `select (greatest(pg_relation_size($1::regclass), max(pg_relation_size(relid)))
       / current_setting('block_size')::int)::int as pages from pg_partition_tree($1::regclass)`,
    [table],
  )
  return rows[0]!.pages
}

function describe(key: ForeignKey, { count, example }: Orphans): string {
  const rows = count === 1 ? '1 row refers' : `${count} rows refer`
  return `${displayName(key.from)}: ${rows} by (${key.columns.join(', ')}) to no row of ${displayName(key.references)}, as with (${example}): the foreign key ${key.name} forbids it. Add what is missing, or correct what refers to it, where the slice is owned.`
}
