import { LruMap } from '../lru.ts'
import type { Applied } from './applied.ts'
import type { Marks } from './marks.ts'
import { type Exposure, holdsWrites, isFresh, noExposure } from './exposure.ts'

export interface PositionsOptions {
  /** By database: `legacy`, or a service's name. */
  readonly marks: ReadonlyMap<string, Marks>
  readonly applied: Applied
  /** The streams that run from one database into another. */
  streamsBetween(from: string, into: string): readonly string[]
  /** How long a write can still be committed after its answer was lost. */
  readonly lostAnswerMs: number
  readonly maxPrincipals?: number
}

/** A write that is under way. One of the two is called, once. */
export interface WriteUnderWay {
  acknowledged(): void
  /** No answer came: it may have been committed, or may yet be. */
  lost(): void
}

const lookAgainMs = 10

/** Keeps a principal from meeting a database that lacks what they wrote, or is older than what they saw. */
export class Positions {
  readonly #options: PositionsOptions
  readonly #principals: LruMap<string, Map<string, Exposure>>
  /** What somebody forgotten may have seen, by database. */
  readonly #floor = new Map<string, Exposure>()

  constructor(options: PositionsOptions) {
    this.#options = options
    this.#principals = new LruMap(options.maxPrincipals ?? 100_000, (forgotten) => {
      for (const database of forgotten.keys()) this.raiseFloor(database)
    })
  }

  /** How many principals are watched. */
  get count(): number {
    return this.#principals.size
  }

  /** Everybody may have seen everything that a database holds now. */
  raiseFloor(database: string): void {
    const floor = this.#floor.get(database) ?? noExposure()
    this.#floor.set(database, floor)
    this.#markReads(database, floor)
  }

  /**
   * Waits until everything that was written before this call, to any database, has arrived everywhere. A
   * proxy that was started anew knows nobody's writes; after this it need not.
   *
   * @returns false when it has not after that time.
   */
  async everybodyIsCaughtUp(withinMs: number): Promise<boolean> {
    const databases = [...this.#options.marks.keys()]
    const until = performance.now() + withinMs
    const arrived = await Promise.all(
      databases.map(async (from) => {
        if (!this.#feeds(from)) return true
        const mark = await Promise.race([this.#options.marks.get(from)!.next(), pause(withinMs)])
        if (mark === undefined) return false
        for (;;) {
          const missing = databases.filter((into) => this.#applied(from, into) < mark)
          if (missing.length === 0) return true
          if (performance.now() > until) return false
          await Promise.all(missing.map((into) => this.look(into)))
          await pause(lookAgainMs)
        }
      }),
    )
    return arrived.every(Boolean)
  }

  /** Begins before a write is sent, so that no answer can be faster. */
  writeBegins(principal: string, database: string): WriteUnderWay {
    if (!this.#feeds(database)) return { acknowledged() {}, lost() {} }
    const exposure = this.#exposure(principal, database)
    exposure.inFlight += 1
    const acknowledge = () => {
      exposure.inFlight -= 1
      exposure.unmarkedWrites += 1
      void this.#options.marks
        .get(database)!
        .next()
        .then((mark) => {
          exposure.unmarkedWrites -= 1
          exposure.written = Math.max(exposure.written, mark)
        })
    }
    return {
      acknowledged: acknowledge,
      lost: () => void setTimeout(acknowledge, this.#options.lostAnswerMs).unref(),
    }
  }

  /** A principal was shown what the owner's database holds now. */
  readAnswered(principal: string, database: string): void {
    this.#markReads(database, this.#exposure(principal, database))
  }

  /** Whether a read may be answered from a copy of a database, as far as is known at this moment. */
  isFresh(principal: string, from: string, into: string): boolean {
    const exposures = [this.#floor.get(from), this.#principals.get(principal)?.get(from)]
    return exposures.every((exposure) => !exposure || isFresh(exposure, this.#applied(from, into)))
  }

  /** Looks how far the streams into a database are; of use before {@link isFresh} says no for good. */
  look(database: string): Promise<void> {
    return this.#options.applied.look(database)
  }

  /**
   * Waits until a database holds all that a principal wrote elsewhere.
   *
   * @returns false when it still does not after that time.
   */
  async holdsWrites(principal: string, into: string, withinMs: number): Promise<boolean> {
    const elsewhere = this.#principals.get(principal)
    if (!elsewhere) return true
    const until = performance.now() + withinMs
    for (;;) {
      const missing = [...elsewhere].some(
        ([from, exposure]) =>
          from !== into &&
          this.#options.streamsBetween(from, into).length > 0 &&
          !holdsWrites(exposure, this.#applied(from, into)),
      )
      if (!missing) return true
      if (performance.now() > until) return false
      await this.look(into)
      await pause(lookAgainMs)
    }
  }

  /** Forgets who needs no watching any more. */
  sweep(databases: readonly string[]): void {
    for (const [principal, exposures] of this.#principals.entries()) {
      for (const [from, exposure] of exposures) {
        const settled = databases.every(
          (into) => into === from || isFresh(exposure, this.#applied(from, into)),
        )
        if (settled) exposures.delete(from)
      }
      if (exposures.size === 0) this.#principals.delete(principal)
    }
  }

  #exposure(principal: string, database: string): Exposure {
    let exposures = this.#principals.get(principal)
    if (!exposures) this.#principals.set(principal, (exposures = new Map<string, Exposure>()))
    let exposure = exposures.get(database)
    if (!exposure) exposures.set(database, (exposure = noExposure()))
    return exposure
  }

  #markReads(database: string, exposure: Exposure): void {
    exposure.unmarkedReads += 1
    void this.#options.marks
      .get(database)!
      .next()
      .then((mark) => {
        exposure.unmarkedReads -= 1
        exposure.seen = Math.max(exposure.seen, mark)
      })
  }

  /** Whether any stream reads from a database. */
  #feeds(from: string): boolean {
    const others = [...this.#options.marks.keys()]
    return others.some(
      (into) => into !== from && this.#options.streamsBetween(from, into).length > 0,
    )
  }

  /** What all streams between two databases have brought; everything, if there are none. */
  #applied(from: string, into: string): number {
    const streams = this.#options.streamsBetween(from, into)
    return Math.min(Infinity, ...streams.map((stream) => this.#options.applied.mark(stream)))
  }
}

function pause(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms))
}
