import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { objectInUse } from '../apply/session.ts'
import { CdcError } from '../errors.ts'
import { type LogSource, sourceNames } from './logs.ts'
import { flawsOf, publicationOf } from './publication.ts'

/** Makes a stream's replication slot unless it is there; returns the place from which it has everything. */
export async function ensureSlot(source: LogSource): Promise<string> {
  const { slot } = sourceNames(source)
  const { reading } = source.database
  const existing = await reading.query<{ place: string }>(
    'select confirmed_flush_lsn::text as place from pg_replication_slots where slot_name = $1 and database = current_database()',
    [slot],
  )
  const { rows } = existing.rowCount
    ? existing
    : await reading.query<{ place: string }>(
        "select lsn::text as place from pg_create_logical_replication_slot($1, 'pgoutput')",
        [slot],
      )
  return rows[0]!.place
}

/** Which server, and which of its histories, a log comes from. */
export async function readSystem({
  database,
}: LogSource): Promise<{ system: string; timeline: number }> {
  const { rows } = await database.reading.query<{ system: string; timeline: number }>(
    `select system_identifier::text as system, timeline_id as timeline
     from pg_control_system(), pg_control_checkpoint()`,
  )
  return rows[0]!
}

/**
 * A log that misses a table, or whose slot is gone, would go on without a word.
 *
 * @returns whether anybody reads the slot at this moment.
 * @throws CdcError LOG_GONE, with the remedy.
 */
export async function checkCaptured(source: LogSource): Promise<boolean> {
  const { slot } = sourceNames(source)
  const { reading, name } = source.database
  const { rows } = await reading.query<{ active: boolean }>(
    `select active from pg_replication_slots
     where slot_name = $1 and database = current_database() and wal_status is distinct from 'lost'`,
    [slot],
  )
  if (!rows[0]) throw logGone(source, `the replication slot "${slot}" is gone from ${name}`)
  const flaws = await flawsOf(reading, publicationOf(source))
  if (flaws.length > 0) throw logGone(source, `in ${name}, ${flaws.join('; ')}`)
  return rows[0].active
}

/** Says that what a stream is read from is broken, and how to make it anew. */
export function logGone(
  { slice }: Pick<LogSource, 'slice'>,
  what: string,
  cause?: unknown,
): CdcError {
  const message = `The log of slice "${slice}" cannot be followed any more: ${what}. Changes since may be missing. Run "strangler sync stop ${slice} --drop" and then "strangler sync start ${slice}": it copies again.`
  return new CdcError('LOG_GONE', message, { slice }, { cause })
}

export async function dropSlot(source: LogSource): Promise<void> {
  const sql =
    'select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1'
  await whenReleased(source.database.reading, sql, sourceNames(source).slot)
}

/** Whoever used it has just gone; the server may need a moment to notice. */
export async function whenReleased(database: pg.Pool, sql: string, name: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await database.query(sql, [name])
      return
    } catch (error) {
      if ((error as { code?: string }).code !== objectInUse || attempt === 50) throw error
      await delay(100)
    }
  }
}
