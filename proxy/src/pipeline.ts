import type { IncomingMessage, ServerResponse } from 'node:http'
import { effectOf } from '@strangler/core'
import type { Exchange, Principal, Stage } from './exchange.ts'
import { ProxyError } from './errors.ts'
import { createForward, type ForwardOptions } from './forward/forward.ts'
import type { Hold } from './hold/hold.ts'
import { pathOf } from './path.ts'
import { type CatchUpOptions, createCatchUp } from './positions/catch-up.ts'
import type { Positions } from './positions/positions.ts'
import type { Visit } from './positions/visit.ts'
import { type ChooseOptions, createChoose } from './side/choose.ts'

export interface PipelineOptions extends ChooseOptions, CatchUpOptions, ForwardOptions {
  readonly positions: Positions
  readonly hold: Hold
  readonly now: () => number
  identify(req: IncomingMessage): Promise<Principal>
}

const nobody: Principal = { id: '', claims: {} }

/** Of a request that has not arrived. */
const unknown = undefined as unknown as Visit

/** The way of a request, in the order in which it goes it. */
export function createPipeline(options: PipelineOptions) {
  const { routes, state, positions, hold, metrics, now } = options

  const identify: Stage = async (exchange) => {
    exchange.principal = await options.identify(exchange.req)
  }

  const matchRoute: Stage = (exchange) => {
    const method = exchange.req.method!
    exchange.route = routes.find(method, exchange.path)
    exchange.effect = exchange.route?.effect ?? effectOf(method)
    exchange.writes = exchange.route?.writes ?? []
  }

  const arrive: Stage = async (exchange) => {
    const { principal, route, effect } = exchange
    const owner = route ? state.slice(route.slice).view.owner : 'legacy'
    const writesTo = effect === 'writes' ? routes.databaseOf(route?.slice, owner) : undefined
    const visit = await positions.visit(principal.id, writesTo)
    exchange.visit = visit
    exchange.onEnd.push(() => visit.end())
  }

  const catchUp = createCatchUp(options)
  const stages: readonly Stage[] = [
    identify,
    matchRoute,
    arrive,
    createChoose(options),
    catchUp,
    hold.stage,
    catchUp, // A hold may end with another owner, so that there may be something else to wait for.
    createForward(options),
  ]

  /** @param head of a request for a WebSocket, what its client has sent behind it already. */
  return async function handle(
    req: IncomingMessage,
    res: ServerResponse,
    head?: Buffer,
  ): Promise<void> {
    const exchange: Exchange = {
      req,
      res,
      head,
      path: pathOf(req.url!),
      startedAt: now(),
      principal: nobody,
      route: undefined,
      effect: 'reads',
      writes: [],
      side: 'legacy',
      owner: 'legacy',
      visit: unknown,
      isWatched: false,
      caughtUp: undefined,
      onEnd: [],
    }
    let failure: number | undefined
    try {
      for (const stage of stages) {
        const pending = stage(exchange)
        if (pending) await pending
      }
    } catch (error) {
      const { code, status } =
        error instanceof ProxyError ? error : { code: 'UNEXPECTED', status: 500 }
      failure = res.destroyed ? undefined : status
      metrics.refused(exchange.route?.slice ?? '', code)
      throw error
    } finally {
      for (const end of exchange.onEnd) end()
      metrics.ended(exchange, now() - exchange.startedAt, failure)
    }
  }
}
