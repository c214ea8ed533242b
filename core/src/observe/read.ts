import type { Queryable } from '../control/store.ts'
import { fencedTables, type FenceScope } from '../fence/triggers.ts'
import { displayName } from '../plan/identifier.ts'
import { canObserve, unobservedTables } from './triggers.ts'

/** Somebody who was seen writing a slice's tables with one kind of statement. */
export interface ObservedWriter {
  /** Who logged in. */
  readonly role: string
  readonly application: string
  /** What the client sent, without literals, numbers and comments. */
  readonly statement: string
  readonly tables: readonly string[]
  readonly commands: readonly string[]
  readonly firstAt: Date
  readonly lastAt: Date
  /** How often it was noted: by each session once a minute at most. */
  readonly times: number
}

/** `never`: nobody looked. `lost`: the notes did not outlive a crash of the server, or a failover. */
export interface Observation {
  readonly state: 'never' | 'lost' | 'on' | 'stopped'
  readonly since: Date | null
  readonly stoppedAt: Date | null
  /** Tables that are not observed although the slice is: partitions that came since. */
  readonly gaps: readonly string[]
  readonly writers: readonly ObservedWriter[]
}

const nothing = { since: null, stoppedAt: null, gaps: [], writers: [] }

/** Notes beyond this many are summed up when they are read. */
const manyNotes = 1000

/** What is known about who writes a slice's tables. */
export async function readObservation(
  database: Queryable,
  scope: FenceScope,
): Promise<Observation> {
  if (!(await canObserve(database))) return { state: 'never', ...nothing }
  const tables = await fencedTables(database, scope)
  const unobserved = await unobservedTables(database, tables)
  const { rows } = await database.query<{
    since: Date
    stoppedAt: Date | null
    isBegun: boolean
  }>(
    `select since, stopped_at as "stoppedAt", since < 'infinity' as "isBegun"
     from strangler.observing where slice = $1`,
    [scope.slice],
  )
  const [row] = rows
  // It was begun, and not on every table.
  if (row && !row.isBegun) return { state: 'never', ...nothing }
  if (!row) return { state: unobserved.length < tables.length ? 'lost' : 'never', ...nothing }
  const { since, stoppedAt } = row
  return {
    state: stoppedAt ? 'stopped' : 'on',
    since,
    stoppedAt,
    gaps: stoppedAt ? [] : unobserved.map(displayName),
    writers: await readWriters(database, scope.slice),
  }
}

async function readWriters(database: Queryable, slice: string): Promise<ObservedWriter[]> {
  const { rows } = await database.query<ObservedWriter & { notes: number }>(
    `select role, application, statement, array_agg(distinct table_name order by table_name) as tables,
       array_agg(distinct command order by command) as commands,
       min(first_at) as "firstAt", max(last_at) as "lastAt", sum(times)::float8 as times, count(*)::int as notes
     from strangler.observed where slice = $1
     group by role, application, statement order by min(first_at), statement`,
    [slice],
  )
  if (rows.reduce((sum, { notes }) => sum + notes, 0) > manyNotes + rows.length * 10) {
    await sumUp(database, slice)
  }
  return rows.map(({ notes: _notes, ...writer }) => writer)
}

/** One row for each writer, table and command in place of all notes of them. */
async function sumUp(database: Queryable, slice: string): Promise<void> {
  await database.query(
    `with notes as (delete from strangler.observed where slice = $1 returning *)
     insert into strangler.observed
     select slice, table_name, command, role, application, statement, min(first_at), max(last_at), sum(times)
     from notes group by slice, table_name, command, role, application, statement`,
    [slice],
  )
}
