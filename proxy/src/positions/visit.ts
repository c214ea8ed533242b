import type { Arrivals } from './arrivals.ts'
import { type Exposure, holdsWrites, isFresh, noExposure } from './exposure.ts'
import type { Exposures, KnownPins, Pin, PinStore } from './pins.ts'

export interface VisitOptions {
  readonly arrivals: Arrivals
  readonly pins: PinStore
  readonly lostAnswerMs: number
  /** What counts for everybody. */
  readonly floor: Exposures
  takesWrites(database: string): boolean
  waitUntilSafe(database: string, marked: Promise<number>): Promise<void>
  make(database: string, kind: Pin['kind']): Pin
}

/** A request that was sent to a database's server and leaves something behind. */
export interface Trace {
  /** The answer begins. It may be given to the client when this resolves. */
  answered(): void | Promise<void>
  /** The request is over. */
  ended(): void
}

const noTrace: Trace = { answered() {}, ended() {} }

/** One request's dealings with what its principal wrote and saw. */
export class Visit {
  readonly #options: VisitOptions
  readonly #known: KnownPins
  /** Set already, and not under way yet. */
  #pin: Pin | undefined

  constructor(options: VisitOptions, known: KnownPins, pin?: Pin) {
    this.#options = options
    this.#known = known
    this.#pin = pin
  }

  /** Whether a read may be answered from a copy of a database, as far as is known at this moment. */
  isFresh(from: string, into: string): boolean {
    if (!this.#known.isComplete) return false
    const applied = this.#options.arrivals.applied(from, into)
    return this.#exposures(from).every((exposure) => isFresh(exposure, applied))
  }

  /**
   * Waits until a database holds all that the principal wrote elsewhere; if nobody knows what that was, all that
   * anybody did.
   *
   * @returns false when it still does not after that time.
   */
  async holdsWrites(into: string, withinMs: number): Promise<boolean> {
    const { arrivals, takesWrites } = this.#options
    const elsewhere = arrivals.databases.filter(
      (from) => from !== into && arrivals.feeds(from, into),
    )
    const wanted = elsewhere.flatMap((from) => {
      const others = this.#known.others?.get(from)
      if (others) this.#mark(from, others)
      const known = this.#exposures(from)
      if (this.#known.isComplete || !takesWrites(from)) return { from, known }
      const anything = { ...noExposure(), unmarkedWrites: 1 }
      this.#mark(from, anything)
      return { from, known: [...known, anything] }
    })
    const holdsAll = () =>
      wanted.every(({ from, known }) => {
        const applied = arrivals.applied(from, into)
        return known.every((exposure) => holdsWrites(exposure, applied))
      })
    return arrivals.until(holdsAll, () => [into], withinMs)
  }

  /** A write is about to be sent. Its pin is set before this resolves. */
  async writeBegins(database: string): Promise<Trace> {
    const { pins, arrivals, make, lostAnswerMs, waitUntilSafe } = this.#options
    if (this.#pin && this.#pin.database !== database) this.end()
    if (!this.#pin && !arrivals.feedsAny(database)) return noTrace
    const pin = this.#pin ?? make(database, 'write')
    if (!this.#pin) await pins.set(pin)
    this.#pin = undefined
    let wasAnswered = false
    const settle = () => {
      const marked = arrivals.mark(database)
      void marked.then((mark) => pins.settle(pin, mark))
      return marked
    }
    return {
      answered() {
        wasAnswered = true
        const shared = pins.acknowledge(pin)
        const marked = settle()
        if (shared === true) return
        return Promise.resolve(shared).then((isShared) =>
          isShared ? undefined : waitUntilSafe(database, marked),
        )
      },
      ended() {
        if (wasAnswered) return
        const acknowledge = () => {
          void pins.acknowledge(pin)
          void settle()
        }
        setTimeout(acknowledge, lostAnswerMs).unref()
      },
    }
  }

  /** A read is sent to the owner: what it shows, no later read may miss. */
  readBegins(database: string): Trace {
    const { pins, arrivals, make, waitUntilSafe } = this.#options
    if (!arrivals.feedsAny(database)) return noTrace
    const pin = make(database, 'read')
    const shared = pins.set(pin)
    return {
      answered() {
        if (shared === true) return
        return Promise.resolve(shared).then((isShared) =>
          isShared && pins.isShared(pin)
            ? undefined
            : waitUntilSafe(database, arrivals.mark(database)),
        )
      },
      ended() {
        void arrivals.mark(database).then((mark) => pins.settle(pin, mark))
      },
    }
  }

  /** The request is over; what it announced and did not send is nothing. */
  end(): void {
    if (this.#pin) this.#options.pins.settle(this.#pin)
    this.#pin = undefined
  }

  #exposures(from: string): readonly Exposure[] {
    const { own, others } = this.#known
    const exposures = [own?.get(from), others?.get(from), this.#options.floor.get(from)]
    return exposures.filter((exposure) => exposure !== undefined)
  }

  /** Whoever sees an acknowledged write can make the mark that its own proxy has not made yet, or never will. */
  #mark(from: string, exposure: Exposure): void {
    if (exposure.unmarkedWrites === 0) return
    void this.#options.arrivals.mark(from).then((mark) => {
      exposure.unmarkedWrites = 0
      exposure.written = Math.max(exposure.written, mark)
    })
  }
}
