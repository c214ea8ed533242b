import { keyOf, keyText, overlay, type TableChange } from '../apply/batch.ts'
import type { SpecialWork } from '../apply/work.ts'
import type { Value } from '../log/log.ts'
import type { Translation } from '../translate/translation.ts'

/**
 * What a log said of a row: all of it, or that it ended (`known`: whatever was read is no better), or what
 * some of its columns became.
 */
export interface TouchedRow {
  readonly key: readonly string[]
  readonly row: readonly Value[] | 'known'
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

interface Open {
  readonly touched: Map<string, TouchedRow>
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
    for (const [window, { touched }] of this.#open) {
      if (window.table === change.table) remember(touched, change)
    }
  }

  truncated(tables: readonly Translation[]): void {
    for (const [window, opened] of this.#open) {
      if (tables.includes(window.table)) opened.truncated = true
    }
  }

  #opened(): Open {
    return { touched: new Map(), truncated: false, from: this.#count }
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

function remember(touched: Map<string, TouchedRow>, change: TableChange): void {
  if (change.kind === 'delete') {
    touched.set(keyText(change.key), { key: change.key, row: 'known' })
    return
  }
  const { table, row } = change
  const key = keyOf(table, row)
  if (change.kind === 'rekey') {
    touched.set(keyText(change.oldKey), { key: change.oldKey, row: 'known' })
    touched.set(keyText(key), { key, row: 'known' })
    return
  }
  const before = touched.get(keyText(key))?.row
  const after = overlay(before === 'known' ? undefined : before, row)
  const known = before === 'known' || !after.includes(undefined)
  touched.set(keyText(key), { key, row: known ? 'known' : after })
}
