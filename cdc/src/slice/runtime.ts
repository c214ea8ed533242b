import { randomUUID } from 'node:crypto'
import {
  type Direction,
  displayName,
  opposite,
  type Plan,
  type Side,
  type Slice,
  streamInto,
  upsertBarrier,
} from '@strangler/core'
import type { Logger } from 'pino'
import { copyTable } from '../copy/copy.ts'
import { createFrontier } from '../copy/frontier.ts'
import type { ChangeLogs } from '../log/logs.ts'
import type { Companion } from '../stream/companions.ts'
import { Stream } from '../stream/stream.ts'
import type { TablePair, Translation } from '../translate/translation.ts'
import type { Sides } from '../verify/compare.ts'
import { rowsAbout } from '../verify/rows-about.ts'
import { shapeOf } from '../verify/shape.ts'
import { readKeys } from './keys.ts'
import { type SliceDatabases, sourceOf } from './setup.ts'

export interface RuntimeOptions {
  readonly plan: Pick<Plan, 'slices'>
  readonly slice: Slice
  readonly databases: SliceDatabases
  readonly logs: ChangeLogs
  readonly pairs: readonly TablePair[]
  /** Which run this is, of which worker: no other one knows what its streams changed. */
  readonly worker: string
  readonly log: Logger
  /** The owner's epoch; `again` reads it anew. */
  ownerEpoch(again: boolean): Promise<number>
  /** Another slice's streams; undefined when it is not synced. */
  companion(slice: string, from: Side): Companion | undefined
}

export interface CopyProgress {
  readonly table: string
  readonly rows: number
  readonly expected: number
}

export function directionFrom(side: Side): Direction {
  return side === 'legacy' ? 'forward' : 'reverse'
}

/** A synced slice at work: both streams, and what needs both. */
export class SliceRuntime {
  readonly slice: Slice
  readonly worker: string
  readonly databases: SliceDatabases
  readonly pairs: readonly TablePair[]
  readonly #streams: Readonly<Record<Direction, Stream>>
  readonly #copying = new Set<Translation>()
  readonly #log: Logger

  private constructor(
    options: RuntimeOptions,
    streams: Readonly<Record<Direction, Stream>>,
    copying: Set<Translation>,
  ) {
    this.slice = options.slice
    this.worker = options.worker
    this.databases = options.databases
    this.pairs = options.pairs
    this.#streams = streams
    this.#copying = copying
    this.#log = options.log
  }

  /** Starts both streams from their positions. */
  static async start(options: RuntimeOptions): Promise<SliceRuntime> {
    const { slice, databases, pairs } = options
    const keys = await readKeys(options.plan, slice, pairs, databases)
    const copying = new Set<Translation>()
    const create = async (direction: Direction): Promise<Stream> => {
      const from: Side = direction === 'forward' ? 'legacy' : 'extracted'
      const into = opposite(from)
      const name = streamInto(slice.name, into)
      await remember(copying, databases, direction, pairs, name)
      return new Stream({
        name,
        slice: slice.name,
        direction,
        translations: pairs.map((pair) => pair[direction]),
        keys: keys[into],
        companion: (slice) => options.companion(slice, from),
        target: databases[into].applierUrl,
        openLog: (identity) => options.logs.open(sourceOf(slice, direction, databases), identity),
        ownerEpoch: options.ownerEpoch,
        frontier: createFrontier({
          stream: name,
          pairs,
          direction,
          isCopying: (table) => copying.has(table),
          log: options.log,
        }),
        log: options.log,
      })
    }
    const streams = { forward: await create('forward'), reverse: await create('reverse') }
    streams.forward.start()
    streams.reverse.start()
    return new SliceRuntime(options, streams, copying)
  }

  stream(direction: Direction): Stream {
    return this.#streams[direction]
  }

  /** The other slices that its rows on one side refer to. */
  refersTo(side: Side): string[] {
    const { keys } = this.stream(directionFrom(opposite(side)))
    const referring = keys.filter(({ brokenBy }) => brokenBy === 'put')
    return [...new Set(referring.flatMap(({ across }) => across?.slice ?? []))]
  }

  async stop(): Promise<void> {
    await Promise.all([this.#streams.forward.stop(), this.#streams.reverse.stop()])
  }

  /** Whether both streams run. */
  get isStreaming(): boolean {
    return Object.values(this.#streams).every(({ state }) => state.kind === 'streaming')
  }

  /** Whether tables still wait for their first copy. */
  get isCopying(): boolean {
    return this.#copying.size > 0
  }

  /** How many dead letters wait, as far as is known here. */
  get deadLetters(): number {
    const { forward, reverse } = this.#streams
    return (forward.letters.waiting ?? 0) + (reverse.letters.waiting ?? 0)
  }

  /** Copies what is not copied yet, from the owner's side to the other. */
  async copy(
    owner: Side,
    signal: AbortSignal,
    onProgress: (progress: CopyProgress) => void,
  ): Promise<void> {
    const direction = directionFrom(owner)
    const source = this.databases[owner].reading
    for (const pair of this.pairs) {
      const table = pair[direction]
      if (!this.#copying.has(table)) continue
      const name = displayName(table.source)
      const { oid } = pair[owner === 'legacy' ? 'legacy' : 'service']
      const expected = await rowsAbout(source, oid)
      await copyTable({
        slice: this.slice.name,
        stream: this.stream(direction),
        pair,
        direction,
        source,
        target: this.databases[opposite(owner)].reading,
        signal,
        onProgress: (copied) =>
          onProgress({ table: name, rows: copied, expected: Math.max(expected, copied) }),
        onRepeated: (times) =>
          this.#log.warn({ table: name, times }, 'a part of a table is read again and again'),
      })
      this.#copying.delete(table)
    }
  }

  /** What a verification needs, from the owner's side to the other. */
  sides(owner: Side): Sides {
    const direction = directionFrom(owner)
    return {
      slice: this.slice.name,
      direction,
      pairs: this.pairs,
      source: this.databases[owner].reading,
      target: this.databases[opposite(owner)].reading,
      stream: this.stream(direction),
      barrier: (signal) => this.barrier(owner, signal),
    }
  }

  /** What one side's tables are made of now. */
  shape(side: Side): Promise<string> {
    return shapeOf(this.databases[side].reading, this.pairs, side)
  }

  /** Sends a barrier from one side to the other; resolves when it has arrived. */
  async barrier(from: Side, signal: AbortSignal): Promise<void> {
    const id = randomUUID()
    const arrived = this.stream(directionFrom(from)).barrierApplied(id, signal)
    arrived.catch(() => {}) // Waited for below, unless writing it fails.
    await upsertBarrier(this.databases[from].reading, { slice: this.slice.name, id })
    await arrived
  }
}

/** Which tables are not copied yet: none of a stream that was set up only to lead back. */
async function remember(
  copying: Set<Translation>,
  databases: SliceDatabases,
  direction: Direction,
  pairs: readonly TablePair[],
  stream: string,
): Promise<void> {
  const into: Side = direction === 'forward' ? 'extracted' : 'legacy'
  const { rows } = await databases[into].reading.query<{ table: string }>(
    'select source_table as table from strangler.copied where stream = $1 and not done',
    [stream],
  )
  const waiting = new Set(rows.map(({ table }) => table))
  for (const pair of pairs) {
    if (waiting.has(displayName(pair[direction].source))) copying.add(pair[direction])
  }
}
