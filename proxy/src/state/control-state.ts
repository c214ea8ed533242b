import {
  acknowledgeHold,
  announcement,
  channel,
  type Fences,
  mayAcknowledge,
  proxyLeaseMs,
  type ProxyEntry,
  type ProxyReport,
  readProxies,
  readSlices,
  readStreams,
  removeProxy,
  renewProxy,
  routeByFences,
  routeWrite,
  type Side,
  type SliceRow,
  tell,
  type View,
  type WriteRoute,
} from '@strangler/core'
import type pg from 'pg'
import type { Logger } from 'pino'

/** A slice as this proxy knows it. */
export interface KnownSlice {
  readonly view: View
  /** The epoch at which it was last seen open: of requests that were admitted before a hold. */
  readonly openEpoch: number
  /** Streams run, or are to run, between its sides. */
  readonly synced: boolean
  /** Whether reads may answer from the side that the slice's flag says. */
  readonly readsByFlag: boolean
  /** How far the side that is not the owner is behind, in milliseconds; undefined if nobody knows. */
  readonly lagMs: number | undefined
}

export interface ControlStateOptions {
  readonly id: string
  /** Of the admin interface, for the control store. */
  readonly address: string
  readonly control: pg.Pool
  readonly log: Logger
  readonly now: () => number
  report(): ProxyReport
  writesInFlight(slice: string): number
  /** Reads are shared so long after that is known: until then other proxies may not know. */
  readonly shareAfterMs?: number
  /** Called when the slices' owners were read. */
  onRead?: (() => void) | undefined
  /** Called before reads of a slice may first answer from the side that is not the owner. */
  onShared(slice: string, owner: Side): void
  /** Called with each report that went through, and with the proxies as they were read after it. */
  onReported?: ((report: ProxyReport, proxies: readonly ProxyEntry[]) => void) | undefined
  /** Reads a slice's fences now, in both databases. */
  readFences(slice: string): Promise<Fences>
}

const renewMs = 1000

/** What is said of a lag longer ago than this is no longer believed. */
const staleReportMs = 5000

const unknown: KnownSlice = {
  view: { epoch: 0, open: true, owner: 'legacy' },
  openEpoch: 0,
  synced: false,
  readsByFlag: false,
  lagMs: undefined,
}

/** What this proxy knows of the slices' owners, kept up to date; and its lease on that knowledge. */
export class ControlState {
  readonly #options: ControlStateOptions
  readonly #slices = new Map<string, KnownSlice>()
  readonly #acknowledged = new Map<string, number>()
  /** When a slice's reads were first known to be shared, and last. */
  readonly #sharing = new Map<string, { since: number; last: number }>()
  readonly #stopping = new AbortController()
  #leaseUntil = -Infinity
  readonly #waiting = new Set<() => void>()
  #listener: pg.Client | pg.PoolClient | undefined
  #current: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: ControlStateOptions) {
    this.#options = options
  }

  /** The state was read at least once. */
  get isKnown(): boolean {
    return this.#slices.size > 0
  }

  get leaseMs(): number {
    return this.#leaseUntil - this.#options.now()
  }

  slice(name: string): KnownSlice {
    return this.#slices.get(name) ?? unknown
  }

  /** Registers, reads, and keeps both up. Resolves after the first try, whether it succeeded or not. */
  async start(): Promise<void> {
    await this.refresh()
    this.#timer = setInterval(() => void this.refresh(), renewMs)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    clearInterval(this.#timer)
    this.#release()
    await removeProxy(this.#options.control, this.#options.id).catch(() => {})
  }

  /**
   * Renews the lease and reads the state, in this order and by two statements; the lease counts from before it
   * was asked for, and only once the state is taken in.
   */
  async refresh(): Promise<void> {
    const { control, id, address, now, report, log, onReported } = this.#options
    const asked = now()
    try {
      await this.#listen()
      const reported = report()
      await renewProxy(control, { id, address, report: reported })
      await this.#read()
      onReported?.(reported, await readProxies(control))
      if (this.leaseMs <= 0) log.info('holding a lease')
      this.#leaseUntil = asked + proxyLeaseMs
    } catch (error) {
      this.#unlisten()
      if (this.#stopping.signal.aborted) return
      log.warn(
        { err: error, leaseMs: Math.round(this.leaseMs) },
        'the control store did not answer',
      )
    }
  }

  /**
   * Whether what the owner of a slice shows has to be noted, for another proxy may answer from the other side.
   * Without a lease nobody knows; and what ended a moment ago the others may not have heard of.
   */
  watchesReads(slice: string): boolean {
    const { synced, readsByFlag } = this.slice(slice)
    const { shareAfterMs = 0, now } = this.#options
    if (readsByFlag || shareAfterMs === 0) return readsByFlag
    const last = this.#sharing.get(slice)?.last ?? -Infinity
    return synced && (this.leaseMs <= 0 || now() <= last + shareAfterMs)
  }

  /** Where a write goes, as far as this proxy may rely on what it was told. */
  routeWrite(slice: string): WriteRoute {
    return routeWrite(this.slice(slice).view, this.leaseMs > 0)
  }

  /** Asks the databases where a write goes. The answer is only good without a lease, and only at once. */
  async askFences(slice: string): Promise<() => Exclude<WriteRoute, 'ask the fences'>> {
    const fences = await this.#options.readFences(slice)
    return () => {
      const { view } = this.slice(slice)
      // There is no fence, or no more: it went with the streams, while the monolith owned the slice, and without
      // one nobody can have switched it since.
      const never = fences.legacy?.epoch === 0 && !fences.legacy.fenced
      if (never && view.open && view.owner === 'legacy') return { forward: 'legacy' }
      return routeByFences(view, fences)
    }
  }

  /** The side that answers a slice's reads when nothing else is wanted. */
  async owner(slice: string): Promise<Side> {
    const { view } = this.slice(slice)
    if (this.isKnown) return view.owner
    const route = routeByFences(view, await this.#options.readFences(slice))
    return route === 'hold' ? view.owner : route.forward
  }

  /** Resolves when something changed, or after a while. */
  changed(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        this.#waiting.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, withinMs)
      this.#waiting.add(wake)
    })
  }

  /** Acknowledges holds of slices that have no write under way any more. */
  acknowledge(): void {
    const { control, id, writesInFlight, log } = this.#options
    for (const [slice, { view }] of this.#slices) {
      if (view.open || this.#acknowledged.get(slice) === view.epoch) continue
      if (!mayAcknowledge(writesInFlight(slice))) continue
      const { epoch } = view
      this.#acknowledged.set(slice, epoch)
      acknowledgeHold(control, { id, slice, epoch }).catch((error: unknown) => {
        log.warn({ err: error, slice, epoch }, 'a hold could not be acknowledged')
        this.#acknowledged.delete(slice)
      })
    }
  }

  /** A read that begins after the call. Reads do not overlap; callers that wait share the next one. */
  #read(): Promise<void> {
    this.#next ??= this.#current
      .catch(() => {})
      .then(() => {
        this.#next = undefined
        this.#current = this.#readOnce()
        return this.#current
      })
    return this.#next
  }

  async #readOnce(): Promise<void> {
    const { control } = this.#options
    const rows = await readSlices(control)
    const lags = await this.#readLags()
    for (const row of rows) {
      const before = this.#slices.get(row.name)
      const view = tell(before?.view, announcement(row))
      const openEpoch = view.open ? view.epoch : (before?.openEpoch ?? 0)
      const lagMs = lags.get(lagKey(row))
      const readsByFlag = this.#mayShare(row)
      if (readsByFlag && !before?.readsByFlag) this.#options.onShared(row.name, view.owner)
      this.#slices.set(row.name, {
        view,
        openEpoch,
        // For streams that a person has stopped nobody is to wait.
        synced: row.sync !== 'none' && row.sync !== 'stopped',
        readsByFlag,
        lagMs,
      })
    }
    this.acknowledge()
    this.#options.onRead?.()
    for (const wake of this.#waiting) wake()
  }

  #mayShare(row: SliceRow): boolean {
    if (!isShared(row)) {
      const sharing = this.#sharing.get(row.name)
      if (sharing) sharing.since = Infinity
      return false
    }
    const now = this.#options.now()
    const since = Math.min(this.#sharing.get(row.name)?.since ?? Infinity, now)
    this.#sharing.set(row.name, { since, last: now })
    return now >= since + (this.#options.shareAfterMs ?? 0)
  }

  async #readLags(): Promise<Map<string, number>> {
    const streams = await readStreams(this.#options.control)
    const fresh = streams.filter(
      ({ state, lagMs, reportedMsAgo }) =>
        state === 'streaming' && lagMs !== null && reportedMsAgo < staleReportMs,
    )
    return new Map(fresh.map(({ slice, direction, lagMs }) => [`${slice} ${direction}`, lagMs!]))
  }

  async #listen(): Promise<void> {
    if (this.#listener) return
    const client = await this.#options.control.connect()
    // Connecting may take longer than the time between two renewals, or than this proxy runs.
    if (this.#listener || this.#stopping.signal.aborted) return client.release()
    this.#listener = client
    client.on('error', () => this.#unlisten())
    client.on('notification', ({ payload }) => {
      if (payload !== 'slices') return
      this.#read().catch(() => {}) // The next renewal tells.
    })
    await client.query(`listen ${channel}`)
  }

  #unlisten(): void {
    const client = this.#listener
    this.#listener = undefined
    if (client && 'release' in client) client.release(true)
  }

  #release(): void {
    this.#unlisten()
    this.#leaseUntil = -Infinity
  }
}

/** Shares of reads apply once the copy was verified, and to slices that are not about to move. */
function isShared({ reads, sync, certificate }: SliceRow): boolean {
  return reads === 'flag' && sync === 'streaming' && certificate?.clean === true
}

function lagKey({ name, owner }: SliceRow): string {
  return `${name} ${owner === 'legacy' ? 'forward' : 'reverse'}`
}
