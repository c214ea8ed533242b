import { displayName, fencedTables, fenceScope, type Side, triggerStates } from '@strangler/core'
import type { SliceRuntime } from '../slice/runtime.ts'
import type { WorkerContext } from './context.ts'

/** What somebody did to the fences of a slice that no switch is under way for, such as DISABLE TRIGGER USER. */
export async function aboutFences(
  { slice, databases }: SliceRuntime,
  owner: Side,
): Promise<string[]> {
  const reasons: string[] = []
  for (const side of ['legacy', 'extracted'] as const) {
    const { coordinator, roles, name } = databases[side]
    const tables = await fencedTables(coordinator, fenceScope(slice, side, roles.applier))
    const wanted = side === owner ? 'open' : 'up'
    const harm = side === owner ? 'may refuse writes' : 'may let others write'
    for (const [table, state] of await triggerStates(coordinator, tables)) {
      if (state === wanted) continue
      const is = state === 'other' ? 'was altered' : `is ${state}`
      const what = state === 'missing' && side === owner ? 'cannot be put up' : harm
      reasons.push(
        `${name}: the fence of ${displayName(table)} ${is}, not ${wanted}, and ${what}: run "strangler sync start ${slice.name}"`,
      )
    }
  }
  return reasons
}

/** The same while nobody switches: then fences are on their way. */
export async function lookAtFences(
  { readRow }: Pick<WorkerContext, 'readRow'>,
  runtime: SliceRuntime,
): Promise<string[]> {
  const { name } = runtime.slice
  const before = await readRow(name)
  const found = await aboutFences(runtime, before.owner)
  const after = await readRow(name)
  const wasStill = after.phase === 'idle' && after.epoch === before.epoch
  return wasStill ? found : []
}
