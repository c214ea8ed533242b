import { type ConsumerPlan, type Outbox, type Queryable, quote, sqlName } from '@strangler/core'
import type { OpenDatabase } from '../databases.ts'
import { CdcError } from '../errors.ts'
import { flawsOf, heartbeat, type Publication, publish } from '../log/publication.ts'
import { outboxNames } from './names.ts'

/** An outbox, the database that it is in, and who reads it. */
export interface OutboxSource {
  readonly outbox: Outbox
  readonly database: OpenDatabase
  readonly consumers: readonly ConsumerPlan[]
}

/** How the capture of an outbox is. */
export interface OutboxState {
  readonly state: 'running' | 'waiting'
  readonly why?: string | undefined
  /** Of the source's log, kept for who has not read it; in bytes. */
  readonly keptBytes?: number | undefined
}

/** How far a consumer is behind. */
export interface Behind {
  /** Events. */
  readonly behind?: number
  /** Of the source's log, in bytes. */
  readonly keptBytes?: number
}

/** Captures outboxes, by one kind of log. */
export interface Outboxes {
  /** Makes what is missing. Events that are committed after it are captured. */
  create(source: OutboxSource): Promise<void>
  /**
   * Looks how it is, and mends what can be mended without losing an event.
   *
   * @throws CdcError LOG_GONE when events may be missing.
   */
  look(source: OutboxSource): Promise<OutboxState>
  behind(source: OutboxSource, consumer: ConsumerPlan, at: OpenDatabase): Promise<Behind>
  /** Removes all that costs anything. Events that are in a topic stay there. */
  drop(source: OutboxSource): Promise<void>
}

/** New rows; deleted ones are nobody's concern. Heartbeats move the slot on while nothing happens. */
export function outboxPublication({ service, table }: Outbox): Publication {
  return {
    name: outboxNames(service).publication,
    tables: [table, heartbeat],
    operations: ['insert', 'update'],
  }
}

export async function publishOutbox({ outbox, database }: OutboxSource): Promise<void> {
  const { coordinator, roles } = database
  const { table } = outbox
  await publish(coordinator, outboxPublication(outbox))
  await coordinator.query(`grant usage on schema ${quote(table.schema)} to ${quote(roles.applier)}`)
  await coordinator.query(`grant select on ${sqlName(table)} to ${quote(roles.applier)}`)
}

export async function unpublishOutbox({ outbox, database }: OutboxSource): Promise<void> {
  const { publication } = outboxNames(outbox.service)
  await database.coordinator.query(`drop publication if exists ${quote(publication)}`)
}

/** @throws CdcError LOG_GONE when the publication leaves out events. */
export async function checkPublished(source: OutboxSource): Promise<void> {
  const flaws = await flawsOf(source.database.reading, outboxPublication(source.outbox))
  if (flaws.length > 0) throw eventsGone(source, flaws.join('; '))
}

export function eventsGone({ outbox }: OutboxSource, what: string): CdcError {
  const { service } = outbox
  const message = `Events of ${service} may be missing: ${what}. Run "strangler sync start" for a slice of ${service}: it makes what is gone, and events are captured from then on. Those that were committed meanwhile have to be written into the outbox again.`
  return new CdcError('LOG_GONE', message, { service })
}

/** How much of its log a server keeps for a slot; undefined: there is no such slot, or it lost what it kept. */
export async function keptFor(database: Queryable, slot: string): Promise<number | undefined> {
  const { rows } = await database.query<{ kept: number }>(
    `select greatest(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0)::float8 as kept
     from pg_replication_slots
     where slot_name = $1 and database = current_database() and wal_status is distinct from 'lost'`,
    [slot],
  )
  return rows[0]?.kept
}

/** Makes a slot unless it is there. */
export async function makeSlot(database: Queryable, slot: string): Promise<void> {
  await database.query(
    `select pg_create_logical_replication_slot($1, 'pgoutput')
     where not exists (select from pg_replication_slots where slot_name = $1 and database = current_database())`,
    [slot],
  )
}
