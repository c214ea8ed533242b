import type { Translation } from '../translate/translation.ts'
import { Batch, keyOfChange, keyText, type TableChange } from './batch.ts'
import type { Executor } from './execute.ts'
import { type Parks, parksNothing } from '../letters/parking.ts'
import { settle } from '../letters/settle.ts'
import { allReached, type Frontier } from '../copy/frontier.ts'
import { blame } from '../stream/failures.ts'

/** Something else to do in the target at its place among the changes: a chunk of a first copy. */
export interface SpecialWork {
  readonly kind: 'special'
  perform(executor: Executor, parks: Parks, way: Way): Promise<void>
}

type RowChange = Exclude<TableChange, { kind: 'rekey' }>

type Part =
  | { readonly kind: 'rows'; readonly batch: Batch; readonly changes: RowChange[] }
  | Extract<TableChange, { kind: 'rekey' }>
  | { readonly kind: 'truncate'; readonly tables: readonly Translation[] }
  | SpecialWork

/**
 * How changes of rows are carried out: each row once, as what all changes together make of it, those that are new in
 * the log as new here too, which is the fastest; the same, whether they are here already or not; in runs of which none
 * changes a row twice; or in ever fewer of them, one by one at last, where those that are refused are parked.
 */
export const ways = ['trusting', 'collapsed', 'in runs', 'one by one'] as const

export type Way = (typeof ways)[number]

/** Those that do not rely on what the log says of the target. */
export const carefulWays = ways.slice(1)

/** Rows that changed, by table; the keys are the source's, each as the texts of its columns. */
export type TouchedKeys = Map<Translation, Map<string, readonly string[]>>

/** Which rows some work is about. */
export interface Touching {
  readonly touched: TouchedKeys
  readonly deleted: TouchedKeys
}

/** What is to be done in the target, in the order of the log. */
export class Work implements Touching {
  readonly #parts: Part[] = []
  readonly touched: TouchedKeys = new Map()
  readonly deleted: TouchedKeys = new Map()
  readonly truncated = new Set<Translation>()
  /** How many changes it holds, and about how many characters. */
  size = 0
  length = 0
  /** Whether it changes rows that a fence protects. */
  changesFencedRows = false
  /** Whether it has rows that should be new to the target. */
  hasNewRows = false

  get isEmpty(): boolean {
    return this.#parts.length === 0
  }

  add(change: TableChange): void {
    this.size += 1
    if (change.kind !== 'delete') {
      for (const value of change.row) if (value) this.length += value.length
    }
    this.changesFencedRows ||= !change.table.sharedSink
    if (change.kind === 'put' && change.isNew) this.hasNewRows = true
    const key = keyOfChange(change)
    const text = keyText(key)
    this.#touch(change, key, text)
    if (change.kind === 'rekey') {
      this.#parts.push(change)
      return
    }
    const last = this.#parts.at(-1)
    const rows = last?.kind === 'rows' ? last : this.#newRows()
    rows.batch.add(change, key, text)
    rows.changes.push(change)
  }

  /** A shared sink is never emptied: the other side's own rows are in it too. */
  truncate(all: readonly Translation[]): void {
    const tables = all.filter(({ sharedSink }) => !sharedSink)
    if (tables.length === 0) return
    this.size += 1
    this.changesFencedRows = true
    for (const table of tables) this.truncated.add(table)
    this.#parts.push({ kind: 'truncate', tables })
  }

  special(perform: SpecialWork['perform']): void {
    this.changesFencedRows = true
    this.hasNewRows = true
    this.#parts.push({ kind: 'special', perform })
  }

  /**
   * Does all of it. Collapsed is fast; the other ways go through each intermediate state as the source did,
   * for rows that only then never collide. What belongs to a row that is parked is parked too, and what a first
   * copy has not reached is left to it.
   */
  async perform(
    executor: Executor,
    way: Way,
    parks: Parks = parksNothing,
    frontier: Frontier = allReached,
  ): Promise<void> {
    const how: How = { executor, way, parks, frontier }
    for (const part of this.#parts) {
      if (part.kind === 'special') await part.perform(executor, parks, way)
      else if (part.kind === 'truncate') {
        await executor.truncate(part.tables)
        await parks.truncated(part.tables)
      } else if (part.kind === 'rows') {
        const { changes, batch } = part
        const reached = await frontier.reached(executor, changes, parks)
        await rows(how, reached, reached === changes ? batch : undefined)
      } else {
        const change = await frontier.moved(executor, part, parks)
        if (change?.kind === 'rekey') await move(how, change)
        else if (change) await rows(how, [change])
      }
    }
  }

  #newRows(): Extract<Part, { kind: 'rows' }> {
    const rows: Extract<Part, { kind: 'rows' }> = { kind: 'rows', batch: new Batch(), changes: [] }
    this.#parts.push(rows)
    return rows
  }

  #touch(change: TableChange, key: readonly string[], text: string): void {
    const { table, kind } = change
    if (kind === 'rekey') {
      const old = keyText(change.oldKey)
      note(this.touched, table, change.oldKey, old)
      note(this.deleted, table, change.oldKey, old)
    }
    note(this.touched, table, key, text)
    if (kind === 'delete') note(this.deleted, table, key, text)
  }
}

interface How {
  readonly executor: Executor
  readonly way: Way
  readonly parks: Parks
  readonly frontier: Frontier
}

/** @param all all of them, collapsed, where that is known. */
async function rows(how: How, changes: readonly RowChange[], all?: Batch): Promise<void> {
  const { executor, way, parks } = how
  if (way === 'one by one') {
    await settle(executor, parks, changes, fewer(executor), makeRoom(how))
    return
  }
  const free = parks.isEmpty ? changes : changes.filter((change) => !parks.takes(change))
  if (way === 'in runs') await inRuns(executor, free)
  else {
    const batch = all && free.length === changes.length ? all : batchOf(free)
    await executor.batch(batch, way === 'trusting')
  }
}

async function move(how: How, change: Extract<TableChange, { kind: 'rekey' }>): Promise<void> {
  const { executor, way, parks } = how
  if (way === 'one by one') {
    await settle(executor, parks, [change], alone(executor), makeRoom(how))
  } else if (!parks.takes(change)) await one(executor, change)
}

function makeRoom({ executor, frontier }: How) {
  return (change: TableChange, error: unknown) => frontier.makeRoom(executor, change, error)
}

/**
 * A run is carried out in the source's order, but for its deletes, which come first: values that are free too
 * early collide with nothing.
 */
async function inRuns(executor: Executor, changes: readonly RowChange[]): Promise<void> {
  const run = new Batch()
  for (const change of changes) {
    const isPatch = change.kind === 'put' && change.row.includes(undefined)
    if (isPatch || run.has(change)) {
      await executor.batch(run)
      run.clear()
    }
    if (isPatch) await one(executor, change)
    else run.add(change)
  }
  await executor.batch(run)
}

function batchOf(changes: readonly RowChange[]): Batch {
  const batch = new Batch()
  for (const change of changes) batch.add(change)
  return batch
}

function alone(executor: Executor) {
  return ([change]: readonly TableChange[]) => one(executor, change!)
}

/** What is left of the changes when they are halved again and again. */
function fewer(executor: Executor) {
  return (changes: readonly RowChange[]) =>
    changes.length === 1 ? one(executor, changes[0]!) : inRuns(executor, changes)
}

async function one(executor: Executor, change: TableChange): Promise<void> {
  try {
    await executor.one(change)
  } catch (error) {
    blame(error, change)
    throw error
  }
}

function note(keys: TouchedKeys, table: Translation, key: readonly string[], text: string): void {
  let ofTable = keys.get(table)
  if (!ofTable) keys.set(table, (ofTable = new Map<string, readonly string[]>()))
  ofTable.set(text, key)
}
