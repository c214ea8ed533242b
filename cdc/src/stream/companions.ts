import { setTimeout as delay } from 'node:timers/promises'
import type { Position } from '../apply/applier.ts'
import type { BrokenRow } from '../apply/foreign-keys.ts'
import { CdcError } from '../errors.ts'

/** For so long what is missing is waited for with the log open and in order. */
const patienceMs = 1000

/** The stream that brings another slice's rows to the same side. */
export interface Companion {
  /** How it waits itself; undefined while it does not run. */
  readonly waiting: Pick<Companions, 'awaits' | 'progress'> | undefined
  /** Resolves when all that was written at its source before this call has been applied. */
  barrier(signal: AbortSignal): Promise<void>
}

export interface CompanionsOptions {
  readonly stream: string
  readonly slice: string
  /** Undefined for a slice that is not synced. */
  find(slice: string): Companion | undefined
}

/**
 * Rows may refer to rows of other slices, which come by streams of their own, sooner or later. A row breaks a
 * foreign key for good if it still does when the other stream has brought all that was there when it was read.
 *
 * Streams that wait for each other would do so for ever. Transactions that were gathered into a batch need not; so
 * whoever waits for long goes back and takes them one by one. If that does not help, the writes of one transaction
 * went both ways, and one of the streams gives in: its row becomes a dead letter.
 */
export class Companions {
  readonly #options: CompanionsOptions
  readonly #stopping: AbortSignal
  /** Up to here transactions are taken one by one. */
  #until: string | undefined
  /** For one transaction: whoever waits for this stream must not give in, too. */
  #givesIn = false
  #progress = 0
  readonly #asked = new Map<string, Asked>()

  constructor(options: CompanionsOptions, stopping: AbortSignal) {
    this.#options = options
    this.#stopping = stopping
  }

  /** Whether transactions are to be applied one by one. */
  get isCareful(): boolean {
    return this.#until !== undefined
  }

  /** How often it went further. */
  get progress(): number {
    return this.#progress
  }

  /** The slices that a transaction that was taken alone has waited for in vain, as far as they are now. */
  get awaits(): readonly string[] {
    if (!this.isCareful || this.#givesIn) return []
    return [...this.#asked].flatMap(([slice, { hasCome, triedAt, isVain }]) =>
      !hasCome && isVain && this.#progressOf(slice) === triedAt ? slice : [],
    )
  }

  /** @throws CdcError AWAITS_SLICE when it takes long: everything is to be read again, with care. */
  async judge(broken: readonly BrokenRow[], end: Position): Promise<'again' | 'for good'> {
    const missing = [...new Set(broken.flatMap(({ by }) => by.across?.slice ?? []))].filter(
      (slice) => this.#options.find(slice) && !this.#asked.get(slice)?.hasCome,
    )
    this.#noteVain(missing)
    this.#givesIn ||= this.#isCircle()
    return this.#givesIn || missing.length === 0 ? 'for good' : this.#wait(missing, end)
  }

  /** Everything up to a place is in the target. */
  applied(place: string): void {
    this.#progress++
    this.#givesIn = false
    if (this.#until !== undefined && this.#until !== place) return
    this.#until = undefined
    this.#asked.clear()
  }

  /** Whoever is asked for the second time at the same place was there when the transaction was tried. */
  #noteVain(slices: readonly string[]): void {
    for (const slice of slices) {
      const asked = this.#asked.get(slice)
      if (!asked) continue
      const progress = this.#progressOf(slice)
      asked.isVain = asked.triedAt === progress
      asked.triedAt = progress
    }
  }

  async #wait(missing: readonly string[], end: Position): Promise<'again'> {
    const late = new AbortController()
    const signal = AbortSignal.any([this.#stopping, late.signal])
    const coming = Promise.all(missing.map((slice) => this.#ask(slice)))
    const why = await Promise.race([
      coming.then(() => undefined),
      delay(patienceMs, 'it is behind', { signal }),
    ])
      .catch((error: Error) => error.message)
      .finally(() => late.abort())
    if (why === undefined) return 'again'
    this.#until ??= end.place
    const list = missing.map((slice) => `"${slice}"`).join(', ')
    const message = `The stream ${this.#options.stream} waits for slice ${list}, whose rows its own refer to: ${why}.`
    throw new CdcError('AWAITS_SLICE', message, { slices: missing })
  }

  /** Resolves when its stream has brought what there was when it was asked first. */
  #ask(slice: string): Promise<void> {
    const before = this.#asked.get(slice)
    if (before) return before.coming
    const companion = this.#options.find(slice)!
    const coming = companion.barrier(this.#stopping).then(
      () => {
        asked.hasCome = true
      },
      (error: unknown) => {
        if (this.#asked.get(slice) === asked) this.#asked.delete(slice)
        throw error
      },
    )
    coming.catch(() => {}) // Nobody may be waiting any more.
    const asked: Asked = { coming, hasCome: false, triedAt: this.#progressOf(slice), isVain: false }
    this.#asked.set(slice, asked)
    return coming
  }

  #progressOf(slice: string): number | undefined {
    return this.#options.find(slice)?.waiting?.progress
  }

  /** Whether one of those that it waits for waits, perhaps through others, for this stream's slice. */
  #isCircle(): boolean {
    const seen = new Set<string>()
    const follow = (slice: string): boolean => {
      if (slice === this.#options.slice) return true
      if (seen.has(slice)) return false
      seen.add(slice)
      return this.#options.find(slice)?.waiting?.awaits.some(follow) ?? false
    }
    return this.awaits.some(follow)
  }
}

interface Asked {
  readonly coming: Promise<void>
  hasCome: boolean
  /** How far the other one was when the transaction was tried last, and whether it was so far before, too. */
  triedAt: number | undefined
  isVain: boolean
}
