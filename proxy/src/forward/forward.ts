import type { Stage } from '../exchange.ts'
import { admissionHeader, type Admissions } from '../hold/admission.ts'
import type { Positions } from '../positions/positions.ts'
import type { Routes } from '../routes.ts'
import type { ControlState } from '../state/control-state.ts'
import type { Upstreams } from './upstreams.ts'

export interface ForwardOptions {
  readonly routes: Routes
  readonly state: ControlState
  readonly positions: Positions
  readonly upstreams: Upstreams
  /** Undefined until the control store has told the key. */
  readonly admissions: () => Admissions | undefined
}

/** Sends a request to the server of its side, and the answer back. */
export function createForward(options: ForwardOptions): Stage {
  const { routes, state, positions, upstreams, admissions } = options
  return async (exchange) => {
    const { req, res, principal, route, side, effect } = exchange
    const database = routes.databaseOf(route?.slice, side)
    const isWrite = effect === 'writes'
    const write = isWrite ? positions.writeBegins(principal.id, database) : undefined
    let answered = false
    const onAnswer = () => {
      answered = true
      write?.acknowledged()
    }
    const issued =
      isWrite && route
        ? admissions()?.issue(route.slice, state.slice(route.slice).openEpoch)
        : undefined
    const headers = issued === undefined ? [] : [admissionHeader, issued]
    try {
      await upstreams.of(database).forward(req, res, { headers, outlivesClient: isWrite, onAnswer })
    } finally {
      if (!answered) write?.lost()
    }
  }
}
