import type { ConsumerPlan } from '@strangler/core'
import type pg from 'pg'
import { type DomainEvent, eventOf } from './event.ts'
import type { EventPlace } from './source.ts'

type Session = Pick<pg.ClientBase, 'query'>

/** What is remembered of a consumer, by statement. Each runs in the transaction of the session that is given. */
export function createStore(consumer: string) {
  return {
    /** Of one aggregate's events only one is dealt with at a time, however many processes there are. */
    async lock(session: Session, { aggregateType, aggregateId }: Aggregate): Promise<void> {
      await session.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
        JSON.stringify([consumer, aggregateType, aggregateId]),
      ])
    },

    /** Resolves to false for an event that was taken before. */
    async take(session: Session, { id }: DomainEvent): Promise<boolean> {
      const sql =
        'insert into strangler.event_taken (consumer, event) values ($1, $2) on conflict do nothing'
      return (await session.query(sql, [consumer, id])).rowCount === 1
    },

    async isBehind(session: Session, { aggregateType, aggregateId }: Aggregate): Promise<boolean> {
      const { rowCount } = await session.query(
        `select from strangler.event_letter
         where consumer = $1 and aggregate_type = $2 and aggregate_id = $3 and discarded_at is null limit 1`,
        [consumer, aggregateType, aggregateId],
      )
      return rowCount === 1
    },

    /**
     * @param failed of the first attempt; `begun`: it is only beginning; undefined: there was none.
     * @returns the letter's id.
     */
    async park(session: Session, event: DomainEvent, first?: Failed | 'begun'): Promise<number> {
      const isBegun = first === 'begun'
      const failed = isBegun ? undefined : first
      const { rows } = await session.query<{ id: number }>(
        `insert into strangler.event_letter
           (consumer, event, type, aggregate_type, aggregate_id, payload, attempts, error, retry_at, begun_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp() + $9 * interval '1 ms',
           case when $10 then clock_timestamp() end)
         returning id::float8`,
        [
          consumer,
          event.id,
          event.type,
          event.aggregateType,
          event.aggregateId,
          event.text,
          failed ? 1 : 0,
          failed?.error ?? null,
          failed ? failed.inMs : 0,
          isBegun,
        ],
      )
      return rows[0]!.id
    },

    async moveOn(session: Session, place: EventPlace): Promise<void> {
      if (!place) return
      await session.query(
        `insert into strangler.consumer_position as position (consumer, topic, partition, next_offset)
         values ($1, $2, $3, $4)
         on conflict (consumer, topic, partition) do update
         set next_offset = greatest(position.next_offset, excluded.next_offset)`,
        [consumer, place.topic, place.partition, place.next],
      )
    },

    /** The next offset of each partition of which something was taken. */
    async positions(session: Session, topic: string): Promise<Map<number, bigint>> {
      const { rows } = await session.query<{ partition: number; next: string }>(
        'select partition, next_offset::text as next from strangler.consumer_position where consumer = $1 and topic = $2',
        [consumer, topic],
      )
      return new Map(rows.map(({ partition, next }) => [partition, BigInt(next)]))
    },

    /**
     * The first letter of each aggregate, where it is due.
     *
     * @param silentMs for so long an attempt may be under way elsewhere.
     */
    async due(
      session: Session,
      silentMs: number,
    ): Promise<(Aggregate & { readonly id: number })[]> {
      const { rows } = await session.query<Aggregate & { id: number }>(
        `select id::float8, aggregate_type as "aggregateType", aggregate_id as "aggregateId"
         from (
           select distinct on (aggregate_type, aggregate_id) * from strangler.event_letter
           where consumer = $1 and discarded_at is null order by aggregate_type, aggregate_id, id
         ) first
         where retry_at <= clock_timestamp()
           and ${isFree('$2')}
         order by id limit 100`,
        [consumer, silentMs],
      )
      return rows
    },

    /** A letter that is still its aggregate's first, and due; read under the aggregate's lock. */
    async readDue(session: Session, id: number, silentMs: number): Promise<Letter | undefined> {
      const { rows } = await session.query<LetterRow>(
        `select event as id, type, aggregate_type as "aggregateType", aggregate_id as "aggregateId",
           payload::text as text, attempts, lost,
           coalesce(begun_at > pg_postmaster_start_time(), false) as "isLost"
         from strangler.event_letter letter
         where id = $2 and consumer = $1 and discarded_at is null and retry_at <= clock_timestamp()
           and ${isFree('$3')}
           and not exists (
             select from strangler.event_letter earlier
             where earlier.consumer = $1 and earlier.aggregate_type = letter.aggregate_type
               and earlier.aggregate_id = letter.aggregate_id and earlier.discarded_at is null
               and earlier.id < letter.id)
         for update`,
        [consumer, id, silentMs],
      )
      const [row] = rows
      if (!row) return undefined
      const { attempts, isLost, lost, ...parts } = row
      return { event: eventOf(parts), attempts, isLost, lost }
    },

    /** Notes that an attempt begins, for whoever looks if nothing more is heard of it. */
    async begin(session: Session, id: number): Promise<void> {
      await session.query(
        'update strangler.event_letter set begun_at = clock_timestamp() where id = $1',
        [id],
      )
    },

    /** Forgives that nothing was heard of an attempt. */
    async forgive(session: Session, id: number): Promise<void> {
      await session.query(
        'update strangler.event_letter set begun_at = null, lost = lost + 1 where id = $1',
        [id],
      )
    },

    /** The letter that an event is whose first attempt has begun. */
    async begunOf(session: Session, { id }: DomainEvent): Promise<number | undefined> {
      const { rows } = await session.query<{ id: number }>(
        `select id::float8 from strangler.event_letter
         where consumer = $1 and event = $2 and discarded_at is null and attempts = 0 and begun_at is not null`,
        [consumer, id],
      )
      return rows[0]?.id
    },

    /** Notes that an attempt is not to be counted. */
    async comeBack(session: Session, id: number): Promise<void> {
      await session.query('update strangler.event_letter set begun_at = null where id = $1', [id])
    },

    /** Whether a letter still waits; it does then until the transaction ends. */
    async isWaiting(session: Session, id: number): Promise<boolean> {
      const sql =
        'select from strangler.event_letter where id = $1 and discarded_at is null for update'
      return (await session.query(sql, [id])).rowCount === 1
    },

    async settle(session: Session, id: number): Promise<void> {
      await session.query('delete from strangler.event_letter where id = $1', [id])
    },

    /** @param inMs until the next attempt; null: there is none. */
    async postpone(session: Session, id: number, { error, inMs }: Failed): Promise<void> {
      await session.query(
        `update strangler.event_letter
         set attempts = attempts + 1, error = $2, retry_at = clock_timestamp() + $3 * interval '1 ms', begun_at = null
         where id = $1 and discarded_at is null`,
        [id, error, inMs],
      )
    },

    /** Says how the consumer is. */
    async report(
      session: Session,
      trouble: string | null,
      lastEventAt: Date | null,
    ): Promise<void> {
      await session.query(
        `insert into strangler.consumer as known (name, seen_at, trouble, last_event_at)
         values ($1, clock_timestamp(), $2, $3)
         on conflict (name) do update set seen_at = clock_timestamp(), trouble = $2,
           last_event_at = coalesce($3, known.last_event_at)`,
        [consumer, trouble, lastEventAt],
      )
    },

    async forget(session: Session, { rememberDays }: ConsumerPlan): Promise<void> {
      await session.query(
        "delete from strangler.event_taken where consumer = $1 and at < now() - $2 * interval '1 day'",
        [consumer, rememberDays],
      )
    },
  }
}

export type Store = ReturnType<typeof createStore>

type Aggregate = Pick<DomainEvent, 'aggregateType' | 'aggregateId'>

interface Failed {
  readonly error: string
  readonly inMs: number | null
}

interface LetterRow extends Omit<DomainEvent, 'payload'> {
  readonly attempts: number
  readonly isLost: boolean
  readonly lost: number
}

interface Letter {
  readonly event: DomainEvent
  readonly attempts: number
  /** Its last attempt began, and nobody came back. */
  readonly isLost: boolean
  /** How often that was forgiven. */
  readonly lost: number
}

/** SQL that is true of a letter that nobody deals with, who would have been heard of within so many milliseconds. */
function isFree(silentMs: string): string {
  return `(begun_at is null or begun_at < clock_timestamp() - ${silentMs} * interval '1 ms' or begun_at < pg_postmaster_start_time())`
}
