import type { Queryable } from '../control/store.ts'

/** An event that a consumer could not handle, or one that waits behind such an event. */
export interface EventLetter {
  /** Unique in the consumer's database, and in the order of the aggregate. */
  readonly id: number
  readonly event: string
  readonly type: string
  readonly aggregateType: string
  readonly aggregateId: string
  readonly payload: unknown
  readonly attempts: number
  /** What the last attempt ended with; null: it waits behind another. */
  readonly error: string | null
  readonly at: Date
  /** When it is tried again, if it still is. */
  readonly retryAt: Date | null
  readonly discardedAt: Date | null
  readonly discardedWhy: string | null
}

export interface EventLettersWanted {
  readonly consumer: string
  readonly ids?: readonly number[] | undefined
  /** Those that were given up, in place of those that wait. */
  readonly discarded?: boolean
  readonly limit?: number
}

/** A consumer's letters, in their order. */
export async function readEventLetters(
  database: Queryable,
  { consumer, ids, discarded = false, limit }: EventLettersWanted,
): Promise<EventLetter[]> {
  const { rows } = await database.query<EventLetter>(
    `select id::int, event, type, aggregate_type as "aggregateType", aggregate_id as "aggregateId", payload,
       attempts, error, parked_at as at, retry_at as "retryAt", discarded_at as "discardedAt",
       discarded_why as "discardedWhy"
     from strangler.event_letter
     where consumer = $1 and ($2::bigint[] is null or id = any($2)) and (discarded_at is not null) = $3
     order by id limit $4`,
    [consumer, ids ?? null, discarded, limit ?? null],
  )
  return rows
}

/**
 * Has the consumer's process try letters once more: those named with all that wait for the same aggregates, or all.
 * Resolves to their ids.
 */
export async function askToReplay(
  database: Queryable,
  consumer: string,
  ids: readonly number[] | undefined,
): Promise<number[]> {
  const { rows } = await database.query<{ id: number }>(
    `update strangler.event_letter letter set retry_at = clock_timestamp(), begun_at = null
     where consumer = $1 and discarded_at is null and ($2::bigint[] is null or exists (
       select from strangler.event_letter named
       where named.consumer = $1 and named.id = any($2) and named.discarded_at is null
         and named.aggregate_type = letter.aggregate_type and named.aggregate_id = letter.aggregate_id))
     returning id::int`,
    [consumer, ids ?? null],
  )
  return rows.map(({ id }) => id).toSorted((one, other) => one - other)
}

/** Gives letters up, exactly those named, or all but what has just arrived. Resolves to their ids. */
export async function discardEventLetters(
  database: Queryable,
  consumer: string,
  ids: readonly number[] | undefined,
  by: string,
): Promise<number[]> {
  const { rows } = await database.query<{ id: number }>(
    `update strangler.event_letter letter set discarded_at = clock_timestamp(), discarded_why = $3
     where consumer = $1 and discarded_at is null and (id = any($2) or $2::bigint[] is null and (
       attempts + lost > 0 or exists (
         select from strangler.event_letter earlier
         where earlier.consumer = $1 and earlier.discarded_at is null and earlier.id < letter.id
           and earlier.aggregate_type = letter.aggregate_type and earlier.aggregate_id = letter.aggregate_id)))
     returning id::int`,
    [consumer, ids ?? null, `by ${by}`],
  )
  return rows.map(({ id }) => id).toSorted((one, other) => one - other)
}

/** How a consumer is, as its database tells. */
export interface ConsumerState {
  /** How long ago its process was last heard of, in milliseconds; null: never. */
  readonly seenMsAgo: number | null
  readonly trouble: string | null
  readonly lastEventAt: Date | null
  readonly letters: number
  readonly dead: number
}

/** @returns undefined for a consumer that this database does not know. */
export async function readConsumer(
  database: Queryable,
  consumer: string,
): Promise<ConsumerState | undefined> {
  const { rows } = await database.query<ConsumerState>(
    `select extract(epoch from clock_timestamp() - seen_at)::float8 * 1000 as "seenMsAgo", trouble,
       last_event_at as "lastEventAt", letters.waiting::int as letters, letters.dead::int as dead
     from strangler.consumer, (
       select count(*) as waiting, count(*) filter (where retry_at is null) as dead
       from strangler.event_letter where consumer = $1 and discarded_at is null
     ) letters
     where name = $1`,
    [consumer],
  )
  return rows[0]
}
