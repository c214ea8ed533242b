import type { Stage } from '../exchange.ts'
import { admissionHeader, type Admissions } from '../hold/admission.ts'
import type { Routes } from '../routes.ts'
import type { ControlState } from '../state/control-state.ts'
import type { Sockets } from './sockets.ts'
import type { Upstreams } from './upstreams.ts'

export interface ForwardOptions {
  readonly routes: Routes
  readonly state: ControlState
  readonly upstreams: Upstreams
  readonly sockets: Sockets
  /** Undefined until the control store has told the key. */
  readonly admissions: () => Admissions | undefined
}

/** Sends a request to the server of its side, and the answer back. */
export function createForward(options: ForwardOptions): Stage {
  const { routes, state, upstreams, sockets, admissions } = options
  return async (exchange) => {
    const { req, res, head, visit, route, side, owner, effect, isWatched } = exchange
    const database = routes.databaseOf(route?.slice, side)
    const isWrite = effect === 'writes'
    const trace = isWrite
      ? await visit.writeBegins(database)
      : isWatched
        ? visit.readBegins(database)
        : undefined
    const onAnswer = () => trace?.answered()
    const issued =
      isWrite && route
        ? admissions()?.issue(route.slice, state.slice(route.slice).openEpoch)
        : undefined
    const headers = issued === undefined ? [] : [admissionHeader, issued]
    const upstream = upstreams.of(database)
    try {
      if (head) {
        const isOpen = await upstream.upgrade(req, res, head, { headers, onAnswer })
        if (isOpen && route) sockets.add({ slice: route.slice, owner, socket: req.socket })
        return
      }
      await upstream.forward(req, res, { headers, outlivesClient: isWrite, onAnswer })
    } finally {
      trace?.ended()
    }
  }
}
