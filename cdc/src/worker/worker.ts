import { setTimeout as delay } from 'node:timers/promises'
import {
  addSlices,
  channel,
  coordinatorLeaseMs,
  finish,
  type FlagAdmin,
  forgetProxies,
  holdLease,
  openRequests,
  type Plan,
  readSlice,
  readSlices,
  record,
  releaseLease,
  type Request,
  setProgress,
  type SliceRow,
} from '@strangler/core'
import type pg from 'pg'
import type { Logger } from 'pino'
import type { Databases } from '../databases.ts'
import { CdcError } from '../errors.ts'
import type { WorkerContext } from './context.ts'
import { createFlagKeeper } from './flags.ts'
import { checkNotRestored, recoverSwitches } from './recover.ts'
import { beat, reportStreams } from './report.ts'
import { type Answer, failed, type Running } from './requests/request.ts'
import { switchSlices } from './requests/switch.ts'
import { syncStart } from './requests/sync-start.ts'
import { syncStop } from './requests/sync-stop.ts'
import { certify, verify } from './requests/verify.ts'
import { resumeStreams, stopStreams } from './streams.ts'

export interface WorkerOptions {
  readonly id: string
  readonly plan: Plan
  readonly control: pg.Pool
  readonly databases: Databases
  readonly log: Logger
  readonly now: () => number
  /** Where the share of reads is set back once an owner has changed; undefined: no flags. */
  readonly flags?: FlagAdmin | undefined
}

const tickMs = 250
const renewMs = 750
const reportMs = 500

/** Why requests are interrupted when another worker goes on with them. */
const handedOver = new Error('another worker goes on with it')

/** Runs all streams of a plan and coordinates its switches, as long as it has the lease; else stands by. */
export class Worker {
  readonly #options: WorkerOptions
  readonly #context: WorkerContext
  readonly #requests = new Map<
    number,
    { request: Request; abort: AbortController; ended: Promise<void> }
  >()
  #verifying: { slice: string; abort: AbortController; ended: Promise<void> } | undefined
  readonly #flags: ReturnType<typeof createFlagKeeper>
  #resuming: Promise<void> | undefined
  #coordinates = false
  #leaseUntil = -Infinity
  #lastRenewal = -Infinity
  #lastReport = -Infinity
  #listener: pg.PoolClient | undefined
  #wake = () => {}

  constructor(options: WorkerOptions) {
    this.#options = options
    const { id, plan, control, databases, log } = options
    this.#flags = createFlagKeeper(options.flags, log)
    const rows = new Map<string, SliceRow>()
    this.#context = {
      id,
      plan,
      control,
      databases,
      log,
      running: new Map(),
      rows,
      switched: new Set(),
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
  }

  async run(signal: AbortSignal): Promise<void> {
    const { log } = this.#options
    while (!signal.aborted) {
      try {
        await this.#tick()
      } catch (error) {
        log.warn({ err: error }, 'the control store did not answer; streams go on')
        this.#listener?.release(true)
        this.#listener = undefined
      }
      await this.#pause(signal)
    }
    await this.#stop()
  }

  async #tick(): Promise<void> {
    const { now, control } = this.#options
    if (now() - this.#lastRenewal >= renewMs) await this.#renew()
    if (!this.#coordinates || now() > this.#leaseUntil) return
    for (const row of await readSlices(control)) this.#context.rows.set(row.name, row)
    await this.#takeRequests()
    if (now() - this.#lastReport < reportMs) return
    this.#lastReport = now()
    await beat(this.#context)
    await reportStreams(this.#context)
    void this.#flags.keep([...this.#context.rows.values()])
    this.#resumeInBackground()
    this.#verifyInBackground()
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
    await this.#takeOver(lease.predecessor)
    this.#coordinates = true
  }

  async #takeOver(predecessor: string | undefined): Promise<void> {
    const { control, plan } = this.#options
    await addSlices(control, [...plan.slices.keys()])
    await forgetProxies(control)
    for (const row of await readSlices(control)) this.#context.rows.set(row.name, row)
    await checkNotRestored(this.#context)
    void recoverSwitches(this.#context, predecessor).catch((error: unknown) =>
      this.#options.log.error({ err: error }, 'recovery failed'),
    )
    await resumeStreams(this.#context, () => true)
  }

  async #standBy(holder: string): Promise<void> {
    this.#options.log.warn({ holder }, 'standing by: another worker coordinates')
    this.#coordinates = false
    for (const { abort } of this.#requests.values()) abort.abort(handedOver)
    this.#verifying?.abort.abort()
    await this.#resuming
    for (const name of this.#context.running.keys()) await stopStreams(this.#context, name)
  }

  async #takeRequests(): Promise<void> {
    const open = await openRequests(this.#options.control)
    const busy = new Set([...this.#requests.values()].flatMap(({ request }) => request.slices))
    for (const request of open) {
      const running = this.#requests.get(request.id)
      if (running && request.abort) running.abort.abort()
      if (running || request.slices.some((slice) => busy.has(slice) || this.#isUnfinished(slice)))
        continue
      for (const slice of request.slices) busy.add(slice)
      const abort = new AbortController()
      const ended = this.#carryOut(request, abort.signal).finally(() =>
        this.#requests.delete(request.id),
      )
      this.#requests.set(request.id, { request, abort, ended })
    }
  }

  /** A switch that is being recovered; its slice is left alone until that has come to rest. */
  #isUnfinished(slice: string): boolean {
    return (this.#context.rows.get(slice)?.phase ?? 'idle') !== 'idle'
  }

  async #carryOut(request: Request, signal: AbortSignal): Promise<void> {
    const { control, log } = this.#options
    log.info({ request: request.id, kind: request.kind, slices: request.slices }, 'request')
    const running: Running = {
      request,
      signal,
      progress: (progress) => setProgress(control, request.id, progress).catch(() => {}),
    }
    const answer = await this.#answer(request, running).catch((error: unknown): Answer | null => {
      if (signal.reason === handedOver) return null
      const reason = error instanceof Error ? error.message : String(error)
      return failed(signal.aborted ? 'It was stopped.' : 'It failed.', [reason])
    })
    if (!answer) {
      log.info({ request: request.id }, 'request left to the next coordinator')
      return
    }
    log.info({ request: request.id, state: answer.state, ...answer.result }, 'request ended')
    await this.#finish(request.id, answer)
    const { kind, requestedBy: by, arguments: asked } = request
    const { message, reasons } = answer.result
    for (const slice of request.slices) {
      const detail = { ...asked, message, ...(reasons && { reasons }) }
      await record(control, { slice, event: `${kind} ${answer.state}`, by, detail }).catch(() => {})
    }
  }

  async #answer(request: Request, running: Running): Promise<Answer> {
    await this.#resuming
    await this.#endVerifying(request.slices)
    const context = this.#context
    const [name] = request.slices
    switch (request.kind) {
      case 'sync-start':
        return syncStart(context, name!, running)
      case 'sync-stop':
        return syncStop(context, name!, running)
      case 'verify':
        return verify(context, name!, running)
      case 'switch':
        return switchSlices(context, running)
    }
  }

  async #finish(id: number, { state, result }: Answer): Promise<void> {
    for (;;) {
      try {
        await finish(this.#options.control, id, state, result)
        return
      } catch {
        await delay(500)
      }
    }
  }

  /** Keeps certificates fresh, one slice at a time, so that a switch seldom has to wait for one. */
  #verifyInBackground(): void {
    if (this.#verifying) return
    const slice = [...this.#context.running.keys()].find((name) => this.#isDue(name))
    if (slice === undefined) return
    const { log } = this.#options
    const abort = new AbortController()
    const ended = certify(this.#context, slice, { signal: abort.signal, progress: async () => {} })
      .then(({ clean, rows }) => log.info({ slice, clean, rows }, 'verified'))
      .catch((error: unknown) => log.warn({ slice, err: error }, 'not verified'))
      .finally(() => (this.#verifying = undefined))
    this.#verifying = { slice, abort, ended }
  }

  /** A request may stop the streams that it waits for, and needs the keys that it is about to settle. */
  async #endVerifying(slices: readonly string[]): Promise<void> {
    const verifying = this.#verifying
    if (!verifying || !slices.includes(verifying.slice)) return
    verifying.abort.abort()
    await verifying.ended
  }

  /** Streams that could not start before, because a database was down. */
  #resumeInBackground(): void {
    const free = (name: string) => !this.#isBusy(name)
    const { log } = this.#options
    this.#resuming ??= resumeStreams(this.#context, free)
      .catch((error: unknown) => log.warn({ err: error }, 'streams were not started'))
      .finally(() => (this.#resuming = undefined))
  }

  #isBusy(slice: string): boolean {
    return [...this.#requests.values()].some(({ request }) => request.slices.includes(slice))
  }

  #isDue(name: string): boolean {
    const row = this.#context.rows.get(name)
    const slice = this.#context.plan.slices.get(name)
    if (!row || !slice || this.#isBusy(name) || row.sync !== 'streaming' || row.phase !== 'idle')
      return false
    const runtime = this.#context.running.get(name)!
    if (!runtime.isStreaming) return false
    if (this.#context.switched.has(name)) return true
    const { certificate } = row
    if (certificate?.worker !== this.#options.id) return true
    const minutes = (Date.now() - Date.parse(certificate.at)) / 60_000
    return minutes > slice.gates.certificateAgeMinutes / 2
  }

  async #listen(): Promise<void> {
    if (this.#listener) return
    const client = await this.#options.control.connect()
    this.#listener = client
    client.on('error', () => {
      this.#listener = undefined
    })
    client.on('notification', () => this.#wake())
    await client.query(`listen ${channel}`)
  }

  async #pause(signal: AbortSignal): Promise<void> {
    const woken = new Promise<void>((resolve) => (this.#wake = resolve))
    await Promise.race([woken, delay(tickMs, undefined, { signal }).catch(() => {})])
  }

  async #stop(): Promise<void> {
    const { control, id } = this.#options
    for (const { abort } of this.#requests.values()) abort.abort(handedOver)
    this.#verifying?.abort.abort()
    await Promise.race([
      Promise.all([...this.#requests.values()].map(({ ended }) => ended)),
      delay(5000),
    ])
    for (const name of this.#context.running.keys()) await stopStreams(this.#context, name)
    this.#listener?.release(true)
    await releaseLease(control, id).catch(() => {})
  }
}
