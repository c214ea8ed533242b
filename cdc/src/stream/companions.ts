import { setTimeout as delay } from 'node:timers/promises'
import type { Position } from '../apply/applier.ts'
import type { BrokenRow } from '../apply/foreign-keys.ts'
import { CdcError } from '../errors.ts'

/** For so long what is missing is waited for with the log open and in order. */
const patienceMs = 1000

/** The stream that brings another slice's rows to the same side. */
export interface Companion {
  /** The slices that it waits for itself. */
  readonly awaits: readonly string[]
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
  readonly #asked = new Map<string, Asked>()

  constructor(options: CompanionsOptions, stopping: AbortSignal) {
    this.#options = options
    this.#stopping = stopping
  }

  /** Whether transactions are to be applied one by one. */
  get isCareful(): boolean {
    return this.#until !== undefined
  }

  /** The slices without whose rows a transaction cannot be applied that was taken alone. */
  get awaits(): readonly string[] {
    if (!this.isCareful || this.#givesIn) return []
    return [...this.#asked].flatMap(([slice, { hasCome }]) => (hasCome ? [] : slice))
  }

  /** @throws CdcError AWAITS_SLICE when it takes long: everything is to be read again, with care. */
  async judge(broken: readonly BrokenRow[], end: Position): Promise<'again' | 'for good'> {
    const missing = [...new Set(broken.flatMap(({ by }) => by.across?.slice ?? []))].filter(
      (slice) => this.#options.find(slice) && !this.#asked.get(slice)?.hasCome,
    )
    this.#givesIn ||= this.isCareful && this.#isCircle(missing)
    return this.#givesIn || missing.length === 0 ? 'for good' : this.#wait(missing, end)
  }

  /** Everything up to a place is in the target. */
  applied(place: string): void {
    this.#givesIn = false
    if (this.#until !== undefined && this.#until !== place) return
    this.#until = undefined
    this.#asked.clear()
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
    const coming = this.#options
      .find(slice)!
      .barrier(this.#stopping)
      .then(
        () => {
          asked.hasCome = true
        },
        (error: unknown) => {
          if (this.#asked.get(slice) === asked) this.#asked.delete(slice)
          throw error
        },
      )
    coming.catch(() => {}) // Nobody may be waiting any more.
    const asked: Asked = { hasCome: false, coming }
    this.#asked.set(slice, asked)
    return coming
  }

  /** Whether one of them waits, perhaps through others, for this stream's slice. */
  #isCircle(slices: readonly string[]): boolean {
    const seen = new Set<string>()
    const follow = (slice: string): boolean => {
      if (slice === this.#options.slice) return true
      if (seen.has(slice)) return false
      seen.add(slice)
      return this.#options.find(slice)?.awaits.some(follow) ?? false
    }
    return slices.some(follow)
  }
}

interface Asked {
  hasCome: boolean
  readonly coming: Promise<void>
}
