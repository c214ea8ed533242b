import { randomUUID } from 'node:crypto'
import type { Arrivals } from './arrivals.ts'
import { isFresh, noExposure, type Exposure } from './exposure.ts'
import type { Pin, PinStore } from './pins.ts'
import { Visit } from './visit.ts'

export interface PositionsOptions {
  readonly arrivals: Arrivals
  readonly pins: PinStore
  /** What this proxy's pins begin with. */
  readonly instance?: string
  /** Whether anybody's writes may go to a database. */
  takesWrites(database: string): boolean
  /** How long a write can still be committed after its answer was lost. */
  readonly lostAnswerMs: number
  /**
   * An answer that other proxies cannot know of waits until its database's copies hold what it tells of.
   *
   * @param marked a mark that lies after it.
   */
  waitUntilSafe(database: string, marked: Promise<number>): Promise<void>
}

/** Keeps a principal from meeting a database that lacks what they wrote, or is older than what they saw. */
export class Positions {
  readonly #options: PositionsOptions
  readonly #instance: string
  #made = 0
  /** What somebody may have seen and written of whom nothing is known, by database. */
  readonly #floor = new Map<string, Exposure>()

  constructor(options: PositionsOptions) {
    this.#options = options
    this.#instance = options.instance ?? randomUUID()
  }

  /** How many principals are watched. */
  get count(): number {
    return this.#options.pins.count
  }

  /** Everybody may have seen everything that a database holds now; with `written`, may have written it, too. */
  raiseFloor(database: string, { written = false } = {}): void {
    const floor = this.#floor.get(database) ?? noExposure()
    this.#floor.set(database, floor)
    floor.unmarkedReads += 1
    const marksWrites = written && this.#options.takesWrites(database)
    if (marksWrites) floor.unmarkedWrites += 1
    void this.#options.arrivals.mark(database).then((mark) => {
      floor.unmarkedReads -= 1
      floor.seen = Math.max(floor.seen, mark)
      if (!marksWrites) return
      floor.unmarkedWrites -= 1
      floor.written = Math.max(floor.written, mark)
    })
  }

  /**
   * A request comes. One step finds out what its principal is pinned to, and sets a pin of its own if it writes.
   *
   * @param writesTo the database that its write is thought to go to.
   */
  async visit(principal: string, writesTo?: string): Promise<Visit> {
    const { arrivals, pins } = this.#options
    const pin =
      writesTo !== undefined && arrivals.feedsAny(writesTo)
        ? this.#pin(principal, writesTo, 'write')
        : undefined
    const isMoving = arrivals.databases.some((database) => arrivals.feedsAny(database))
    const known = isMoving ? await pins.read(pin ?? { principal }) : { isComplete: true }
    const make = (database: string, kind: Pin['kind']) => this.#pin(principal, database, kind)
    return new Visit({ ...this.#options, floor: this.#floor, make }, known, pin)
  }

  /** Forgets who needs no watching any more. */
  async sweep(): Promise<void> {
    const { arrivals, pins } = this.#options
    if (pins.count > 0)
      await Promise.all(arrivals.databases.map((database) => arrivals.look(database)))
    pins.sweep((from, exposure) =>
      arrivals.databases.every(
        (into) => into === from || isFresh(exposure, arrivals.applied(from, into)),
      ),
    )
  }

  #pin(principal: string, database: string, kind: Pin['kind']): Pin {
    return { id: `${this.#instance}.${++this.#made}`, principal, database, kind }
  }
}
