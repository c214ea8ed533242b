import { countDeadLetters, type Side, type SliceRow, sqlName } from '@strangler/core'
import type { SliceRuntime } from '../slice/runtime.ts'
import type { SliceDatabases } from '../slice/setup.ts'
import type { WorkerContext } from './context.ts'
import { aboutFences } from './fences.ts'
import { lookAtWriters } from './writers.ts'

/** Transactions older than this would keep the fence waiting, or hold a snapshot from before it. */
const longMs = 2000

/** Everything that speaks against switching a slice now. */
export async function reasonsAgainst(
  context: WorkerContext,
  runtime: SliceRuntime,
  row: SliceRow,
): Promise<string[]> {
  const reasons = [
    ...aboutStreams(runtime, row),
    ...(await aboutLetters(runtime.databases, row.name)),
    ...aboutCertificate(runtime, row),
    ...(await aboutShape(runtime, row)),
    ...(await aboutFences(runtime, row.owner)),
    ...(await aboutWriters(runtime, row.owner)),
    ...(await aboutSessions(runtime, 'legacy')),
    ...(await aboutSessions(runtime, 'extracted')),
  ]
  return reasons
}

function aboutStreams(runtime: SliceRuntime, { sync, syncError }: SliceRow): string[] {
  if (sync !== 'streaming') return [`its streams are ${sync}${syncError ? `: ${syncError}` : ''}`]
  return (['forward', 'reverse'] as const).flatMap((direction) => {
    const { state } = runtime.stream(direction)
    if (state.kind === 'streaming') return []
    if (state.kind === 'stopped')
      return [`the ${direction} stream has stopped: ${state.error.message}`]
    return [
      `the ${direction} stream is ${state.kind}${state.kind === 'waiting' ? `: ${state.why}` : ''}`,
    ]
  })
}

/** How many dead letters wait in each database. */
export async function countLetters(
  databases: SliceDatabases,
  slice: string,
): Promise<Record<Side, number>> {
  const [legacy, extracted] = await Promise.all([
    countDeadLetters(databases.legacy.coordinator, slice),
    countDeadLetters(databases.extracted.coordinator, slice),
  ])
  return { legacy, extracted }
}

/** Rows that wait as dead letters are not what their source is. */
export async function aboutLetters(databases: SliceDatabases, slice: string): Promise<string[]> {
  const counted = await countLetters(databases, slice)
  return (['legacy', 'extracted'] as const).flatMap((side) => {
    const count = counted[side]
    if (count === 0) return []
    const what = count === 1 ? '1 dead letter waits' : `${count} dead letters wait`
    return [`${databases[side].name}: ${what}: run "strangler dead-letters list ${slice}"`]
  })
}

function aboutCertificate({ slice, worker }: SliceRuntime, { certificate }: SliceRow): string[] {
  const verify = `run "strangler verify ${slice.name}"`
  if (!certificate) return [`it was never verified: ${verify}`]
  if (!certificate.clean && certificate.deadLetters) {
    return [`it was not verified since dead letters waited: ${verify}`]
  }
  if (!certificate.clean) return [`its last verification found differences: ${verify} to see them`]
  if (certificate.worker !== worker) {
    return [
      `its streams started here after the last verification, and nobody knows what changed since: ${verify}`,
    ]
  }
  const minutes = (Date.now() - Date.parse(certificate.at)) / 60_000
  if (minutes <= slice.gates.certificateAgeMinutes) return []
  return [
    `its certificate is ${Math.round(minutes)} minutes old, ${slice.gates.certificateAgeMinutes} are allowed: ${verify}`,
  ]
}

/** What DDL did to either side's rows since the last verification came through no log. */
export async function aboutShape(
  runtime: SliceRuntime,
  { certificate }: SliceRow,
): Promise<string[]> {
  if (!certificate) return []
  const reasons: string[] = []
  for (const side of ['legacy', 'extracted'] as const) {
    if (certificate.shapes?.[side] === (await runtime.shape(side))) continue
    const { name } = runtime.databases[side]
    reasons.push(
      `${name}: its tables or their types were altered, truncated or rewritten since the last verification, or partitions came or went: run "strangler verify ${runtime.slice.name}"`,
    )
  }
  return reasons
}

/** Who writes the monolith's tables and is not accounted for would be refused after the switch. */
export async function aboutWriters(runtime: SliceRuntime, owner: Side): Promise<string[]> {
  if (owner !== 'legacy') return []
  const { against } = await lookAtWriters(runtime)
  return against.map((why) => `${runtime.databases.legacy.name}: ${why}`)
}

/** Transactions and maintenance that the fence would have to wait for. */
async function aboutSessions({ slice, databases }: SliceRuntime, side: Side): Promise<string[]> {
  const { coordinator, name } = databases[side]
  const tables = slice.tables.filter(({ sharedSink }) => !sharedSink)
  const names = tables.map((table) => sqlName(side === 'legacy' ? table.legacy : table.service))
  const { rows } = await coordinator.query<{
    pid: number
    seconds: number
    query: string
    what: string
  }>(
    `select a.pid, extract(epoch from now() - a.xact_start)::int as seconds, left(a.query, 80) as query,
       case when a.backend_type = 'autovacuum worker' then 'a vacuum' else 'a transaction' end as what
     from pg_stat_activity a
     where a.datname = current_database() and a.pid <> pg_backend_pid()
       and a.xact_start < now() - $2::int * interval '1 ms'
       and exists (
         select from pg_locks l where l.pid = a.pid and l.relation = any($1::text[]::regclass[]::oid[])
           and l.mode not in ('AccessShareLock', 'RowShareLock')
       )`,
    [names, longMs],
  )
  const prepared = await coordinator.query<{ gid: string }>(
    'select gid from pg_prepared_xacts where database = current_database()',
  )
  return [
    ...rows.map(
      ({ pid, seconds, query, what }) =>
        `${name}: ${what} has locked its tables for ${seconds} s (pid ${pid}: ${query})`,
    ),
    ...prepared.rows.map(
      ({ gid }) => `${name}: the prepared transaction "${gid}" is open; commit it or roll it back`,
    ),
  ]
}
