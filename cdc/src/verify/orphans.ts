import { displayName, type ForeignKey, quote, sqlName } from '@strangler/core'
import type pg from 'pg'
import { parentOf, shown } from '../apply/foreign-keys.ts'
import type { Sides } from './compare.ts'

/** So many pages are read by a statement: it ends long before it would time out, however large the table is. */
const pagesPerStatement = 10_000
const lastPage = 4_294_967_294

/** So many that refer to nothing are not on their way any more. */
const enough = 1000
/** What rows of another slice refer to may be on its way; whoever still misses the same after so many looks lacks it. */
const looks = 3

/**
 * Looks for rows of the target that refer to nothing: applied rows are checked against no foreign key by their
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
    const look = () => missingBy(sides.target, key, isOwn, signal)
    let missing = await look()
    for (let again = 1; again < looks && missing.size > 0 && missing.size < enough; again++) {
      await sides.barrier(signal)
      missing = missing.intersection(await look())
    }
    if (missing.size > 0) reasons.push(describe(key, missing))
  }
  return reasons
}

/**
 * What rows refer to that is not there.
 *
 * @param isOwn other tables are read at once: of them the applier may read nothing but the key.
 */
async function missingBy(
  target: pg.Pool,
  key: ForeignKey,
  isOwn: boolean,
  signal: AbortSignal,
): Promise<Set<string>> {
  const filled = key.columns.map((column) => `t.${quote(column)} is not null`)
  const missing = new Set<string>()
  const find = async (where: readonly string[], pages: readonly string[]) => {
    const { rows } = await target.query<{ missing: string }>(
      `select distinct ${shown(key, 't')} as missing from ${sqlName(key.from)} t
       where ${[...where, ...filled].join(' and ')} and not exists (${parentOf(key, 't')}) limit ${enough}`,
      [...pages],
    )
    for (const row of rows) missing.add(row.missing)
  }
  if (!isOwn) await find([], [])
  const pages = isOwn ? await pagesOf(target, sqlName(key.from)) : -1
  for (let page = 0; page <= pages && missing.size < enough; page += pagesPerStatement) {
    signal.throwIfAborted()
    const next = page + pagesPerStatement
    const upTo = next > pages ? lastPage : next
    await find(['t.ctid >= $1::tid and t.ctid < $2::tid'], [`(${page},0)`, `(${upTo},0)`])
  }
  return missing
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

function describe(key: ForeignKey, missing: ReadonlySet<string>): string {
  const some = [...missing].slice(0, 3).map((one) => `(${one})`)
  return `${displayName(key.from)}: rows refer by (${key.columns.join(', ')}) to no row of ${displayName(key.references)}, as with ${some.join(', ')}: the foreign key ${key.name} forbids it. Add what is missing, or correct what refers to it, where the slice is owned.`
}
