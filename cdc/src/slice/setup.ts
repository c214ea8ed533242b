import {
  createFence,
  type Direction,
  displayName,
  fenceScope,
  opposite,
  originFunctions,
  provisionDatabase,
  quote,
  readCatalogTable,
  type Side,
  type Slice,
  type SliceRow,
  sqlName,
  streamInto,
  type TableName,
  tableOn,
} from '@strangler/core'
import { originName } from '../apply/session.ts'
import type { OpenDatabase } from '../databases.ts'
import type { LogIdentity } from '../log/log.ts'
import { type ChangeLogs, type LogSource, sourceNames } from '../log/logs.ts'
import { publicationOf, publish } from '../log/publication.ts'
import { whenReleased } from '../log/slot.ts'
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

/** What must be so on a server, of its roles and of a slice's tables, before anything is changed; every reason at once. */
export async function checkServer(
  { name, roles, coordinator, reading }: OpenDatabase,
  tables: readonly TableName[],
): Promise<string[]> {
  const { applier, reader } = roles
  const { rows } = await coordinator.query<{
    version: number
    level: string
    replication: boolean
    parameter: boolean
    functions: string[]
    connect: boolean
    foreign: { table: string; owner: string }[]
  }>(
    `select current_setting('server_version_num')::int as version, current_setting('wal_level') as level,
       (select rolreplication or rolsuper from pg_roles where rolname = $1) as replication,
       has_parameter_privilege($1, 'session_replication_role', 'set') as parameter,
       array(select f from unnest($3::text[]) f where not has_function_privilege($1, f::regprocedure, 'execute')) as functions,
       has_database_privilege($2, current_database(), 'connect') as connect,
       array(
         select json_build_object('table', c.oid::regclass, 'owner', pg_get_userbyid(c.relowner))
         from unnest($4::text[]) t join pg_class c on c.oid = to_regclass(t)
         where not pg_has_role(c.relowner, 'usage')
       ) as foreign`,
    [applier, reader, originFunctions, tables.map(sqlName)],
  )
  const { version, level, replication, parameter, functions, connect, foreign } = rows[0]!
  const login = await reading.query('select').then(
    () => [],
    (error: Error) => [`${name}: the role ${applier} cannot be used: ${error.message}`],
  )
  const grants = 'docs/roles.md has the statements for a superuser'
  const lacks = (role: string, what: string) => `${name}: the role ${role} ${what}; ${grants}`
  return [
    ...(version < 160_000
      ? [`${name}: PostgreSQL 16 or later is needed, this is ${version / 10_000}`]
      : []),
    ...(level !== 'logical'
      ? [`${name}: wal_level is ${level}; set it to logical and restart the server`]
      : []),
    ...login,
    ...(replication ? [] : [lacks(applier, 'lacks REPLICATION')]),
    ...(parameter ? [] : [lacks(applier, 'may not set session_replication_role')]),
    ...functions.map((each) => lacks(applier, `may not execute ${each}`)),
    ...(connect ? [] : [lacks(reader, 'may not connect')]),
    ...foreign.map(({ table, owner }) =>
      lacks(roles.coordinator, `is no member of ${owner}, which owns ${table}`),
    ),
  ]
}

/** Where one of a slice's streams is read. */
export function sourceOf(slice: Slice, direction: Direction, databases: SliceDatabases): LogSource {
  const side: Side = direction === 'forward' ? 'legacy' : 'extracted'
  return {
    slice: slice.name,
    direction,
    database: databases[side],
    tables: slice.tables.map((table) => tableOn(table, side)),
  }
}

const fencePatience = { budgetMs: 20_000 }

/**
 * Makes everything in both databases that a slice needs before its logs: the toolkit's schema, grants, fences.
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

/**
 * Makes a stream's log and its position in the target where they are missing. The publication of a log that is there
 * stays as it is: what it left out would be missing for good, and nothing would tell any more.
 */
export async function createPosition(
  slice: Slice,
  direction: Direction,
  databases: SliceDatabases,
  logs: ChangeLogs,
): Promise<void> {
  const into: Side = direction === 'forward' ? 'extracted' : 'legacy'
  const stream = streamInto(slice.name, into)
  const source = sourceOf(slice, direction, databases)
  const known = await identityOf(stream, databases[into])
  if (known) return logs.repair(source, known)
  await publish(source.database.coordinator, publicationOf(source))
  const { identity, place } = await logs.create(source)
  await databases[into].reading.query(
    'insert into strangler.position (stream, slice, source, place) values ($1, $2, $3, $4)',
    [stream, slice.name, identity, place],
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

async function identityOf(stream: string, target: OpenDatabase): Promise<LogIdentity | undefined> {
  const { rows } = await target.reading.query<{ source: LogIdentity }>(
    'select source from strangler.position where stream = $1',
    [stream],
  )
  return rows[0]?.source
}

/** Tells a slice's logs that nobody reads them for now. */
export async function pauseLogs(
  slice: Slice,
  databases: SliceDatabases,
  logs: ChangeLogs,
): Promise<void> {
  for (const direction of ['forward', 'reverse'] as const) {
    const into: Side = direction === 'forward' ? 'extracted' : 'legacy'
    if (!(await isProvisioned(databases[into]))) continue
    const identity = await identityOf(streamInto(slice.name, into), databases[into])
    if (identity) await logs.pause(sourceOf(slice, direction, databases), identity)
  }
}

/** Removes a slice's logs, publications, positions, copy progress and dead letters, so that it can be synced anew. */
export async function dropStreams(
  slice: Slice,
  databases: SliceDatabases,
  logs: ChangeLogs,
): Promise<void> {
  for (const direction of ['forward', 'reverse'] as const) {
    const source = sourceOf(slice, direction, databases)
    const into: Side = direction === 'forward' ? 'extracted' : 'legacy'
    const stream = streamInto(slice.name, into)
    await logs.drop(source)
    const { publication } = sourceNames(source)
    await source.database.coordinator.query(`drop publication if exists ${quote(publication)}`)
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

const dropOrigin =
  'select pg_replication_origin_drop($1) where pg_replication_origin_oid($1) is not null'
