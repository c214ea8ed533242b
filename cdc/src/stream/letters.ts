import type { DeadLetter } from '@strangler/core'
import type pg from 'pg'
import type { Applier, Task } from '../apply/applier.ts'
import { discardTask, type DiscardWanted } from '../letters/discard.ts'
import { Condemned, Parking } from '../letters/parking.ts'
import {
  type Replayed,
  type ReplayOptions,
  replayTask,
  type ReplayWanted,
} from '../letters/replay.ts'
import { Tasks } from './tasks.ts'
import type { Touch, TouchedSince } from './touched.ts'

/** A stream's dead letters, across the sessions in which it applies. */
export class StreamLetters {
  readonly condemned = new Condemned()
  readonly #options: ReplayOptions
  readonly #touched: TouchedSince
  readonly #tasks = new Tasks()
  #parking: Parking | undefined

  constructor(options: ReplayOptions, touched: TouchedSince) {
    this.#options = options
    this.#touched = touched
  }

  /** How many wait; undefined before the target was reached. */
  get waiting(): number | undefined {
    return this.#parking?.waiting
  }

  /** Whether changes of a row wait. */
  isParked({ table, key }: Touch): boolean {
    return this.#parking?.has(table, key) ?? false
  }

  /** Reads in the applier's new session which rows have some. */
  async open(client: pg.ClientBase): Promise<Parking> {
    const { stream, tables } = this.#options
    const parking = new Parking(client, stream, tables, this.condemned)
    await parking.load()
    this.#parking = parking
    return parking
  }

  /**
   * Replays letters between two batches: what comes for their rows meanwhile still parks behind them. It does
   * not wait for the log, so a stream that has stopped replays too.
   */
  async replay(wanted: ReplayWanted, signal: AbortSignal): Promise<Replayed> {
    const replayed = await this.#ask(replayTask(this.#options, wanted), signal)
    this.#touched.note(replayed.touched)
    return replayed
  }

  /** Gives letters up. Resolves to them. */
  discard(
    wanted: Omit<DiscardWanted, 'slice' | 'stream'>,
    signal: AbortSignal,
  ): Promise<readonly DeadLetter[]> {
    const { stream, slice } = this.#options
    return this.#ask(discardTask({ ...wanted, stream, slice }), signal)
  }

  /** Does what was asked for. Between two transactions of the source. */
  carryOut(applier: Applier): Promise<void> {
    return this.#tasks.carryOut(applier)
  }

  /** The stream does nothing more. */
  close(why: Error): void {
    this.#tasks.close(why)
  }

  #ask<Result>(task: Task<Result>, signal: AbortSignal): Promise<Result> {
    return this.#tasks.add(task, signal)
  }
}
