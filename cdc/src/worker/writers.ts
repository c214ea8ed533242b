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

/** Looks again every so often, in the background: a database that does not answer keeps no report waiting. */
export function createWritersWatch(everyMs: number, now: () => number) {
  const known = new Map<string, WritersKnown>()
  const asked = new Map<string, number>()
  return (runtime: SliceRuntime): WritersKnown | undefined => {
    const { name } = runtime.slice
    if (now() - (asked.get(name) ?? -Infinity) >= everyMs) {
      asked.set(name, now())
      void lookAtWriters(runtime).then(
        (found) => known.set(name, found),
        () => known.delete(name),
      )
    }
    return known.get(name)
  }
}
