import type { Translation } from '../translate/translation.ts'
import { Batch, keyText, type TableChange } from './batch.ts'
import type { Executor } from './execute.ts'
import { blame } from '../stream/failures.ts'

/** Something else to do in the target at its place among the changes: a chunk of a first copy. */
export interface SpecialWork {
  readonly kind: 'special'
  perform(executor: Executor): Promise<void>
}

type RowChange = Exclude<TableChange, { kind: 'rekey' }>

type Part =
  | { readonly kind: 'rows'; readonly batch: Batch; readonly changes: RowChange[] }
  | Extract<TableChange, { kind: 'rekey' }>
  | { readonly kind: 'truncate'; readonly tables: readonly Translation[] }
  | SpecialWork

/**
 * How changes of rows are carried out: each row once, as what all changes together make of it; in runs of which
 * none changes a row twice; or one by one.
 */
export const ways = ['collapsed', 'in runs', 'one by one'] as const

export type Way = (typeof ways)[number]

/** Rows that changed, by table; the keys are the source's, each as the texts of its columns. */
export type TouchedKeys = Map<Translation, Map<string, readonly string[]>>

/** What is to be done in the target, in the order of the log. */
export class Work {
  readonly #parts: Part[] = []
  readonly touched: TouchedKeys = new Map()
  readonly deleted: TouchedKeys = new Map()
  readonly truncated = new Set<Translation>()
  /** How many changes it holds, and about how many characters. */
  size = 0
  length = 0
  /** Whether it changes rows that a fence protects. */
  changesFencedRows = false

  get isEmpty(): boolean {
    return this.#parts.length === 0
  }

  add(change: TableChange): void {
    this.size += 1
    if (change.kind !== 'delete') {
      for (const value of change.row) this.length += value?.length ?? 0
    }
    this.changesFencedRows ||= !change.table.sharedSink
    this.#touch(change)
    if (change.kind === 'rekey') {
      this.#parts.push(change)
      return
    }
    const last = this.#parts.at(-1)
    const rows = last?.kind === 'rows' ? last : this.#newRows()
    rows.batch.add(change)
    rows.changes.push(change)
  }

  truncate(tables: readonly Translation[]): void {
    this.size += 1
    this.changesFencedRows = true
    for (const table of tables) this.truncated.add(table)
    this.#parts.push({ kind: 'truncate', tables })
  }

  special(perform: SpecialWork['perform']): void {
    this.changesFencedRows = true
    this.#parts.push({ kind: 'special', perform })
  }

  /**
   * Does all of it. Collapsed is fast; the other ways go through each intermediate state as the source did,
   * for rows that only then never collide.
   */
  async perform(executor: Executor, way: Way): Promise<void> {
    for (const part of this.#parts) {
      if (part.kind === 'special') await part.perform(executor)
      else if (part.kind === 'truncate') await executor.truncate(part.tables)
      else if (part.kind === 'rekey') await one(executor, part)
      else if (way === 'collapsed') await executor.batch(part.batch)
      else if (way === 'in runs') await inRuns(executor, part.changes)
      else for (const change of part.changes) await one(executor, change)
    }
  }

  #newRows(): Extract<Part, { kind: 'rows' }> {
    const rows: Extract<Part, { kind: 'rows' }> = { kind: 'rows', batch: new Batch(), changes: [] }
    this.#parts.push(rows)
    return rows
  }

  #touch(change: TableChange): void {
    const { table } = change
    const old = change.kind === 'delete' ? change.key : change.kind === 'rekey' && change.oldKey
    if (old) {
      note(this.touched, table, old)
      note(this.deleted, table, old)
    }
    if (change.kind !== 'delete') {
      note(this.touched, table, change.row.slice(0, table.keyLength) as string[])
    }
  }
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

async function one(executor: Executor, change: TableChange): Promise<void> {
  try {
    await executor.one(change)
  } catch (error) {
    blame(error, change)
    throw error
  }
}

function note(keys: TouchedKeys, table: Translation, key: readonly string[]): void {
  let ofTable = keys.get(table)
  if (!ofTable) keys.set(table, (ofTable = new Map<string, readonly string[]>()))
  ofTable.set(keyText(key), key)
}
