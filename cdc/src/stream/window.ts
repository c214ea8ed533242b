import { keyOf, keyText, overlay, type TableChange } from '../apply/batch.ts'
import type { SpecialWork } from '../apply/work.ts'
import type { Value } from '../log/log.ts'
import type { Translation } from '../translate/translation.ts'

/**
 * What a log said of a row last: what its columns became, undefined where they stayed what they were; or that it
 * is gone; or that it changed, and nobody knows what it is: it was given its key by a change that left some columns
 * out, or there was too much to keep.
 */
export interface TouchedRow {
  readonly key: readonly string[]
  readonly row: readonly Value[] | 'gone' | 'unknown'
}

export type Touched = ReadonlyMap<string, TouchedRow>

/**
 * The time between two barriers, in which a chunk of a table was read. A row that changed meanwhile may
 * have been read before or after; the log decides.
 *
 * @see https://arxiv.org/abs/2010.12597 the DBLog method
 */
export interface Window {
  readonly table: Translation
  readonly low: string
  readonly high: string
  /**
   * What to do in the target at the high barrier, given what changed since the low one; undefined if the
   * chunk is of no use.
   *
   * @param cameBefore whether some transaction of that kind stands in the log before the low barrier.
   */
  atHigh(
    touched: Touched,
    cameBefore: (kind: (xid: number) => boolean) => boolean,
  ): SpecialWork['perform'] | undefined
  /** It was done, and is committed. */
  applied(): void
  /** The chunk was of no use, or the log is read again from an earlier place: read the chunk anew. */
  broken(): void
}

/** So many transactions are remembered, to tell which came before a window. */
const remembered = 50_000

/** So many characters of changed rows, at most, are kept for a window; of others it is only known that they changed. */
const keptLength = 64_000_000

interface Open {
  readonly touched: Map<string, TouchedRow>
  /** About how much of them is kept. */
  length: number
  /** All rows of the table went meanwhile: none of those that were read may come back. */
  truncated: boolean
  /** How many transactions had come before. */
  readonly from: number
}

/** Follows the windows of one stream. */
export class WindowTracker {
  readonly #expected = new Set<Window>()
  readonly #open = new Map<Window, Open>()
  readonly #transactions = new Map<number, number>()
  #count = 0
  #performed: Window[] = []

  transaction(xid: number): void {
    this.#transactions.delete(xid)
    this.#transactions.set(xid, this.#count++)
    if (this.#transactions.size <= remembered) return
    const [oldest] = this.#transactions.keys()
    this.#transactions.delete(oldest!)
  }

  expect(window: Window): void {
    this.#expected.add(window)
  }

  forget(window: Window): void {
    this.#expected.delete(window)
    this.#open.delete(window)
  }

  /** Takes in a barrier; returns the work of the window that it closes, if it closes one. */
  barrier(id: string): SpecialWork['perform'] | undefined {
    for (const window of this.#expected) {
      if (window.low === id) this.#open.set(window, this.#opened())
      if (window.high !== id) continue
      const opened = this.#open.get(window)
      this.forget(window)
      const perform =
        opened &&
        !opened.truncated &&
        window.atHigh(opened.touched, (kind) =>
          this.#transactions.entries().some(([xid, at]) => at < opened.from && kind(xid)),
        )
      if (!perform) {
        window.broken()
        continue
      }
      this.#performed.push(window)
      return perform
    }
    return undefined
  }

  change(change: TableChange): void {
    for (const [window, opened] of this.#open) {
      if (window.table === change.table) remember(opened, change)
    }
  }

  truncated(tables: readonly Translation[]): void {
    for (const [window, opened] of this.#open) {
      if (tables.includes(window.table)) opened.truncated = true
    }
  }

  #opened(): Open {
    return { touched: new Map(), length: 0, truncated: false, from: this.#count }
  }

  committed(): void {
    const performed = this.#performed
    this.#performed = []
    for (const window of performed) window.applied()
  }

  /** The stream starts again from its position. */
  restart(): void {
    const lost = [...this.#expected, ...this.#performed]
    this.#expected.clear()
    this.#open.clear()
    this.#performed = []
    for (const window of lost) window.broken()
  }
}

function remember(opened: Open, change: TableChange): void {
  if (change.kind === 'delete') {
    keep(opened, { key: change.key, row: 'gone' })
    return
  }
  const { table, row, kind } = change
  const key = keyOf(table, row)
  const isMoved = kind === 'rekey'
  const before = opened.touched.get(keyText(isMoved ? change.oldKey : key))?.row
  if (isMoved) keep(opened, { key: change.oldKey, row: 'gone' })
  keep(opened, { key, row: became(before, row, isMoved) })
}

function became(before: TouchedRow['row'] | undefined, row: readonly Value[], isMoved: boolean) {
  const known = typeof before === 'object' ? overlay(before, row) : row
  // What is read under its key may be of another row.
  const isUnclear = isMoved || typeof before === 'string'
  return isUnclear && known.includes(undefined) ? 'unknown' : known
}

function keep(opened: Open, row: TouchedRow): void {
  const text = keyText(row.key)
  const before = opened.touched.get(text)
  if (before) opened.length -= lengthOf(before)
  const isTooMuch = opened.length + lengthOf(row) > keptLength
  const kept: TouchedRow = isTooMuch && row.row !== 'gone' ? { key: row.key, row: 'unknown' } : row
  opened.length += lengthOf(kept)
  opened.touched.set(text, kept)
}

/** Of an array and its entries too, which are most of it where values are short. */
const overhead = 100

function lengthOf({ row }: TouchedRow): number {
  if (typeof row === 'string') return 0
  let length = overhead
  for (const value of row) length += value?.length ?? 0
  return length
}
