import { randomUUID } from 'node:crypto'
import { type Direction, upsertBarrier } from '@strangler/core'
import type pg from 'pg'
import { keyOf, keyText, overlay, type TableChange } from '../apply/batch.ts'
import type { Executor } from '../apply/execute.ts'
import type { Way } from '../apply/work.ts'
import type { Parks } from '../letters/parking.ts'
import { settle } from '../letters/settle.ts'
import type { Value } from '../log/log.ts'
import type { Stream } from '../stream/stream.ts'
import type { Touched } from '../stream/window.ts'
import type { TablePair, Translation } from '../translate/translation.ts'
import { type Chunk, readChunk } from './chunk.ts'
import { type Progress, readProgress, writeProgress } from './progress.ts'
import {
  deleteAll,
  hasAny,
  isAmongst,
  isWithin,
  joined,
  keysWithin,
  not,
  type Range,
} from './range.ts'

/** A chunk is about so large, whatever its rows' size. */
const chunkBytes = 4_000_000
const maxChunkRows = 5000
const firstChunkRows = 100

/** So many times a chunk may be read again before somebody is told. */
const many = 10

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
  /** One chunk had to be read so many times. */
  onRepeated(times: number): void
}

type Put = Extract<TableChange, { kind: 'put' }>

/** A chunk's rows as they were when it was read, and what came of them. */
interface Read {
  readonly rows: Chunk['rows']
  readonly touched: Touched
  readonly range: Range
  readonly next: Progress
}

/**
 * Copies a table's rows into the target while the stream runs and applications write: chunk by chunk in the
 * order of its key. What the target holds and the source does not is deleted. It can be stopped at any
 * point and goes on from the last chunk.
 */
export async function copyTable(options: CopyOptions): Promise<void> {
  const { stream, pair, direction, target } = options
  const query: Executor['query'] = (sql, values) => target.query(sql, [...values])
  let progress = await readProgress({ query }, stream.name, pair[direction])
  let limit = firstChunkRows
  let times = 0
  while (!progress.done) {
    options.signal.throwIfAborted()
    const { state } = stream
    if (state.kind === 'stopped') throw state.error
    const { next, bytes } = await copyChunk(options, progress, limit)
    times += 1
    if (!next) {
      if (times % many === 0) options.onRepeated(times)
      limit = Math.min(limit, Math.max(firstChunkRows, limit >> 1))
      continue
    }
    times = 0
    const added = next.rows - progress.rows
    progress = next
    options.onProgress(progress.rows)
    const fitting = Math.floor((chunkBytes * added) / Math.max(bytes, 1))
    limit = Math.max(1, Math.min(limit * 2, fitting, maxChunkRows))
  }
}

/** Copies one chunk; `next` is undefined if it must be read again. */
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
      const to = following(pair, direction, progress, chunk, limit)
      const range = { after: progress.lastKey, upTo: to.done ? null : to.lastKey }
      const read: Read = { rows: chunk.rows, touched, range, next: to }
      return async (executor: Executor, parks: Parks, way: Way) => {
        next = await writeChunk(options, executor, read, parks, way)
      }
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

/** Resolves to how far the copy has come then; undefined if the chunk was of no use. */
async function writeChunk(
  { pair, direction, stream }: CopyOptions,
  executor: Executor,
  read: Read,
  parks: Parks,
  way: Way,
): Promise<Progress | undefined> {
  const table = pair[direction]
  const { range, next } = read
  // A commit may have succeeded without an answer.
  const before = await readProgress(executor, stream.name, table)
  if (JSON.stringify(before.lastKey) !== JSON.stringify(range.after)) return before
  const here = isWithin(pair, direction, range)
  const rows = await rowsNow(executor, table, read)
  if (!rows) return undefined
  const puts = rows.map((row): Put => ({ kind: 'put', table, row }))
  // Where the target has nothing yet, nothing of it has to be replaced or deleted.
  const isFirst = way === 'trusting' && !table.sharedSink && !(await hasAny(executor, table, here))
  if (!table.sharedSink && !isFirst) {
    const keep = [...rows.map((row) => keyOf(table, row)), ...parks.keysIn(table)]
    await deleteAll(executor, table, joined('and', [here, not(isAmongst(table, keep))]))
  }
  const put = async (free: readonly Put[]) => {
    const whole = free.map(({ row }) => row)
    if (isFirst) await executor.add(table, whole)
    else await executor.replace(table, whole)
  }
  if (way !== 'one by one') await put(puts.filter((change) => !parks.takes(change)))
  else {
    // What is read of a row that is parked comes after all that waits for it.
    await settle(executor, parks, puts, put, (change, error) => {
      const later = puts.slice(puts.indexOf(change) + 1).map(({ row }) => keyOf(table, row))
      const stale = [isAmongst(table, later)]
      if (!next.done) stale.push(isWithin(pair, direction, { after: next.lastKey, upTo: null }))
      return stream.frontier.makeRoom(executor, change, error, joined('or', stale))
    })
  }
  await writeProgress(executor, stream.name, table, next)
  return next
}

/** What a chunk's rows have become by its end, new ones with them; undefined if that is not known of one. */
async function rowsNow(
  executor: Executor,
  table: Translation,
  { rows, touched, range }: Read,
): Promise<(readonly Value[])[] | undefined> {
  const left = new Map(touched)
  const now = rows.flatMap((row) => {
    const text = keyText(keyOf(table, row))
    const change = left.get(text)?.row
    if (change === 'unknown') return []
    left.delete(text)
    if (change === 'gone') return []
    return [change ? overlay(row, change) : row]
  })
  // A row that was not read, and of which some columns are not known, was there all the time: beyond the chunk.
  const others = [...left.values()].filter(
    ({ row }) => row === 'unknown' || (row !== 'gone' && !row.includes(undefined)),
  )
  if (others.length === 0) return now
  const keys = others.map(({ key }) => key)
  const here = await keysWithin(executor, table, keys, range)
  for (const at of here) {
    const { row } = others[at]!
    if (typeof row === 'string') return undefined
    now.push(row)
  }
  return now
}

function sizeOf({ rows }: Chunk): number {
  let size = 0
  for (const row of rows) for (const value of row) size += value?.length ?? 0
  return size
}
