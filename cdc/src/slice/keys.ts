import {
  type CatalogTable,
  displayName,
  type ForeignKey,
  type Plan,
  readReferrers,
  type Side,
  type Slice,
} from '@strangler/core'
import {
  isUnguardable,
  type Neighbour,
  type Referrers,
  type TargetKey,
  targetKeys,
} from '../apply/foreign-keys.ts'
import type { OpenDatabase } from '../databases.ts'
import type { TablePair } from '../translate/translation.ts'
import type { SliceDatabases } from './setup.ts'

/** The foreign keys from and to a slice's tables, for the stream into each side. */
export type SliceKeys = Readonly<Record<Side, readonly TargetKey[]>>

export async function readKeys(
  plan: Pick<Plan, 'slices'>,
  slice: Slice,
  pairs: readonly TablePair[],
  databases: SliceDatabases,
): Promise<SliceKeys> {
  const referrers: Referrers = {
    legacy: await referrersOf(pairs, 'legacy', databases.legacy),
    service: await referrersOf(pairs, 'service', databases.extracted),
  }
  return {
    legacy: targetKeys(pairs, 'legacy', referrers, neighboursOf(plan, slice, 'legacy')),
    extracted: targetKeys(pairs, 'service', referrers, neighboursOf(plan, slice, 'extracted')),
  }
}

/** The foreign keys from anywhere that refer to the slice's tables on one side. */
async function referrersOf(
  pairs: readonly TablePair[],
  side: 'legacy' | 'service',
  { coordinator }: OpenDatabase,
): Promise<Map<CatalogTable, readonly ForeignKey[]>> {
  const found = new Map<CatalogTable, readonly ForeignKey[]>()
  for (const pair of pairs) found.set(pair[side], await readReferrers(coordinator, pair[side]))
  return found
}

/** The other slices whose rows come into the same database. */
function neighboursOf(plan: Pick<Plan, 'slices'>, slice: Slice, into: Side): Neighbour[] {
  return [...plan.slices.values()].flatMap((other) => {
    const sharesSource = other.service === slice.service
    if (other === slice || (into === 'extracted' && !sharesSource)) return []
    const tables = other.tables.filter(({ sharedSink }) => !sharedSink)
    return { slice: other.name, tables, sharesSource }
  })
}

/** What speaks against the foreign keys of either side: applied rows are checked against them by nobody else. */
export function reasonsAgainstKeys(keys: SliceKeys, databases: SliceDatabases): string[] {
  return (['legacy', 'extracted'] as const).flatMap((side) =>
    keys[side].filter(isUnguardable).map(({ key }) => {
      const columns = `${displayName(key.references)} (${key.referencedColumns.join(', ')})`
      return `${databases[side].name}: the foreign key ${key.name} of ${displayName(key.from)} refers to ${columns}, which is not its primary key, and the other side does not keep the same, so that nothing would see what it forbids: let it refer to the primary key, add it to both sides, or drop it`
    }),
  )
}
