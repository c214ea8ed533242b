import { observedScope, type Plan, readObservation } from '@strangler/core'
import type { Environment } from '../environment.ts'
import { onMonolith } from './open.ts'
import { judgeObservation, type SliceWriters } from './show.ts'

/** What is known of the writers of all slices; a plan is shown without its databases too. */
export async function observeWriters(
  plan: Plan,
  environment: Environment,
): Promise<readonly SliceWriters[] | { readonly unknown: string }> {
  try {
    return await onMonolith(plan, environment, (coordinator, applier) =>
      Promise.all(
        [...plan.slices.values(), ...plan.planned.values()].map(async (slice) =>
          judgeObservation(
            slice,
            await readObservation(coordinator, observedScope(slice, applier)),
          ),
        ),
      ),
    )
  } catch (error) {
    return { unknown: `Who writes is not known: ${(error as Error).message}` }
  }
}
