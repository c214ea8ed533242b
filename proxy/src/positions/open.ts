import { randomUUID } from 'node:crypto'
import { type Plan, proxyLeaseMs } from '@strangler/core'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { ControlState } from '../state/control-state.ts'
import type { Arrivals } from './arrivals.ts'
import { MemoryPins } from './memory-pins.ts'
import { Positions } from './positions.ts'
import { Link } from './redis/link.ts'
import { RedisPins } from './redis/redis-pins.ts'
import { Sharing } from './sharing.ts'

export interface OpenPositionsOptions {
  readonly plan: Plan
  readonly config: Config
  readonly state: ControlState
  readonly arrivals: Arrivals
  readonly log: Logger
  readonly now: () => number
}

/** What a proxy says of where its pins are. */
export interface PinStoreReport {
  readonly store: 'memory' | 'redis'
  readonly isUp: boolean
  /** Why not. */
  readonly trouble?: string | undefined
  /** It may have answered what other proxies' pins do not tell them of. */
  readonly isUnshared: boolean
}

export interface OpenedPositions extends AsyncDisposable {
  readonly positions: Positions
  /** Undefined where there is one proxy only. */
  readonly sharing: Sharing | undefined
  report(): PinStoreReport
  /** Reaches the store, as long as that does not take too long. */
  reach(): Promise<void>
  /** From now on requests come. */
  begin(): void
  /** No more requests come: what others do not know of goes with this proxy, so it waits until nobody needs it. */
  end(): Promise<void>
}

/** A start waits so long for Redis. */
const reachMs = 2500

/** Pins in Redis if there is one, else in memory. */
export function openPositions(options: OpenPositionsOptions): OpenedPositions {
  const { plan, config, state, arrivals, log, now } = options
  const instance = randomUUID().slice(0, 8)
  const takesWrites = (database: string) =>
    database === 'legacy' ||
    [...plan.slices.values()].some(({ name, service }) => {
      const { view } = state.slice(name)
      return service === database && (view.owner === 'extracted' || !view.open)
    })
  const own = new MemoryPins({ onForgotten: (database) => positions.raiseFloor(database) })
  const common = { arrivals, instance, takesWrites, lostAnswerMs: plan.legacy.requestTimeoutMs }
  let positions: Positions

  if (config.REDIS_URL === undefined) {
    positions = new Positions({ ...common, pins: own, waitUntilSafe: async () => {} })
    return {
      positions,
      sharing: undefined,
      report: () => ({ store: 'memory', isUp: true, isUnshared: false }),
      reach: async () => {},
      begin() {},
      end: async () => {},
      async [Symbol.asyncDispose]() {},
    }
  }

  let hasBegun = false
  // What was written before a start is waited for by the start.
  const anythingMayBeMissing = () => {
    for (const database of arrivals.databases) positions.raiseFloor(database, { written: hasBegun })
  }
  const sharing = new Sharing({
    id: config.PROXY_ID,
    now,
    leaseMs: () => state.leaseMs,
    report: () => void state.refresh(),
    onOthersShare: anythingMayBeMissing,
    everythingIsEverywhere: () => arrivals.everythingIsEverywhere(proxyLeaseMs),
  })
  const link = new Link({
    url: config.REDIS_URL,
    ca: config.REDIS_CA,
    prefix: config.REDIS_PREFIX,
    proxy: config.PROXY_ID,
    timeoutMs: config.REDIS_TIMEOUT_MS,
    log,
    now,
    onChange(isUp) {
      if (hasBegun) sharing.storeIs(isUp)
    },
    onLost: anythingMayBeMissing,
  })
  const pins = new RedisPins({ link, instance, own, othersShare: () => sharing.othersShare })
  const safeWithinMs = proxyLeaseMs + config.CATCH_UP_MS
  positions = new Positions({
    ...common,
    pins,
    async waitUntilSafe(database, marked) {
      let mark = Infinity
      void marked.then((made) => (mark = made))
      const missing = () => arrivals.missing(database, mark)
      const isSafe = () => sharing.everybodyKnows || missing().length === 0
      if (await arrivals.until(isSafe, missing, safeWithinMs)) return
      log.warn(
        { database, waitedMs: safeWithinMs },
        'an answer was given that other proxies do not know of: Redis, the control store and a stream fail at once',
      )
    },
  })
  return {
    positions,
    sharing,
    report: () => ({
      store: 'redis',
      isUp: link.isUp,
      trouble: link.trouble,
      isUnshared: sharing.isUnshared,
    }),
    reach: () => link.opened(reachMs),
    begin() {
      hasBegun = true
      if (!link.isUp) sharing.storeIs(false)
    },
    async end() {
      if (sharing.isUnshared) await arrivals.everythingIsEverywhere(safeWithinMs)
    },
    async [Symbol.asyncDispose]() {
      pins.close()
      link.close()
    },
  }
}
