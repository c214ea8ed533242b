import { ProxyError } from '../errors.ts'
import type { Stage } from '../exchange.ts'
import type { Routes } from '../routes.ts'

export interface CatchUpOptions {
  readonly routes: Routes
  /** A request waits so long for a stream to bring what its principal wrote. */
  readonly catchUpMs: number
}

/** Nobody meets a database that lacks what they wrote elsewhere. */
export function createCatchUp({ routes, catchUpMs }: CatchUpOptions): Stage {
  return async (exchange) => {
    const { visit, route, side } = exchange
    const database = routes.databaseOf(route?.slice, side)
    if (exchange.caughtUp === database) return
    exchange.caughtUp = database
    if (await visit.holdsWrites(database, catchUpMs)) return
    const message =
      'What you wrote a moment ago has not arrived everywhere yet. Try again in a moment.'
    throw new ProxyError('NOT_CAUGHT_UP', message, { database, waitedMs: catchUpMs })
  }
}
