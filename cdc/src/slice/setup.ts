import { setTimeout as delay } from 'node:timers/promises'
import {
  createFence,
  type Direction,
  type ForeignKey,
  type CatalogTable,
  displayName,
  fenceScope,
  opposite,
  provisionDatabase,
  quote,
  readCatalogTable,
  readReferrers,
  type Side,
  type Slice,
  type SliceRow,
  sqlName,
  streamInto,
  type TableName,
  tableOn,
} from '@strangler/core'
import type pg from 'pg'
import { objectInUse, originName } from '../apply/session.ts'
import type { OpenDatabase } from '../databases.ts'
import { forgetLetters } from '../letters/store.ts'
import { CdcError } from '../errors.ts'
import { type TablePair, translate } from '../translate/translation.ts'

/** A slice's databases, by side. */
export type SliceDatabases = Readonly<Record<Side, OpenDatabase>>

/** Reads both catalogs and fits the slice's mappings to them. */
export async function fitTables(slice: Slice, databases: SliceDatabases): Promise<TablePair[]> {
  const read = async (side: Side, name: TableName) => {
    const table = await readCatalogTable(databases[side].coordinator, name)
    if (table) return table
    const message = `The database of ${databases[side].name} has no table ${displayName(name)}, which slice "${slice.name}" maps. Create it, or correct the plan.`
    throw new CdcError('TABLES_DO_NOT_FIT', message, { table: displayName(name) })
  }
  const fitted = slice.tables.map(async (table) =>
    translate(table, await read('legacy', table.legacy), await read('extracted', table.service)),
  )
  const settled = await Promise.allSettled(fitted)
  const failures = settled.flatMap((each) =>
    each.status === 'rejected' ? [each.reason as Error] : [],
  )
  if (failures.length > 1 && failures.every((failure) => failure instanceof CdcError)) {
    const message = failures.map((failure) => failure.message).join('\n')
    throw new CdcError('TABLES_DO_NOT_FIT', message, {})
  }
  return Promise.all(fitted)
}

/** The foreign keys from anywhere that refer to the slice's tables on one side. */
export async function referrersOf(
  pairs: readonly TablePair[],
  side: Side,
  database: OpenDatabase,
): Promise<Map<CatalogTable, readonly ForeignKey[]>> {
  const found = new Map<CatalogTable, readonly ForeignKey[]>()
  for (const pair of pairs) {
    const table = side === 'legacy' ? pair.legacy : pair.service
    found.set(table, await readReferrers(database.coordinator, table))
  }
  return found
}

/** What must be so on a server before anything is changed there; every reason at once. */
export async function checkServer(database: OpenDatabase): Promise<string[]> {
  const { rows } = await database.coordinator.query<{
    version: number
    level: string
    replication: boolean
    parameter: boolean
  }>(
    `select current_setting('server_version_num')::int as version, current_setting('wal_level') as level,
       (select rolreplication or rolsuper from pg_roles where rolname = $1) as replication,
       has_parameter_privilege($1, 'session_replication_role', 'set') as parameter`,
    [database.roles.applier],
  )
  const { version, level, replication, parameter } = rows[0]!
  const { applier } = database.roles
  const grants = 'docs/roles.md has the statements for a superuser'
  return [
    ...(version < 160_000
      ? [`${database.name}: PostgreSQL 16 or later is needed, this is ${version / 10_000}`]
      : []),
    ...(level !== 'logical'
      ? [`${database.name}: wal_level is ${level}; set it to logical and restart the server`]
      : []),
    ...(replication ? [] : [`${database.name}: the role ${applier} lacks REPLICATION; ${grants}`]),
    ...(parameter
      ? []
      : [`${database.name}: the role ${applier} may not set session_replication_role; ${grants}`]),
  ]
}

/** Names of a stream's objects at its source. */
export function sourceNames(slice: string, direction: Direction) {
  return { publication: `strangler_${slice}`, slot: `strangler_${slice}_${direction}` }
}

const fencePatience = { budgetMs: 20_000 }

/**
 * Makes everything in both databases that a slice needs: the toolkit's schema, grants, fences, publications.
 * Changes nothing that is there already as it should be.
 */
export async function provisionSlice(
  slice: Slice,
  databases: SliceDatabases,
  row: SliceRow,
): Promise<void> {
  const epoch = Math.max(row.epoch, 1)
  for (const side of ['extracted', 'legacy'] as const) {
    const { coordinator, roles } = databases[side]
    const tables = slice.tables.map((table) => tableOn(table, side))
    await provisionDatabase(coordinator, roles, tables)
    await createFence(
      coordinator,
      fenceScope(slice, side, roles.applier),
      { epoch, fenced: side !== row.owner },
      fencePatience,
    )
    await publish(coordinator, sourceNames(slice.name, 'forward').publication, tables)
  }
}

/** A slice may have been synced by an earlier version of the toolkit, which kept no dead letters. */
export async function bringUpToDate(slice: Slice, databases: SliceDatabases): Promise<void> {
  for (const side of ['extracted', 'legacy'] as const) {
    const { coordinator, roles } = databases[side]
    const sql = "select to_regclass('strangler.dead_letter') is not null as is"
    const { rows } = await coordinator.query<{ is: boolean }>(sql)
    if (rows[0]!.is) continue
    await provisionDatabase(
      coordinator,
      roles,
      slice.tables.map((table) => tableOn(table, side)),
    )
  }
}

async function publish(
  coordinator: pg.Pool,
  publication: string,
  tables: readonly TableName[],
): Promise<void> {
  const list = [...tables.map(sqlName), 'strangler.barrier', 'strangler.heartbeat'].join(', ')
  const { rowCount } = await coordinator.query('select from pg_publication where pubname = $1', [
    publication,
  ])
  await coordinator.query(
    rowCount
      ? `alter publication ${quote(publication)} set table ${list}`
      : `create publication ${quote(publication)} for table ${list} with (publish_via_partition_root = true)`,
  )
}

/** Makes a stream's slot and its position in the target where they are missing. */
export async function createPosition(
  slice: string,
  direction: Direction,
  databases: SliceDatabases,
): Promise<void> {
  const source = databases[direction === 'forward' ? 'legacy' : 'extracted']
  const into: Side = direction === 'forward' ? 'extracted' : 'legacy'
  const stream = streamInto(slice, into)
  const known = await databases[into].reading.query(
    'select from strangler.position where stream = $1',
    [stream],
  )
  if (known.rowCount) return
  const { slot } = sourceNames(slice, direction)
  const existing = await source.reading.query<{ place: string }>(
    'select confirmed_flush_lsn::text as place from pg_replication_slots where slot_name = $1',
    [slot],
  )
  const { rows } = existing.rowCount
    ? existing
    : await source.reading.query<{ place: string }>(
        "select lsn::text as place from pg_create_logical_replication_slot($1, 'pgoutput')",
        [slot],
      )
  const identity = await source.reading.query<{ system: string; timeline: number }>(
    `select system_identifier::text as system, timeline_id as timeline
     from pg_control_system(), pg_control_checkpoint()`,
  )
  await databases[into].reading.query(
    'insert into strangler.position (stream, slice, source, place) values ($1, $2, $3, $4)',
    [stream, slice, { ...identity.rows[0]!, log: slot }, rows[0]!.place],
  )
}

/**
 * Notes that the owner's tables are to be copied to the other side, unless a slice's copies are known
 * already, finished or not.
 */
export async function planCopies(
  slice: string,
  owner: Side,
  pairs: readonly TablePair[],
  databases: SliceDatabases,
): Promise<void> {
  for (const into of ['legacy', 'extracted'] as const) {
    const sql = 'select from strangler.copied where stream = $1'
    const { rowCount } = await databases[into].reading.query(sql, [streamInto(slice, into)])
    if (rowCount) return
  }
  const into = opposite(owner)
  const sources = pairs.map((pair) =>
    displayName(pair[owner === 'legacy' ? 'legacy' : 'service'].name),
  )
  await databases[into].reading.query(
    'insert into strangler.copied (stream, source_table) select $1, unnest($2::text[])',
    [streamInto(slice, into), sources],
  )
}

/** Removes a slice's slots, publications, positions, copy progress and dead letters, so that it can be synced anew. */
export async function dropStreams(slice: string, databases: SliceDatabases): Promise<void> {
  for (const direction of ['forward', 'reverse'] as const) {
    const source = databases[direction === 'forward' ? 'legacy' : 'extracted']
    const into: Side = direction === 'forward' ? 'extracted' : 'legacy'
    const stream = streamInto(slice, into)
    const { slot, publication } = sourceNames(slice, direction)
    await whenReleased(source.reading, dropSlot, slot)
    await source.coordinator.query(`drop publication if exists ${quote(publication)}`)
    const { reading } = databases[into]
    await whenReleased(reading, dropOrigin, originName(stream))
    if (!(await isProvisioned(databases[into]))) continue
    await reading.query('delete from strangler.position where stream = $1', [stream])
    await reading.query('delete from strangler.copied where stream = $1', [stream])
    await forgetLetters(reading, stream)
  }
}

/** Whether some slice was ever synced with this database. */
export async function isProvisioned({ reading }: OpenDatabase): Promise<boolean> {
  const { rows } = await reading.query<{ is: boolean }>(
    `select exists (
       select from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'strangler' and c.relname = 'fence'
     ) as is`,
  )
  return rows[0]!.is
}

const dropSlot =
  'select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1'
const dropOrigin =
  'select pg_replication_origin_drop($1) where pg_replication_origin_oid($1) is not null'

/** Whoever used it has just gone; the server may need a moment to notice. */
async function whenReleased(database: pg.Pool, sql: string, name: string): Promise<void> {
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
