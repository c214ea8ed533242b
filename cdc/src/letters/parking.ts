import { displayName } from '@strangler/core'
import type pg from 'pg'
import { keyText, type TableChange } from '../apply/batch.ts'
import type { Translation } from '../translate/translation.ts'
import { describeRefusal, type Refused } from './refusal.ts'
import {
  discardLetters,
  insertLetters,
  keysOf,
  type NewLetter,
  type Origin,
  readWaitingKeys,
  tooMany,
} from './store.ts'

/** So many refused changes in one transaction of the target, or letters that wait in all, are too many. */
const maxRefused = 10_000
const maxWaiting = 100_000

/** Where one can go back to. */
export interface Mark {
  readonly added: number
  readonly pending: number
  readonly refused: number
  readonly truncations: number
}

/** Where changes go that cannot be applied. */
export interface Parks {
  /** Whether nothing is parked, so that every change may be applied. */
  readonly isEmpty: boolean
  /** Whether a change's row is parked already. */
  holds(change: TableChange): boolean
  /** Parks a change whose row is parked already, or that has to be for what it would leave behind. */
  takes(change: TableChange): boolean
  /** Parks a change that the target has refused. */
  refuse(change: TableChange, error: unknown): void
  /** Gives up the letters of tables that the source has emptied. */
  truncated(tables: readonly Translation[]): Promise<void>
  keysIn(table: Translation): readonly (readonly string[])[]
  /** So many of so many changes of one kind were refused, which was not one row's matter. */
  stop(what: string, error: unknown): never
  mark(): Mark
  /** Forgets what came after the mark; the target's transaction is back there already. */
  undo(mark: Mark): Promise<void>
}

/** Where nothing is parked: what is refused is an error. */
export const parksNothing: Parks = {
  isEmpty: true,
  holds: () => false,
  takes: () => false,
  refuse(_change, error) {
    throw error
  },
  stop(_what, error) {
    throw error
  },
  truncated: async () => {},
  keysIn: () => [],
  mark: () => ({ added: 0, pending: 0, refused: 0, truncations: 0 }),
  undo: async () => {},
}

/** Rows whose changes have to be parked for what the whole transaction would leave in the target. */
export class Condemned {
  readonly #rows = new Map<Translation, Map<string, Refused | undefined>>()

  get isEmpty(): boolean {
    return this.#rows.size === 0
  }

  /** Without a refusal: what it refers to is parked. */
  add(table: Translation, key: readonly string[], refused: Refused | undefined): void {
    let rows = this.#rows.get(table)
    if (!rows) this.#rows.set(table, (rows = new Map<string, Refused | undefined>()))
    rows.set(keyText(key), refused)
  }

  /** The row that condemns a change, if one does. */
  find(change: TableChange): { readonly refused: Refused | undefined } | undefined {
    const rows = this.#rows.get(change.table)
    const text =
      rows &&
      keysOf(change)
        .map(keyText)
        .find((key) => rows.has(key))
    return text === undefined ? undefined : { refused: rows!.get(text) }
  }

  has(table: Translation, text: string): boolean {
    return this.#rows.get(table)?.has(text) ?? false
  }

  clear(): void {
    this.#rows.clear()
  }
}

/** A stream's dead letters, as far as the applier has to know them: which rows have some. */
export class Parking implements Parks {
  readonly #client: pg.ClientBase
  readonly #stream: string
  readonly #tables: readonly Translation[]
  readonly #condemned: Condemned
  readonly #keys = new Map<Translation, Map<string, readonly string[]>>()
  /** What the open transaction added to the keys, in order, and by table. */
  #added: { table: Translation; text: string }[] = []
  readonly #news = new Map<Translation, Set<string>>()
  #pending: NewLetter[] = []
  #written = 0
  #refused = 0
  #truncations = 0
  #waiting = 0
  /** What is known here may be wrong. */
  #isStale = true

  constructor(
    client: pg.ClientBase,
    stream: string,
    tables: readonly Translation[],
    condemned: Condemned,
  ) {
    this.#client = client
    this.#stream = stream
    this.#tables = tables
    this.#condemned = condemned
  }

  /** How many letters wait. */
  get waiting(): number {
    return this.#waiting
  }

  get isEmpty(): boolean {
    return this.#keys.size === 0 && this.#condemned.isEmpty
  }

  has(table: Translation, key: readonly string[]): boolean {
    return this.#keys.get(table)?.has(keyText(key)) ?? false
  }

  /** Whether all of the open transaction's changes of a row were parked: from its first one on. */
  hasWhole(table: Translation, key: readonly string[]): boolean {
    const text = keyText(key)
    if (this.#condemned.has(table, text)) return true
    return this.has(table, key) && !this.#news.get(table)?.has(text)
  }

  holdsOf(table: Translation): boolean {
    return this.#keys.has(table)
  }

  keysIn(table: Translation): readonly (readonly string[])[] {
    return [...(this.#keys.get(table)?.values() ?? [])]
  }

  /** At the beginning of each transaction. */
  async begin(): Promise<void> {
    if (this.#isStale) await this.load()
  }

  async load(): Promise<void> {
    const letters = await readWaitingKeys(this.#client, this.#stream)
    const tables = new Map(this.#tables.map((table) => [displayName(table.source), table]))
    this.#keys.clear()
    for (const { table: name, key, newKey } of letters) {
      const table = tables.get(name)
      if (!table) continue // The plan has no use for it any more.
      for (const each of newKey ? [key, newKey] : [key]) this.#hold(table, each)
    }
    this.#waiting = letters.length
    this.#isStale = false
  }

  holds(change: TableChange): boolean {
    return keysOf(change).some((key) => this.has(change.table, key))
  }

  takes(change: TableChange): boolean {
    if (this.isEmpty) return false
    if (this.holds(change)) {
      this.#park(change, undefined)
      return true
    }
    const condemned = this.#condemned.find(change)
    if (condemned) this.#park(change, condemned.refused)
    return condemned !== undefined
  }

  refuse(change: TableChange, error: unknown): void {
    this.#park(change, describeRefusal(error))
  }

  stop(what: string, error: unknown): never {
    throw tooMany(this.#stream, what, describeRefusal(error))
  }

  /** What the source's rows were is void; nothing of theirs may come back. */
  async truncated(tables: readonly Translation[]): Promise<void> {
    if (!tables.some((table) => this.#keys.has(table))) return
    this.#pending = this.#pending.filter(({ change }) => !tables.includes(change.table))
    this.#truncations += 1
    this.#isStale = true
    for (const table of tables) this.#keys.delete(table)
    await discardLetters(this.#client, this.#stream, { tables }, 'the source emptied the table')
  }

  mark(): Mark {
    return {
      added: this.#added.length,
      pending: this.#pending.length,
      refused: this.#refused,
      truncations: this.#truncations,
    }
  }

  async undo(mark: Mark): Promise<void> {
    for (const { table, text } of this.#added.splice(mark.added)) this.#release(table, text)
    this.#pending.splice(mark.pending)
    this.#refused = mark.refused
    if (this.#truncations === mark.truncations) return
    await this.load()
    this.#isStale = true // What it read is not committed.
  }

  /** Writes what was parked. Before the end of a transaction, and of each part of one. */
  async flush(origin: () => Promise<Origin>): Promise<void> {
    if (this.#pending.length === 0) return
    await insertLetters(this.#client, await origin(), this.#pending)
    this.#written += this.#pending.length
    this.#pending = []
  }

  committed(): void {
    this.#waiting += this.#written
    this.#condemned.clear()
    this.#forget()
  }

  rolledBack(): void {
    for (const { table, text } of this.#added) this.#release(table, text)
    this.#forget()
  }

  #forget(): void {
    this.#added = []
    this.#news.clear()
    this.#pending = []
    this.#written = 0
    this.#refused = 0
    this.#truncations = 0
  }

  #park(change: TableChange, refused: Refused | undefined): void {
    if (refused && ++this.#refused > maxRefused) {
      throw tooMany(
        this.#stream,
        `more than ${maxRefused} were refused in one transaction`,
        refused,
      )
    }
    this.#pending.push({ change, refused })
    if (this.#waiting + this.#written + this.#pending.length > maxWaiting) {
      const example = refused ?? { sqlstate: null, constraint: null, message: 'it waits' }
      throw tooMany(this.#stream, `more than ${maxWaiting} wait already`, example)
    }
    const { table } = change
    for (const key of keysOf(change)) {
      if (this.has(table, key)) continue
      this.#hold(table, key)
      this.#added.push({ table, text: keyText(key) })
      const news = this.#news.get(table)
      if (news) news.add(keyText(key))
      else this.#news.set(table, new Set([keyText(key)]))
    }
  }

  #hold(table: Translation, key: readonly string[]): void {
    let keys = this.#keys.get(table)
    if (!keys) this.#keys.set(table, (keys = new Map<string, readonly string[]>()))
    keys.set(keyText(key), key)
  }

  #release(table: Translation, text: string): void {
    const keys = this.#keys.get(table)
    keys?.delete(text)
    if (keys?.size === 0) this.#keys.delete(table)
    this.#news.get(table)?.delete(text)
  }
}
