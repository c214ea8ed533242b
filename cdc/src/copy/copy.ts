import { randomUUID } from 'node:crypto'
import { type Direction, displayName, sqlName, upsertBarrier } from '@strangler/core'
import type pg from 'pg'
import { type InputRow, keyOf, keyText, overlay, type TableChange } from '../apply/batch.ts'
import { arrayText, type Executor } from '../apply/execute.ts'
import type { Way } from '../apply/work.ts'
import type { Parks } from '../letters/parking.ts'
import { settle } from '../letters/settle.ts'
import type { Stream } from '../stream/stream.ts'
import type { Touched } from '../stream/window.ts'
import { keyAtTarget, keyRange } from '../translate/keys.ts'
import { keyInputs, keyMatches, rowsOf } from '../translate/statements.ts'
import type { TablePair } from '../translate/translation.ts'
import { type Chunk, readChunk } from './chunk.ts'

/** A chunk is about so large, whatever its rows' size. */
const chunkBytes = 4_000_000
const maxChunkRows = 5000
const firstChunkRows = 100

export interface CopyOptions {
  readonly slice: string
  readonly stream: Stream
  readonly pair: TablePair
  readonly direction: Direction
  /** Sessions at the source whose writes the log shows. */
  readonly source: pg.Pool
  readonly target: pg.Pool
  readonly signal: AbortSignal
  /** Rows copied so far. */
  onProgress(rows: number): void
}

type Put = Extract<TableChange, { kind: 'put' }>

interface Progress {
  readonly lastKey: readonly string[] | null
  readonly rows: number
  readonly done: boolean
}

/** What was copied before a chunk, and with it. */
interface Bounds {
  readonly progress: Progress
  readonly next: Progress
}

/**
 * Copies a table's rows into the target while the stream runs and applications write: chunk by chunk in the
 * order of its key. What the target holds and the source does not is deleted. It can be stopped at any
 * point and goes on from the last chunk.
 */
export async function copyTable(options: CopyOptions): Promise<void> {
  let progress = await readProgress(options)
  let limit = firstChunkRows
  while (!progress.done) {
    options.signal.throwIfAborted()
    const { state } = options.stream
    if (state.kind === 'stopped') throw state.error
    const { next, bytes } = await copyChunk(options, progress, limit)
    if (!next) continue
    const read = next.rows - progress.rows
    progress = next
    options.onProgress(progress.rows)
    const fitting = Math.floor((chunkBytes * read) / Math.max(bytes, 1))
    limit = Math.max(1, Math.min(limit * 2, fitting, maxChunkRows))
  }
}

/** Copies one chunk; `next` is undefined if the stream started again meanwhile, so that it must be repeated. */
async function copyChunk(
  options: CopyOptions,
  progress: Progress,
  limit: number,
): Promise<{ next: Progress | undefined; bytes: number }> {
  const { slice, stream, pair, direction, source, signal } = options
  const [low, high] = [randomUUID(), randomUUID()]
  let chunk: Chunk | undefined
  let next: Progress | undefined
  const outcome = Promise.withResolvers<boolean>()
  const table = pair[direction]
  const window = {
    table,
    low,
    high,
    atHigh(touched: Touched, cameBefore: (unseen: (xid: number) => boolean) => boolean) {
      // A transaction may stand in the log before it can be seen: then the chunk is older than the log.
      if (!chunk || cameBefore(chunk.unseen)) return undefined
      next = following(pair, direction, progress, chunk, limit)
      const { rows } = chunk
      return (executor: Executor, parks: Parks, way: Way) =>
        writeChunk(options, executor, { rows, touched, progress, next: next! }, parks, way)
    },
    applied: () => outcome.resolve(true),
    broken: () => outcome.resolve(false),
  }
  outcome.promise.catch(() => {}) // It may be stopped before anybody waits for the outcome.
  const stop = () => outcome.reject(signal.reason as Error)
  signal.addEventListener('abort', stop)
  stream.windows.expect(window)
  try {
    await upsertBarrier(source, { slice, id: low })
    chunk = await readChunk(source, pair, direction, progress.lastKey, limit)
    await upsertBarrier(source, { slice, id: high })
    const applied = await outcome.promise
    return { next: applied ? next : undefined, bytes: sizeOf(chunk) }
  } finally {
    signal.removeEventListener('abort', stop)
    stream.windows.forget(window)
  }
}

function following(
  pair: TablePair,
  direction: Direction,
  progress: Progress,
  { rows }: Chunk,
  limit: number,
): Progress {
  const last = rows.at(-1)
  return {
    lastKey: last ? keyOf(pair[direction], last) : progress.lastKey,
    rows: progress.rows + rows.length,
    done: rows.length < limit,
  }
}

async function writeChunk(
  { pair, direction, stream }: CopyOptions,
  executor: Executor,
  chunk: Bounds & { readonly rows: readonly InputRow[]; readonly touched: Touched },
  parks: Parks,
  way: Way,
): Promise<void> {
  const table = pair[direction]
  const puts = chunk.rows.flatMap((row): Put[] => {
    const touch = chunk.touched.get(keyText(keyOf(table, row)))
    if (touch?.row === 'known') return []
    return [{ kind: 'put', table, row: touch ? overlay(row, touch.row) : row }]
  })
  const { progress, next } = chunk
  // Where the target has nothing yet, nothing of it has to be replaced or deleted.
  const isFirst =
    way === 'trusting' &&
    !table.sharedSink &&
    !(await holdsAny(executor, { pair, direction, progress, next }))
  const put = async (free: readonly Put[]) => {
    const rows = free.map(({ row }) => row)
    if (isFirst) await executor.add(table, rows)
    else await executor.put(table, rows)
  }
  // What is read of a row that is parked comes after all that waits for it.
  if (way === 'one by one') await settle(executor, parks, puts, put)
  else await put(puts.filter((change) => !parks.takes(change)))
  if (!table.sharedSink && !isFirst) {
    const keep = [
      ...chunk.rows.map((row) => keyOf(table, row)),
      ...[...chunk.touched.values()].map(({ key }) => key),
      ...parks.keysIn(table),
    ]
    const takes = keyInputs(table)
    const range = rangeOf(pair, direction, { progress, next }, table.keyLength + 1)
    await executor.query(
      `delete from ${sqlName(table.target)} t where ${range.sql}
         and not exists (select from ${rowsOf(takes)} where ${keyMatches(table)})`,
      [...takes.map((at) => arrayText(keep.map((key) => key[at]))), ...range.values],
    )
  }
  await executor.query(
    `insert into strangler.copied (stream, source_table, last_key, rows, done) values ($1, $2, $3, $4, $5)
     on conflict (stream, source_table) do update set last_key = $3, rows = $4, done = $5`,
    [stream.name, displayName(table.source), next.lastKey, next.rows, next.done],
  )
}

/** Which part of the target a chunk is about; its parameters start at `first`. */
function rangeOf(pair: TablePair, direction: Direction, { progress, next }: Bounds, first: number) {
  const upTo = next.done ? null : next.lastKey
  return keyRange(keyAtTarget(pair, direction), { after: progress.lastKey, upTo }, first)
}

/** Whether the target has rows in a chunk's part of it. */
async function holdsAny(
  executor: Executor,
  { progress, next, pair, direction }: Pick<CopyOptions, 'pair' | 'direction'> & Bounds,
): Promise<boolean> {
  const range = rangeOf(pair, direction, { progress, next }, 1)
  const { rows } = await executor.query<{ is: boolean }>(
    `select exists (select from ${sqlName(pair[direction].target)} t where ${range.sql}) as is`,
    range.values,
  )
  return rows[0]!.is
}

async function readProgress({ stream, pair, direction, target }: CopyOptions): Promise<Progress> {
  const { rows } = await target.query<Progress>(
    `select last_key as "lastKey", rows::int, done from strangler.copied where stream = $1 and source_table = $2`,
    [stream.name, displayName(pair[direction].source)],
  )
  return rows[0] ?? { lastKey: null, rows: 0, done: false }
}

function sizeOf({ rows }: Chunk): number {
  let size = 0
  for (const row of rows) for (const value of row) size += value?.length ?? 0
  return size
}
