import type { FenceScope } from '../fence/triggers.ts'
import type { PlannedSlice, Slice } from '../plan/plan.ts'
import { fenceScope } from '../switch/move.ts'

/** Where a slice's writers are observed: what a fence would stand before, of a slice that is only planned all of it. */
export function observedScope(slice: Slice | PlannedSlice, applier: string): FenceScope {
  if ('gates' in slice) return fenceScope(slice, 'legacy', applier)
  const { name, service, tables } = slice
  return { slice: name, tables, applier, owner: `service "${service}"` }
}
