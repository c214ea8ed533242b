import { setTimeout as delay } from 'node:timers/promises'
import {
  addSlices,
  channel,
  coordinatorLeaseMs,
  type FlagAdmin,
  forgetProxies,
  holdLease,
  type Plan,
  readSlice,
  readSlices,
  releaseLease,
  type SliceRow,
} from '@strangler/core'
import type pg from 'pg'
import type { Logger } from 'pino'
import type { Databases } from '../databases.ts'
import type { Captures } from '../log/create.ts'
import { CdcError } from '../errors.ts'
import { OutboxKeeper } from '../outbox/keeper.ts'
import { CertificateKeeper } from './certificates.ts'
import type { WorkerContext } from './context.ts'
import { lookAtFences } from './fences.ts'
import { createFlagKeeper } from './flags.ts'
import { endPredecessor, recoverSwitch } from './recover.ts'
import { beat, reportStreams } from './report.ts'
import { RequestQueue } from './requests/queue.ts'
import { checkNotRestored } from './restored.ts'
import { resumeStreams, stopStreams } from './streams.ts'
import { lookAtShapes } from './shapes.ts'
import { createWatch } from './watch.ts'
import { lookAtWriters } from './writers.ts'

export interface WorkerOptions {
  readonly id: string
  readonly plan: Plan
  readonly control: pg.Pool
  readonly databases: Databases
  readonly captures: Captures
  readonly log: Logger
  readonly now: () => number
  /** Where the share of reads is set back once an owner has changed; undefined: no flags. */
  readonly flags?: FlagAdmin | undefined
}

const tickMs = 250
const renewMs = 750
const reportMs = 500
const lookMs = 5000
const letGoMs = 5000

/** Runs all streams of a plan and coordinates its switches, as long as it has the lease; else stands by. */
export class Worker {
  readonly #options: WorkerOptions
  readonly #context: WorkerContext
  readonly #requests: RequestQueue
  readonly #certificates: CertificateKeeper
  readonly #recovering = new Set<string>()
  readonly #flags: ReturnType<typeof createFlagKeeper>
  #resuming: Promise<void> | undefined
  /** Whose sessions are still to be ended. */
  #predecessor: string | undefined
  #coordinates = false
  #leaseUntil = -Infinity
  #lastRenewal = -Infinity
  #lastReport = -Infinity
  #listener: pg.PoolClient | undefined
  /** The control store was away: it may be an older one that came back. */
  #wasAway = false
  #wake = () => {}

  constructor(options: WorkerOptions) {
    this.#options = options
    const { id, plan, control, databases, captures, log } = options
    this.#flags = createFlagKeeper(options.flags, log)
    const rows = new Map<string, SliceRow>()
    this.#context = {
      id,
      plan,
      control,
      databases,
      logs: captures.logs,
      outboxes: new OutboxKeeper({
        plan,
        control,
        databases,
        outboxes: captures.outboxes,
        log,
        rows,
      }),
      log,
      running: new Map(),
      rows,
      switched: new Set(),
      writersOf: createWatch(lookMs, options.now, lookAtWriters),
      fencesOf: createWatch(lookMs, options.now, (runtime) => lookAtFences(this.#context, runtime)),
      alteredIn: createWatch(lookMs, options.now, (runtime) =>
        lookAtShapes(rows.get(runtime.slice.name), runtime),
      ),
      async readRow(name) {
        const row = await readSlice(control, name)
        if (!row)
          throw new CdcError('CANNOT_SYNC', `The control store has no slice "${name}".`, {
            slice: name,
          })
        rows.set(name, row)
        return row
      },
    }
    this.#requests = new RequestQueue({
      context: this.#context,
      recovering: this.#recovering,
      makeWay: async (request) => {
        await this.#resuming
        await this.#certificates.makeWay(request)
      },
    })
    this.#certificates = new CertificateKeeper(this.#context, (slice) =>
      this.#requests.isBusy(slice),
    )
  }

  async run(signal: AbortSignal): Promise<void> {
    const { log } = this.#options
    let told: string | undefined
    while (!signal.aborted) {
      try {
        await this.#tick()
        told = undefined
      } catch (error) {
        const what =
          error instanceof CdcError
            ? error.message
            : 'the control store did not answer; streams go on'
        if (what !== told) log.warn({ err: error }, what)
        told = what
        this.#unlisten()
      }
      await this.#pause(signal)
    }
    await this.#stop()
  }

  async #tick(): Promise<void> {
    const { now, control } = this.#options
    if (now() - this.#lastRenewal >= renewMs) await this.#renew()
    if (!this.#coordinates || now() > this.#leaseUntil) return
    if (this.#wasAway) await this.#lookAgain()
    for (const row of await readSlices(control)) this.#context.rows.set(row.name, row)
    this.#recoverInBackground()
    await this.#requests.take()
    if (now() - this.#lastReport < reportMs) return
    this.#lastReport = now()
    await beat(this.#context)
    await reportStreams(this.#context)
    this.#context.outboxes.keep()
    void this.#flags.keep([...this.#context.rows.values()])
    this.#resumeInBackground()
    this.#certificates.keep()
  }

  async #renew(): Promise<void> {
    const { now, control, id, log } = this.#options
    await this.#listen()
    const asked = now()
    const lease = await holdLease(control, id)
    this.#lastRenewal = now()
    if (!lease.held) {
      if (this.#coordinates) await this.#standBy(lease.holder)
      return
    }
    this.#leaseUntil = asked + coordinatorLeaseMs
    if (this.#coordinates) return
    log.info({ predecessor: lease.predecessor }, 'coordinating')
    if (lease.predecessor !== undefined) this.#predecessor = lease.predecessor
    await this.#takeOver()
    this.#coordinates = true
  }

  async #takeOver(): Promise<void> {
    const { control, plan } = this.#options
    const predecessor = this.#predecessor
    await addSlices(control, [...plan.slices.keys()])
    await forgetProxies(control)
    for (const row of await readSlices(control)) this.#context.rows.set(row.name, row)
    await checkNotRestored(this.#context)
    if (predecessor !== undefined) await endPredecessor(this.#context, predecessor)
    this.#predecessor = undefined
    this.#recoverInBackground()
    await resumeStreams(this.#context, () => true)
  }

  /** Requests are taken even so, for somebody waits for their answers. */
  async #lookAgain(): Promise<void> {
    this.#wasAway = false
    try {
      await checkNotRestored(this.#context)
    } catch (error) {
      this.#wasAway = true
      await this.#requests.take()
      throw error
    }
  }

  async #standBy(holder: string): Promise<void> {
    this.#options.log.warn({ holder }, 'standing by: another worker coordinates')
    this.#coordinates = false
    await this.#letGo()
    await this.#resuming
    for (const name of this.#context.running.keys()) await stopStreams(this.#context, name)
  }

  /** Sees to every switch under way that no request of this worker's carries out. */
  #recoverInBackground(): void {
    for (const row of this.#context.rows.values()) {
      const { name, phase, members } = row
      if (phase === 'idle' || this.#requests.isBusy(name) || this.#recovering.has(name)) continue
      for (const member of members) this.#recovering.add(member)
      recoverSwitch(this.#context, row)
        .catch((error: unknown) => {
          this.#options.log.error({ err: error, slices: members }, 'recovery failed; trying again')
        })
        .finally(() => {
          for (const member of members) this.#recovering.delete(member)
        })
    }
  }

  /** Streams that could not start before, because a database was down. */
  #resumeInBackground(): void {
    const free = (name: string) => !this.#requests.isBusy(name)
    const { log } = this.#options
    this.#resuming ??= resumeStreams(this.#context, free)
      .catch((error: unknown) => log.warn({ err: error }, 'streams were not started'))
      .finally(() => (this.#resuming = undefined))
  }

  async #listen(): Promise<void> {
    if (this.#listener) return
    const client = await this.#options.control.connect()
    this.#listener = client
    client.on('error', () => this.#unlisten())
    client.on('notification', () => this.#wake())
    await client.query(`listen ${channel}`)
  }

  /** Gives the session back also when it broke: the pool has only so many. */
  #unlisten(): void {
    this.#wasAway = true
    const client = this.#listener
    this.#listener = undefined
    client?.release(true)
  }

  async #pause(signal: AbortSignal): Promise<void> {
    const woken = new Promise<void>((resolve) => (this.#wake = resolve))
    await Promise.race([woken, delay(tickMs, undefined, { signal }).catch(() => {})])
  }

  async #stop(): Promise<void> {
    const { control, id } = this.#options
    await this.#letGo()
    for (const name of this.#context.running.keys()) await stopStreams(this.#context, name)
    await this.#context.outboxes.settled()
    this.#unlisten()
    await releaseLease(control, id).catch(() => {})
  }

  /** Interrupts what is under way, and waits a while for it: what hangs on a dead database may not end. */
  async #letGo(): Promise<void> {
    const handedOver = this.#requests.handOver()
    this.#certificates.interrupt()
    await Promise.race([handedOver, delay(letGoMs)])
  }
}
