import type { TableName } from '@strangler/core'

/** Text as Postgres prints it, null for NULL, undefined for a large value that was not logged: unchanged. */
export type Value = string | null | undefined

/** A table as the log describes it. One object for each version of the table's columns. */
export interface Relation {
  readonly name: TableName
  readonly columns: readonly string[]
  /** The columns that tell rows apart in this log. */
  readonly key: readonly string[]
}

export type RowChange =
  | { readonly kind: 'insert'; readonly relation: Relation; readonly row: readonly Value[] }
  | {
      readonly kind: 'update'
      readonly relation: Relation
      readonly row: readonly Value[]
      /** The row before, or only its key, where that was logged. */
      readonly old: readonly Value[] | undefined
    }
  | { readonly kind: 'delete'; readonly relation: Relation; readonly old: readonly Value[] }
  | { readonly kind: 'truncate'; readonly relations: readonly Relation[] }

/** A log's entries: the source's transactions, in the order in which they were committed. */
export type LogEntry =
  | RowChange
  | {
      readonly kind: 'begin'
      /** The source's transaction id, its low 32 bits. */
      readonly xid: number
    }
  | {
      readonly kind: 'commit'
      /** The place after this transaction. */
      readonly place: string
    }

/** Which log a place is in: places of another one mean nothing. */
export interface LogIdentity {
  readonly system: string
  readonly timeline: number
  readonly log: string
}

/** Where a stream is read from: one ordered log of a slice's tables, with the source's barriers and beats. */
export interface ChangeLog {
  readonly identity: LogIdentity
  /**
   * Entries from a place on, as many at a time as have arrived. Whoever does not take them slows the log down.
   *
   * @param gatherMs how long to wait for more before the first ones are handed over.
   */
  read(from: string, gatherMs: number): AsyncIterable<readonly LogEntry[]>
  /** What keeps it from bringing anything for now, if something does. */
  readonly trouble?: string | undefined
  /** Everything up to this place is in the target for good; the source need not keep it. */
  confirm(place: string): void
  close(): Promise<void>
}
