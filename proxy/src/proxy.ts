import {
  createControlPool,
  createRouteTable,
  type Plan,
  readAdmissionKey,
  resolve,
} from '@strangler/core'
import pg from 'pg'
import type { Logger } from 'pino'
import { createAdmin } from './admin/admin.ts'
import { createAnswerFailure } from './answer.ts'
import type { Config } from './config.ts'
import { createUpstream } from './forward/upstream.ts'
import { createFront } from './front.ts'
import { type Admissions, createAdmissions } from './hold/admission.ts'
import { createHold } from './hold/hold.ts'
import { createInFlight } from './hold/in-flight.ts'
import { createIdentify } from './identify/identify.ts'
import { closeServer, listening } from './listening.ts'
import { createMetrics } from './metrics.ts'
import { pathOf } from './path.ts'
import { createPipeline, createStreamsBetween } from './pipeline.ts'
import { createApplied } from './positions/applied.ts'
import { createMarks } from './positions/marks.ts'
import { Positions } from './positions/positions.ts'
import { createFlags, noFlags } from './side/flags.ts'
import { ControlState } from './state/control-state.ts'
import { createFenceReader } from './state/fences.ts'

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
  const flags =
    config.UNLEASH_URL !== undefined && config.UNLEASH_CLIENT_TOKEN !== undefined
      ? createFlags({
          url: config.UNLEASH_URL,
          token: config.UNLEASH_CLIENT_TOKEN,
          backupPath: config.FLAG_BACKUP_DIR,
          instance: config.PROXY_ID,
          log,
        })
      : noFlags
  opened.defer(() => flags.close())

  const admin = { address: '' }
  const slices = [...plan.slices.keys()]
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
    }),
    writesInFlight: inFlight.count,
    onShared: (slice, owner) =>
      positions.raiseFloor(owner === 'legacy' ? 'legacy' : plan.slices.get(slice)!.service),
    readFences,
  })

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
  const positions: Positions = new Positions({
    marks,
    applied: createApplied(readers),
    streamsBetween: createStreamsBetween(plan, state),
    lostAnswerMs: plan.legacy.requestTimeoutMs,
  })
  const metrics = createMetrics({
    leaseMs: () => state.leaseMs,
    pins: () => positions.count,
    slices: () =>
      slices.map((slice) => {
        const { view, lagMs } = state.slice(slice)
        const { epoch, owner } = view
        return {
          slice,
          epoch,
          owner,
          inFlight: inFlight.count(slice),
          held: hold.held()[slice] ?? 0,
          lagMs,
        }
      }),
  })

  const upstreams = {
    legacy: createUpstream(
      'legacy',
      resolve(plan.legacy.url, 'the address of the monolith', environment),
      plan.legacy.requestTimeoutMs,
    ),
    services: new Map(
      [...plan.services].map(([name, { url }]) => [
        name,
        createUpstream(
          name,
          resolve(url, `the address of the service "${name}"`, environment),
          plan.legacy.requestTimeoutMs,
        ),
      ]),
    ),
  }
  opened.defer(() => upstreams.legacy.close())
  for (const upstream of upstreams.services.values()) opened.defer(() => upstream.close())

  const findRoute = createRouteTable(
    [...plan.slices.values()].flatMap((slice) =>
      slice.routes.map((route) => ({ ...route, slice })),
    ),
    plan.legacy.paths,
  )
  const front = createFront({
    log,
    handle: createPipeline({
      plan,
      state,
      flags,
      positions,
      hold,
      admissions: () => admissions,
      metrics,
      upstreams,
      now,
      catchUpMs: config.CATCH_UP_MS,
      identify: createIdentify(plan, environment, now),
    }),
    upgrade(req, socket, head) {
      const found = findRoute('GET', pathOf(req.url!))
      const extracted = found && state.slice(found.slice.name).view.owner === 'extracted'
      const upstream = extracted ? upstreams.services.get(found.slice.service)! : upstreams.legacy
      upstream.upgrade(req, socket, head)
    },
    answerFailure: createAnswerFailure(plan),
  })

  const adminApp = createAdmin({
    token: config.ADMIN_TOKEN,
    metrics,
    notReady: () =>
      state.isKnown ? [] : ['the control store was never read; writes go by the fences'],
    state: () => ({
      proxy: config.PROXY_ID,
      leaseMs: Math.round(state.leaseMs),
      pinned: positions.count,
      slices: Object.fromEntries(
        slices.map((slice) => [
          slice,
          {
            ...state.slice(slice),
            share: flags.share(slice),
            inFlight: inFlight.count(slice),
            held: hold.held()[slice] ?? 0,
          },
        ]),
      ),
    }),
    refresh: () => state.refresh(),
  })
  const adminServer = adminApp.listen(config.ADMIN_PORT, config.ADMIN_HOST)
  opened.defer(() => closeServer(adminServer))
  const adminUrl = await listening(adminServer)
  admin.address = adminUrl

  await state.start()
  if (!(await positions.everybodyIsCaughtUp(config.CATCH_UP_MS))) {
    log.warn('the streams are behind: whoever wrote a moment ago may not see it everywhere yet')
  }
  await learnKey().catch(() => {})
  opened.defer(() => state.stop())
  const sweeper = setInterval(() => {
    void learnKey().catch(() => {})
    if (positions.count === 0) return
    const databases = [...readers.keys()]
    void Promise.all(databases.map((name) => positions.look(name))).then(() =>
      positions.sweep(databases),
    )
  }, sweepMs)
  opened.defer(() => clearInterval(sweeper))
  for (const mark of marks.values()) opened.defer(() => mark.close())

  front.server.listen(config.PORT, config.HOST)
  const url = await listening(front.server)
  opened.defer(() => closeServer(front.server, front.upgraded))
  const closing = opened.move()
  return { url, adminUrl, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}

function openReaders(plan: Plan, environment: Environment, id: string): Map<string, pg.Pool> {
  const databases = [
    ['legacy', plan.legacy.database] as const,
    ...[...plan.services].map(([name, { database }]) => [name, database] as const),
  ]
  return new Map(
    databases.map(([name, database]) => {
      const purpose = `the reader's connection to the database of ${name}`
      const pool = new pg.Pool({
        connectionString: resolve(database.reader, purpose, environment),
        application_name: `strangler proxy ${id}`,
        max: 4,
        connectionTimeoutMillis: 1000,
        query_timeout: 1000,
        keepAlive: true,
      })
      pool.on('error', () => {}) // An idle connection broke; the next query opens another.
      return [name, pool]
    }),
  )
}
