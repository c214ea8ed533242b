import type { Plan } from '@strangler/core'
import type { Stage } from '../exchange.ts'
import type { Metrics } from '../metrics.ts'
import type { Arrivals } from '../positions/arrivals.ts'
import type { Routes } from '../routes.ts'
import type { ControlState } from '../state/control-state.ts'
import { chooseSide } from './choose-side.ts'
import type { Flags } from './flags.ts'

export interface ChooseOptions {
  readonly plan: Plan
  readonly routes: Routes
  readonly state: ControlState
  readonly flags: Flags
  readonly arrivals: Arrivals
  readonly metrics: Metrics
}

/** Chooses a read's side; a write's is its owner's, and that may still change. */
export function createChoose(options: ChooseOptions): Stage {
  const { plan, routes, state, flags, arrivals, metrics } = options
  return async (exchange) => {
    const { route, visit, writes } = exchange
    if (!route) return
    const { slice } = route
    const { readsByFlag, lagMs } = state.slice(slice)
    const owner = await state.owner(slice)
    exchange.side = owner
    exchange.owner = owner
    if (writes.length > 0 || !state.watchesReads(slice)) return
    const wanted = readsByFlag ? flags.wanted(slice, exchange) : undefined
    const from = routes.databaseOf(slice, owner)
    if (wanted !== undefined && wanted !== owner) {
      const into = routes.databaseOf(slice, wanted)
      let isFresh = visit.isFresh(from, into)
      if (!isFresh) {
        await arrivals.look(into)
        isFresh = visit.isFresh(from, into)
      }
      const { lagMs: lagLimitMs } = plan.slices.get(slice)!.gates
      const choice = chooseSide({ owner, byFlag: true, wanted, lagMs, lagLimitMs, isFresh })
      exchange.side = choice.side
      if (choice.because) metrics.steered(slice, choice.because)
    }
    // The next read may go to the other side, which must not be older than this answer.
    exchange.isWatched = exchange.side === owner
  }
}
