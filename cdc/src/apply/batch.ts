import type { Translation } from '../translate/translation.ts'
import type { Value } from '../log/log.ts'

/** A row in the order of a translation's inputs. */
export type InputRow = readonly Value[]

interface OfTable {
  readonly table: Translation
  /** The source's transaction, where that is known: low 32 bits of its id. */
  readonly xid?: number | undefined
}

/** A change of one row, in terms of its translation. */
export type TableChange =
  | (OfTable & {
      readonly kind: 'put'
      readonly row: InputRow
      /** The log says that the source did not have it before. The target may, where something is repeated. */
      readonly isNew?: boolean
    })
  | (OfTable & { readonly kind: 'delete'; readonly key: readonly string[] })
  | (OfTable & {
      readonly kind: 'rekey'
      readonly oldKey: readonly string[]
      readonly row: InputRow
    })

/** What is left to do with one row after all changes to it in a batch. */
export interface Pending {
  readonly key: readonly string[]
  /** The row is deleted first: what a target adds to rows of its own must not survive. */
  removed: boolean
  /** What its columns become; undefined entries keep what they are. */
  row: InputRow | undefined
  /** Whether the row may be new in the target, so that all of its columns are known. */
  whole: boolean
  /** The first of the changes made the row. */
  readonly isNew: boolean
}

export interface PendingTable {
  readonly table: Translation
  readonly rows: Map<string, Pending>
}

/** A row's key as one text, to tell rows apart. */
export function keyText(key: readonly Value[]): string {
  return key.length === 1 ? key[0]! : JSON.stringify(key)
}

export function keyOf({ keyLength }: Translation, row: InputRow): string[] {
  return row.slice(0, keyLength) as string[]
}

/** The key of the row that is changed; of a change of the key the new one. */
export function keyOfChange(change: TableChange): readonly string[] {
  return change.kind === 'delete' ? change.key : keyOf(change.table, change.row)
}

/**
 * Changes of many transactions, collapsed: each row is left with what all of them together make of it,
 * column by column, so that a later "unchanged" never drops an earlier value.
 */
export class Batch {
  readonly #tables = new Map<Translation, PendingTable>()

  get isEmpty(): boolean {
    return this.#tables.size === 0
  }

  tables(): PendingTable[] {
    return [...this.#tables.values()]
  }

  /** The row's key and its text can be handed in by whoever has them. */
  add(
    change: Exclude<TableChange, { kind: 'rekey' }>,
    key: readonly string[] = keyOfChange(change),
    text = keyText(key),
  ): void {
    const { table } = change
    let pending = this.#tables.get(table)
    if (!pending) this.#tables.set(table, (pending = { table, rows: new Map() }))
    const before = pending.rows.get(text)
    if (change.kind === 'delete') {
      pending.rows.set(text, { key, removed: true, row: undefined, whole: false, isNew: false })
      return
    }
    const row = before?.row ? overlay(before.row, change.row) : change.row
    const whole = !row.includes(undefined)
    const isNew = before ? before.isNew : change.isNew === true
    pending.rows.set(text, { key, removed: before?.removed ?? false, row, whole, isNew })
  }

  /** Whether the row was changed before. */
  has(change: Exclude<TableChange, { kind: 'rekey' }>): boolean {
    return this.#tables.get(change.table)?.rows.has(keyText(keyOfChange(change))) ?? false
  }

  clear(): void {
    this.#tables.clear()
  }
}

/** A row, with what is unchanged taken from the row before, if that is known. */
export function overlay(before: InputRow | undefined, row: InputRow): Value[] {
  return row.map((value, at) => (value === undefined ? before?.[at] : value))
}
