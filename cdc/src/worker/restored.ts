import { type FenceRow, readFences, type Side, type SliceRow } from '@strangler/core'
import { CdcError } from '../errors.ts'
import { isProvisioned } from '../slice/setup.ts'
import { databasesOf, sliceOf, type WorkerContext } from './context.ts'

const remedy =
  'one of the two was restored from a backup, the control store as it looks. Nothing was changed; docs/runbooks/restored-control-store.md tells what to do'

/** A first sync that did not come to its end leaves a fence at 1, and nobody can have owned it but legacy. */
function isAhead(fence: FenceRow, row: SliceRow): boolean {
  return fence.epoch > row.epoch && !(row.epoch === 0 && fence.epoch === 1)
}

function ahead(row: SliceRow, fence: FenceRow, database: string): string {
  return `The control store says that slice "${row.name}" is at epoch ${row.epoch}, but its fence in the database of ${database} is at ${fence.epoch}: ${remedy}.`
}

/**
 * A control store that was restored from a backup may name an owner of long ago. The databases know better.
 *
 * @throws CdcError SOURCE_CHANGED when a fence is at a later epoch than its control row.
 */
export async function checkNotRestored(
  context: WorkerContext,
  names: Iterable<string> = context.plan.slices.keys(),
): Promise<void> {
  for (const name of names) {
    const databases = databasesOf(context, sliceOf(context, name))
    for (const { coordinator, name: database } of Object.values(databases)) {
      // First the fence, then the control row: what is written is the control row, then the fence.
      const fence = await readFences(coordinator).then(
        (fences) => fences.get(name),
        () => undefined, // Not synced yet, or down.
      )
      const row = await context.readRow(name)
      if (!fence || !isAhead(fence, row)) continue
      throw new CdcError('SOURCE_CHANGED', ahead(row, fence, database), { slice: name, fence, row })
    }
  }
}

/**
 * Why a slice can be neither set up nor taken down by what its control row says: rows of the side that is not the
 * owner are deleted then, and its fence goes.
 */
export async function reasonsAgainstRow(context: WorkerContext, name: string): Promise<string[]> {
  const databases = databasesOf(context, sliceOf(context, name))
  const before = await context.readRow(name)
  const fences = new Map<Side, FenceRow | undefined>()
  for (const side of ['legacy', 'extracted'] as const) {
    if (!(await isProvisioned(databases[side]))) continue
    fences.set(side, (await readFences(databases[side].coordinator)).get(name))
  }
  const row = await context.readRow(name)
  const isAtRest = row.phase === 'idle' && row.epoch === before.epoch
  return [...fences].flatMap(([side, fence]) => {
    if (!fence) return []
    if (isAhead(fence, row)) return [ahead(row, fence, databases[side].name)]
    if (!isAtRest || fence.fenced !== (side === row.owner)) return []
    const is = fence.fenced ? 'up' : 'open'
    return [
      `The control store says that slice "${name}" is on the ${row.owner} side, but its fence in the database of ${databases[side].name} is ${is}: ${remedy}.`,
    ]
  })
}
