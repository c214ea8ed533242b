import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { type Applier, createApplier, type Position } from '../apply/applier.ts'
import type { TargetKey } from '../apply/foreign-keys.ts'
import { openApplierSession } from '../apply/session.ts'
import { Work } from '../apply/work.ts'
import type { Frontier } from '../copy/frontier.ts'
import type { ChangeLog, LogEntry } from '../log/log.ts'
import { Barriers } from './barriers.ts'
import { signalOf } from './bind.ts'
import { Companions } from './companions.ts'
import { explain, remedyFor } from './failures.ts'
import { StreamLetters } from './letters.ts'
import type { StreamOptions, StreamState } from './options.ts'
import { checkIdentity, checkNothingSkipped, readPosition } from './position.ts'
import { SourceTables } from './source-tables.ts'
import { TouchedSince } from './touched.ts'
import { WindowTracker } from './window.ts'

/** A transaction larger than this goes to the target in parts, into one transaction there. */
const partSize = 5000
/** In characters: a statement's parameters, and what is held of them here, have to stay moderate. */
const partLength = 16_000_000

/** Transactions that wait already are applied together up to so many changes: then a failure costs little. */
const batchSize = 1000

/** After a change could not be applied, for so long what follows it is gathered. */
const gatherMs = 500

/** One slice's changes, in one direction: read from a log, translated, applied. */
export class Stream {
  readonly windows = new WindowTracker()
  readonly touched = new TouchedSince()
  readonly letters: StreamLetters
  readonly #companions: Companions
  readonly #options: StreamOptions
  readonly #checksKeys: () => boolean
  readonly #tables: SourceTables
  readonly #barriers = new Barriers()
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #log: ChangeLog | undefined
  #applier: Applier | undefined
  #state: StreamState = { kind: 'starting' }

  constructor(options: StreamOptions) {
    this.#options = options
    const { name: stream, slice, keys, translations: tables, frontier, companion: find } = options
    this.#companions = new Companions({ stream, slice, find }, this.#stopping.signal)
    this.#checksKeys = () => !tables.some((table) => frontier.isCopying(table))
    const letters = { stream, slice, keys, tables, checksKeys: this.#checksKeys }
    this.letters = new StreamLetters(letters, this.touched)
    this.#tables = new SourceTables(slice, tables)
  }

  get state(): StreamState {
    const why = this.#log?.trouble
    if (why !== undefined && this.#state.kind === 'streaming') return { kind: 'waiting', why }
    return this.#state
  }

  get position(): Position | undefined {
    return this.#applier?.position
  }

  get name(): string {
    return this.#options.name
  }

  get frontier(): Frontier {
    return this.#options.frontier
  }

  get keys(): readonly TargetKey[] {
    return this.#options.keys
  }

  get companions(): Pick<Companions, 'awaits' | 'progress'> {
    return this.#companions
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#log?.close()
    await this.#running
    const stopped = new Error(`the stream ${this.name} was stopped`)
    this.#barriers.giveUp(stopped)
    this.letters.close(stopped)
  }

  /** Resolves when the barrier with this id has been applied. Ask before the barrier is written. */
  barrierApplied(id: string, signal: AbortSignal): Promise<void> {
    const late = () => {
      const { state } = this
      const why = state.kind === 'waiting' ? `: ${state.why}` : ''
      return new Error(`the stream ${this.name} did not bring a barrier in time${why}`)
    }
    const applied = this.#barriers.wait(id, signal, late)
    if (this.#state.kind === 'stopped') this.#barriers.giveUp(this.#state.error)
    return applied
  }

  async #run(): Promise<void> {
    const stopping = this.#stopping.signal
    for (let failures = 0; !stopping.aborted; failures++) {
      try {
        await this.#session(() => (failures = 0))
      } catch (error) {
        if (stopping.aborted) return
        this.#fail(error)
        await delay(Math.min(100 * 2 ** failures, 3000), undefined, { signal: stopping }).catch(
          () => {},
        )
      }
    }
  }

  /** A stopped stream is tried again too: whoever removes the cause need tell nobody. */
  #fail(error: unknown): void {
    const { log } = this.#options
    const before = this.#state
    if (remedyFor(error) === 'stop') {
      const failure = explain(error, this.name)
      this.#state = { kind: 'stopped', error: failure }
      this.#barriers.giveUp(failure)
      if (before.kind === 'stopped' && before.error.message === failure.message) return
      log.warn({ stream: this.name, err: failure }, 'stream stopped')
      return
    }
    const why = error instanceof Error ? error.message : String(error)
    if (before.kind !== 'stopped') this.#state = { kind: 'waiting', why }
    log.warn({ stream: this.name, why }, 'stream starts again')
  }

  async #session(onProgress: () => void): Promise<void> {
    const { target, name, openLog } = this.#options
    const client = await openApplierSession(target, name)
    try {
      const { source, ...position } = await readPosition(client, name)
      const applier = await this.#createApplier(client, position)
      await this.letters.carryOut(applier)
      const log = await openLog(source)
      this.#log = log
      try {
        if (this.#stopping.signal.aborted) return
        checkIdentity(name, source, log.identity)
        this.#applier = applier
        await this.#follow(log, applier, onProgress)
      } finally {
        this.windows.restart()
        await log.close()
      }
    } finally {
      await client.end().catch(() => {})
    }
  }

  async #createApplier(client: pg.Client, position: Position): Promise<Applier> {
    const { name: stream, slice, keys, ownerEpoch, frontier } = this.#options
    const { condemned } = this.letters
    const parking = await this.letters.open(client)
    const checksKeys = this.#checksKeys
    const judge = this.#companions.judge.bind(this.#companions)
    const options = { client, stream, slice, keys, parking, condemned, ownerEpoch, frontier }
    return createApplier({ ...options, checksKeys, judge }, position)
  }

  async #follow(log: ChangeLog, applier: Applier, onProgress: () => void): Promise<void> {
    const { slice } = this.#options
    let work = new Work()
    let { beat, barrierEpoch } = applier.position
    let xid: number | undefined
    let arrived: string[] = []
    /** The target's transaction holds a part of what is not whole yet. */
    let inParts = false
    /** The place after the last transaction that is whole. */
    let place: string | undefined

    const take = (entry: LogEntry): void => {
      switch (entry.kind) {
        case 'begin':
          xid = entry.xid
          this.windows.transaction(entry.xid)
          break
        case 'commit':
          place = entry.place
          break
        case 'truncate': {
          const truncated = this.#tables.truncatedBy(entry)
          work.truncate(truncated)
          this.windows.truncated(truncated)
          break
        }
        default: {
          const signal = signalOf(entry, slice)
          if (!signal) {
            const change = this.#tables.changeOf(entry, xid)
            if (!change) return
            this.windows.change(change)
            work.add(change)
          } else if ('beat' in signal) {
            checkNothingSkipped(this.name, beat, signal.beat)
            beat = signal.beat
          } else {
            barrierEpoch = signal.epoch || barrierEpoch
            arrived.push(signal.barrier)
            const perform = this.windows.barrier(signal.barrier)
            if (perform) work.special(perform)
          }
        }
      }
    }

    const flush = async (end: string | undefined): Promise<void> => {
      const done = work
      const next = end === undefined ? undefined : { place: end, beat, barrierEpoch }
      try {
        await this.#applyPatiently(applier, done, next)
      } finally {
        // After a failure too: a commit may have succeeded without an answer.
        this.touched.note(done.touched)
        this.touched.noteTruncated(done.truncated)
      }
      work = new Work()
      place = undefined
      inParts = end === undefined
      if (end === undefined) return
      this.#companions.applied(end)
      log.confirm(end)
      this.#barriers.applied(arrived)
      arrived = []
      this.windows.committed()
      onProgress()
      await this.letters.carryOut(applier)
    }

    // What stopped it may be corrected by what follows, if it is applied together.
    const isStopped = this.#state.kind === 'stopped'
    if (!isStopped && !this.#companions.isCareful) this.#state = { kind: 'streaming' }
    for await (const entries of log.read(applier.position.place, isStopped ? gatherMs : 0)) {
      for (const entry of entries) {
        take(entry)
        const isFull = work.size >= partSize || work.length >= partLength
        if (entry.kind === 'commit') {
          const { isCareful } = this.#companions
          if (isFull || inParts || isCareful || work.size >= batchSize) await flush(entry.place)
        } else if (isFull) {
          await flush(undefined)
        }
      }
      if (place !== undefined && entries.at(-1)?.kind === 'commit') await flush(place)
    }
  }

  /** Repeats what may succeed if it is only tried again, as long as the whole of it can be repeated. */
  async #applyPatiently(applier: Applier, work: Work, end: Position | undefined): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await applier.apply(work, end)
        if (this.#state.kind !== 'streaming') this.#state = { kind: 'streaming' }
        return
      } catch (error) {
        // Not for ever with the log open: its server could not be shut down meanwhile.
        const repeatable = remedyFor(error) === 'again' && applier.lostNothing && attempt < 20
        if (!repeatable || this.#stopping.signal.aborted) throw error
        const why = error instanceof Error ? error.message : String(error)
        if (attempt > 3) this.#state = { kind: 'waiting', why }
        await delay(Math.min(10 * 2 ** attempt, 200))
      }
    }
  }
}
