import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRouteTable, effectOf, type Plan, type Side, streamInto } from '@strangler/core'
import type { Exchange, Principal, SliceRoute, Stage } from './exchange.ts'
import { ProxyError } from './errors.ts'
import type { Upstream } from './forward/upstream.ts'
import { admissionHeader, type Admissions } from './hold/admission.ts'
import type { createHold } from './hold/hold.ts'
import type { Metrics } from './metrics.ts'
import { pathOf } from './path.ts'
import type { Positions } from './positions/positions.ts'
import { chooseSide } from './side/choose-side.ts'
import type { Flags } from './side/flags.ts'
import type { ControlState } from './state/control-state.ts'

export interface PipelineOptions {
  readonly plan: Plan
  readonly state: ControlState
  readonly flags: Flags
  readonly positions: Positions
  readonly hold: ReturnType<typeof createHold>
  readonly admissions: () => Admissions | undefined
  readonly metrics: Metrics
  readonly upstreams: {
    readonly legacy: Upstream
    readonly services: ReadonlyMap<string, Upstream>
  }
  readonly now: () => number
  /** A request waits so long for a stream to bring what its principal wrote. */
  readonly catchUpMs: number
  identify(req: IncomingMessage): Promise<Principal>
}

const nobody: Principal = { id: '', claims: {} }

/** The way of a request, in the order in which it goes it. */
export function createPipeline(options: PipelineOptions) {
  const { plan, state, flags, positions, hold, admissions, metrics, upstreams, now } = options
  const routes = [...plan.slices.values()].flatMap(({ name, routes }) =>
    routes.map((route): SliceRoute => ({ ...route, slice: name })),
  )
  const findRoute = createRouteTable(routes, plan.legacy.paths)

  const databaseOf = (slice: string | undefined, side: Side): string =>
    side === 'legacy' || slice === undefined ? 'legacy' : plan.slices.get(slice)!.service

  const identify: Stage = async (exchange) => {
    exchange.principal = await options.identify(exchange.req)
  }

  const matchRoute: Stage = (exchange) => {
    const method = exchange.req.method!
    exchange.route = findRoute(method, exchange.path)
    exchange.effect = exchange.route?.effect ?? effectOf(method)
    exchange.writes = exchange.route?.writes ?? []
  }

  /** A read's side; a write's is its owner's, and that may still change. */
  const choose: Stage = async (exchange) => {
    const { route, principal, writes } = exchange
    if (!route) return
    const { slice } = route
    const { readsByFlag, lagMs } = state.slice(slice)
    const owner = await state.owner(slice)
    exchange.side = owner
    if (writes.length > 0 || !readsByFlag) return
    const wanted = flags.wanted(slice, exchange)
    const from = databaseOf(slice, owner)
    if (wanted !== undefined && wanted !== owner) {
      const into = databaseOf(slice, wanted)
      let isFresh = positions.isFresh(principal.id, from, into)
      if (!isFresh) {
        await positions.look(into)
        isFresh = positions.isFresh(principal.id, from, into)
      }
      const { lagMs: lagLimitMs } = plan.slices.get(slice)!.gates
      const choice = chooseSide({ owner, byFlag: true, wanted, lagMs, lagLimitMs, isFresh })
      exchange.side = choice.side
      if (choice.because) metrics.steered(slice, choice.because)
    }
    // The next read may go to the other side, which must not be older than this answer.
    if (exchange.side === owner) {
      exchange.onEnd.push(() => positions.readAnswered(principal.id, from))
    }
  }

  /** Nobody meets a database that lacks what they wrote elsewhere. */
  const catchUp: Stage = async (exchange) => {
    const { principal, route, side } = exchange
    const database = databaseOf(route?.slice, side)
    if (exchange.caughtUp === database) return
    exchange.caughtUp = database
    if (await positions.holdsWrites(principal.id, database, options.catchUpMs)) return
    const message =
      'What you wrote a moment ago has not arrived everywhere yet. Try again in a moment.'
    throw new ProxyError('NOT_CAUGHT_UP', message, { database, waitedMs: options.catchUpMs })
  }

  const forward: Stage = async (exchange) => {
    const { req, res, principal, route, side, effect } = exchange
    const database = databaseOf(route?.slice, side)
    const upstream = database === 'legacy' ? upstreams.legacy : upstreams.services.get(database)!
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
      await upstream.forward(req, res, { headers, outlivesClient: isWrite, onAnswer })
    } finally {
      if (!answered) write?.lost()
    }
  }

  // A hold may end with another owner, so that there may be something else to wait for after it.
  const stages: readonly Stage[] = [
    identify,
    matchRoute,
    choose,
    catchUp,
    hold.stage,
    catchUp,
    forward,
  ]

  return async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const exchange: Exchange = {
      req,
      res,
      path: pathOf(req.url!),
      startedAt: now(),
      principal: nobody,
      route: undefined,
      effect: 'reads',
      writes: [],
      side: 'legacy',
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

/** The streams between two databases, for a plan's slices that are synced. */
export function createStreamsBetween(plan: Plan, state: ControlState) {
  return (from: string, into: string): string[] => {
    const service = from === 'legacy' ? into : from
    const side: Side = into === 'legacy' ? 'legacy' : 'extracted'
    if (from !== 'legacy' && into !== 'legacy') return []
    return [...plan.slices.values()]
      .filter((slice) => slice.service === service && state.slice(slice.name).synced)
      .map(({ name }) => streamInto(name, side))
  }
}
