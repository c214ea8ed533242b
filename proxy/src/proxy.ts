import {
  createControlPool,
  fingerprint,
  type Plan,
  proxyLeaseMs,
  readAdmissionKey,
} from '@strangler/core'
import type { Logger } from 'pino'
import { createAdmin } from './admin/admin.ts'
import { createAnswerFailure } from './answer.ts'
import type { Config } from './config.ts'
import { createSockets } from './forward/sockets.ts'
import { createUpstreams } from './forward/upstreams.ts'
import { createFront } from './front.ts'
import { type Admissions, createAdmissions } from './hold/admission.ts'
import { createHold } from './hold/hold.ts'
import { createInFlight } from './hold/in-flight.ts'
import { createIdentify } from './identify/identify.ts'
import { closeServer, listening } from './listening.ts'
import { createMetrics } from './metrics.ts'
import { createPipeline } from './pipeline.ts'
import { createApplied } from './positions/applied.ts'
import { Arrivals } from './positions/arrivals.ts'
import { createMarks } from './positions/marks.ts'
import { openPositions, type OpenedPositions } from './positions/open.ts'
import { createStreamsBetween } from './positions/streams-between.ts'
import { createRoutes } from './routes.ts'
import { openFlags } from './side/flags.ts'
import { ControlState } from './state/control-state.ts'
import { createFenceReader } from './state/fences.ts'
import { openReaders } from './state/readers.ts'
import { createSliceReports } from './state/slice-reports.ts'
import { createTroubles } from './state/troubles.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface RunningProxy extends AsyncDisposable {
  /** Of the port for clients. */
  readonly url: string
  readonly adminUrl: string
}

const sweepMs = 250

/** Starts a proxy for a plan: both ports listen when it resolves. */
export async function startProxy(
  plan: Plan,
  config: Config,
  environment: Environment,
  log: Logger,
): Promise<RunningProxy> {
  await using opened = new AsyncDisposableStack()
  const now = () => performance.now()

  const control = createControlPool(config.CONTROL_URL, `strangler proxy ${config.PROXY_ID}`)
  opened.defer(() => control.end())
  const readers = openReaders(plan, environment, config.PROXY_ID)
  for (const reader of readers.values()) opened.defer(() => reader.end())

  const marks = new Map(
    [...readers].map(([name, reader]) => [name, createMarks(reader, { pauseMs: 10 })]),
  )
  const services = new Map([...readers].filter(([name]) => name !== 'legacy'))
  const readFences = createFenceReader(plan, { legacy: readers.get('legacy')!, services })
  const inFlight = createInFlight(() => state.acknowledge())
  const flags = openFlags(config, log)
  opened.defer(() => flags.close())

  const admin = { address: '' }
  const slices = [...plan.slices.keys()]
  const routes = createRoutes(plan)
  const fingerprints = Object.fromEntries(
    [...plan.slices].map(([name, slice]) => [name, fingerprint(slice)]),
  )
  const state: ControlState = new ControlState({
    id: config.PROXY_ID,
    get address() {
      return admin.address
    },
    control,
    log,
    now,
    report: () => ({
      shares: Object.fromEntries(slices.map((slice) => [slice, flags.share(slice)])),
      writesInFlight: inFlight.all(),
      held: hold.held(),
      troubles: troubles.current(),
      routes: fingerprints,
      ...(pins.sharing && { unsharedPins: pins.sharing.isUnshared }),
    }),
    shareAfterMs: config.REDIS_URL === undefined ? 0 : proxyLeaseMs,
    writesInFlight: inFlight.count,
    onShared: (slice, owner) => pins.positions.raiseFloor(routes.databaseOf(slice, owner)),
    onReported: (report, proxies) => pins.sharing?.reported(report.unsharedPins === true, proxies),
    onRead: () => sockets.follow(),
    readFences,
  })

  const sockets = createSockets((slice) =>
    state.isKnown ? state.slice(slice).view.owner : undefined,
  )
  let admissions: Admissions | undefined
  const learnKey = async () => {
    admissions ??= createAdmissions(await readAdmissionKey(control), () => Date.now())
  }
  const hold = createHold({
    state,
    inFlight,
    admissions: () => admissions,
    now,
    holdMs: config.HOLD_MS,
    maxHeld: config.MAX_HELD,
    onHeld: (slice, ms) => metrics.held(slice, ms),
  })
  const streamsBetween = createStreamsBetween(plan, state)
  const arrivals = new Arrivals({ marks, applied: createApplied(readers), streamsBetween })
  const pins: OpenedPositions = openPositions({ plan, config, state, arrivals, log, now })
  opened.use(pins)
  const { positions } = pins
  const reports = createSliceReports({ slices, state, flags, inFlight, hold })
  const metrics = createMetrics({
    leaseMs: () => state.leaseMs,
    pins: () => positions.count,
    pinStore: pins.report,
    slices: reports,
  })

  const upstreams = opened.use(createUpstreams(plan, environment))
  const troubles = createTroubles(plan, readers, environment)
  opened.defer(() => troubles.stop())
  const front = createFront({
    log,
    handle: createPipeline({
      plan,
      routes,
      state,
      flags,
      arrivals,
      positions,
      hold,
      admissions: () => admissions,
      metrics,
      upstreams,
      sockets,
      now,
      catchUpMs: config.CATCH_UP_MS,
      identify: createIdentify(plan, environment, now),
    }),
    answerFailure: createAnswerFailure(plan),
  })

  const adminApp = createAdmin({
    token: config.ADMIN_TOKEN,
    metrics,
    notReady: () =>
      state.isKnown ? [] : ['the control store was never read; writes go by the fences'],
    notes() {
      const { isUp, trouble } = pins.report()
      const unshared = isUp ? [] : [`pins are not shared (${trouble}); owners answer reads`]
      return [...unshared, ...troubles.current().map(({ what }) => `this proxy ${what}`)]
    },
    state: () => ({
      proxy: config.PROXY_ID,
      leaseMs: Math.round(state.leaseMs),
      pinned: positions.count,
      pins: pins.report(),
      slices: reports(),
    }),
    refresh: () => state.refresh(),
  })
  const adminServer = adminApp.listen(config.ADMIN_PORT, config.ADMIN_HOST)
  opened.defer(() => closeServer(adminServer))
  const adminUrl = await listening(adminServer)
  admin.address = adminUrl

  troubles.start()
  await pins.reach()
  pins.begin()
  await state.start()
  if (!(await arrivals.everythingIsEverywhere(config.CATCH_UP_MS))) {
    log.warn('the streams are behind: whoever wrote a moment ago may not see it everywhere yet')
  }
  await learnKey().catch(() => {})
  opened.defer(() => state.stop())
  const sweeper = setInterval(() => {
    void learnKey().catch(() => {})
    void positions.sweep()
  }, sweepMs)
  opened.defer(() => clearInterval(sweeper))
  for (const mark of marks.values()) opened.defer(() => mark.close())

  opened.defer(() => pins.end())
  front.server.listen(config.PORT, config.HOST)
  const url = await listening(front.server)
  opened.defer(() => closeServer(front.server, front.upgraded))
  const closing = opened.move()
  return { url, adminUrl, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}
