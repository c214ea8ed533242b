import type { TableName } from '../plan/identifier.ts'

export interface CatalogColumn {
  readonly name: string
  /** As it is declared: `numeric(10,2)`, `public.mood`. */
  readonly type: string
  /** The type without its modifier, for casts: those with one would round or cut without a word. */
  readonly castType: string
  /**
   * A built-in type with the same texts, which any server knows: the base of a domain, `text` for an
   * enumeration, an extension's type, or a padded one.
   */
  readonly portableType: string
  /** The portable type with its modifier, which tells what the column can hold. */
  readonly portableDeclared: string
  readonly nullable: boolean
  /** An expression computes it. */
  readonly generated: boolean
  readonly identity: boolean
  /** Generated always: no update may set it. */
  readonly identityAlways: boolean
  readonly hasDefault: boolean
  /** The sequence that its default or identity draws from, as SQL names it. */
  readonly sequence: string | null
  /** What makes raising its sequence no promise that a number is given once. */
  readonly sequenceHabits: readonly SequenceHabit[]
}

/** Sessions keep numbers that were set aside for them; numbers come again; numbers fall. */
export type SequenceHabit = 'caches' | 'cycles' | 'descends'

/** The numbers that a sequence gives: from the next one on, in steps, to the last. */
export interface Numbers {
  readonly next: bigint
  readonly step: bigint
  readonly last: bigint
}

export interface ForeignKey {
  readonly name: string
  readonly from: TableName
  readonly columns: readonly string[]
  readonly references: TableName
  readonly referencedColumns: readonly string[]
}

export interface CatalogTable {
  readonly oid: number
  readonly name: TableName
  /** `r` ordinary, `p` partitioned, `f` foreign, `v` view, ... as in `pg_class.relkind`. */
  readonly kind: string
  /** `p` permanent, `u` unlogged, `t` temporary. */
  readonly persistence: string
  readonly owner: string
  readonly columns: readonly CatalogColumn[]
  /** The primary key's columns, in order. */
  readonly key: readonly string[]
  /** `d` key, `n` nothing, `f` full, `i` an index, as in `pg_class.relreplident`. */
  readonly replicaIdentity: string
  /** Its partitions and inheritance children, at any depth, leaves and branches. */
  readonly children: readonly TableName[]
  /** It is a partition of another table, or inherits from one. */
  readonly isPart: boolean
  readonly foreignKeys: readonly ForeignKey[]
  /** Deferrable unique and exclusion constraints. */
  readonly deferrable: readonly string[]
}
