import { observedScope, readObservation, reasonsAgainstWriters } from '@strangler/core'
import type { SliceRuntime } from '../slice/runtime.ts'

/** What is known of who writes a slice's tables in the monolith's database, and what speaks against a switch. */
export interface WritersKnown {
  readonly state: string
  readonly against: readonly string[]
}

export async function lookAtWriters({ slice, databases }: SliceRuntime): Promise<WritersKnown> {
  const { coordinator, roles } = databases.legacy
  const observation = await readObservation(coordinator, observedScope(slice, roles.applier))
  return { state: observation.state, against: reasonsAgainstWriters(slice, observation) }
}
