import type { Queryable } from '../control/store.ts'

/** A change that a stream's target refused, or one that waits behind such a change. */
export interface DeadLetter {
  /** Unique in its target, and in the order of the log. */
  readonly id: number
  readonly stream: string
  readonly slice: string
  /** The owner's epoch when it was parked. */
  readonly epoch: number
  readonly sourceTable: string
  readonly targetTable: string
  readonly kind: 'put' | 'delete' | 'rekey'
  /** The source's key, as texts; of a change of the key the former one. */
  readonly key: readonly string[]
  readonly newKey: readonly string[] | null
  /** Each of the source's columns that was logged, as text. */
  readonly row: Readonly<Record<string, string | null>> | null
  readonly reason: 'refused' | 'behind'
  readonly sqlstate: string | null
  readonly message: string | null
  readonly constraint: string | null
  /** The change stands in the log behind this place. */
  readonly place: string
  readonly xid: number | null
  readonly at: Date
  /** How often it was replayed in vain. */
  readonly attempts: number
  readonly discardedAt: Date | null
  readonly discardedWhy: string | null
}

const columns = `id::int, stream, slice, epoch::int, source_table as "sourceTable", target_table as "targetTable",
  kind, key, new_key as "newKey", row, reason, sqlstate, message, constraint_name as "constraint", place, xid::float8,
  parked_at as at, attempts, discarded_at as "discardedAt", discarded_why as "discardedWhy"`

export interface LettersWanted {
  readonly slice: string
  readonly stream?: string
  readonly ids?: readonly number[]
  /** Those that were given up, in place of those that wait. */
  readonly discarded?: boolean
  readonly limit?: number
}

/** A slice's dead letters in one database, in the order of the log. */
export async function readDeadLetters(
  database: Queryable,
  { slice, stream, ids, discarded = false, limit }: LettersWanted,
): Promise<DeadLetter[]> {
  const { rows } = await database.query<DeadLetter>(
    `select ${columns} from strangler.dead_letter
     where slice = $1 and ($2::text is null or stream = $2) and ($3::bigint[] is null or id = any($3))
       and (discarded_at is not null) = $4
     order by id limit $5`,
    [slice, stream ?? null, ids ?? null, discarded, limit ?? null],
  )
  return rows
}

/** How many of a slice's dead letters wait in one database; none where the toolkit has never been. */
export async function countDeadLetters(database: Queryable, slice: string): Promise<number> {
  const { rows } = await database
    .query<{ count: number }>(
      'select count(*)::int as count from strangler.dead_letter where slice = $1 and discarded_at is null',
      [slice],
    )
    .catch((error: unknown) => {
      if ((error as { code?: string }).code === '42P01') return { rows: [{ count: 0 }] }
      throw error
    })
  return rows[0]!.count
}
