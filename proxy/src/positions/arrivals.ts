import type { Applied } from './applied.ts'
import type { Marks } from './marks.ts'

export interface ArrivalsOptions {
  /** By database: `legacy`, or a service's name. */
  readonly marks: ReadonlyMap<string, Marks>
  readonly applied: Applied
  /** The streams that run from one database into another. */
  streamsBetween(from: string, into: string): readonly string[]
}

const lookAgainMs = 10

/** What of one database has arrived in the others, in marks of its log. */
export class Arrivals {
  readonly #options: ArrivalsOptions
  readonly databases: readonly string[]

  constructor(options: ArrivalsOptions) {
    this.#options = options
    this.databases = [...options.marks.keys()]
  }

  /** A mark behind everything that was committed to a database before this call. */
  mark(database: string): Promise<number> {
    return this.#options.marks.get(database)!.next()
  }

  /** Looks how far the streams into a database are; of use before {@link applied} is believed to lack something. */
  look(database: string): Promise<void> {
    return this.#options.applied.look(database)
  }

  feeds(from: string, into: string): boolean {
    return this.#options.streamsBetween(from, into).length > 0
  }

  /** Whether any stream reads from a database. */
  feedsAny(from: string): boolean {
    return this.databases.some((into) => into !== from && this.feeds(from, into))
  }

  /** What all streams between two databases have brought; everything, if there are none. */
  applied(from: string, into: string): number {
    const streams = this.#options.streamsBetween(from, into)
    return Math.min(Infinity, ...streams.map((stream) => this.#options.applied.mark(stream)))
  }

  /** The databases that streams have not brought a mark to. */
  missing(from: string, mark: number): string[] {
    return this.databases.filter((into) => into !== from && this.applied(from, into) < mark)
  }

  /**
   * Looks again and again until something is so.
   *
   * @returns false when it still is not after that time.
   */
  async until(isSo: () => boolean, into: () => readonly string[], withinMs: number) {
    const end = performance.now() + withinMs
    for (;;) {
      if (isSo()) return true
      if (performance.now() > end) return false
      await Promise.all(into().map((database) => this.look(database)))
      await new Promise((resolve) => setTimeout(resolve, lookAgainMs))
    }
  }

  /**
   * Waits until everything that was written before this call, to any database, has arrived everywhere.
   *
   * @returns false when it has not after that time.
   */
  async everythingIsEverywhere(withinMs: number): Promise<boolean> {
    const sources = this.databases.filter((from) => this.feedsAny(from))
    const marks = new Map<string, number>()
    for (const from of sources) void this.mark(from).then((mark) => marks.set(from, mark))
    const missing = () => sources.flatMap((from) => this.missing(from, marks.get(from) ?? Infinity))
    return this.until(
      () => marks.size === sources.length && missing().length === 0,
      missing,
      withinMs,
    )
  }
}
