import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { inTransaction, type Queryable } from '../control/store.ts'
import { eachInBriefLocks, type Patience } from '../fence/locks.ts'
import { type Client, fencedTables, type FenceScope } from '../fence/triggers.ts'
import { literal, sqlName, type TableName } from '../plan/identifier.ts'

const sql = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8')

/** A function for each, whose constants cost less than what a function is told of the trigger that fires. */
const events = ['insert', 'update', 'delete', 'truncate']

/** Of a statement's marks: the application, the table, and every 64 seconds another. */
const seed = `pg_catalog.hashtextextended(
  pg_catalog.current_setting('application_name'),
  (pg_catalog.date_part('epoch', pg_catalog.now())::pg_catalog.int8 operator(pg_catalog.>>) 6)
    operator(pg_catalog.#) tg_relid::pg_catalog.int8
)`

const schema = [
  sql('observe.sql'),
  ...events.map((event) =>
    sql('trigger.sql')
      .replaceAll('EVENT', event)
      .replaceAll('SEED', () => seed),
  ),
].join('\n')

const triggers = events.map((event) => ({ name: `strangler_observe_${event}`, event }))

/**
 * Notes from now on who writes a slice's tables, every partition and child included. Waits for open writers, and
 * for no reader. What is observed already stays so; what was noted is kept.
 *
 * @returns the tables that were not observed before.
 */
export async function startObserving(
  coordinator: pg.Pool,
  scope: FenceScope,
  patience: Patience,
): Promise<TableName[]> {
  const tables = await fencedTables(coordinator, scope)
  await inTransaction(coordinator, async (client) => {
    await client.query("select pg_advisory_xact_lock(hashtext('strangler'))")
    await client.query(schema)
  })
  const missing = await unobservedTables(coordinator, tables)
  if (missing.length === tables.length) {
    // Without it triggers that are made, and not all, would look like notes that were lost.
    await coordinator.query(
      `insert into strangler.observing (slice, since, stopped_at) values ($1, 'infinity', 'infinity')
       on conflict do nothing`,
      [scope.slice],
    )
  }
  await eachInBriefLocks(coordinator, patience, missing, (client, table) =>
    client.query(createTriggers(table, scope).join(';\n')),
  )
  await coordinator.query(
    `insert into strangler.observing as o (slice) values ($1)
     on conflict (slice) do update set since = clock_timestamp(), stopped_at = null where o.stopped_at is not null`,
    [scope.slice],
  )
  return missing
}

/** Takes the triggers away; what was noted is kept, unless it is to be forgotten as well. */
export async function stopObserving(
  coordinator: pg.Pool,
  slice: string,
  { forget }: { forget: boolean },
  patience: Patience,
): Promise<void> {
  if (!(await canObserve(coordinator))) return
  const sql =
    'update strangler.observing set stopped_at = clock_timestamp() where slice = $1 and stopped_at is null'
  await coordinator.query(sql, [slice])
  const drops = await dropTriggers(coordinator, slice)
  await eachInBriefLocks(coordinator, patience, drops, (client, drop) => client.query(drop))
  if (!forget) return
  await inTransaction(coordinator, async (client) => {
    await client.query('delete from strangler.observed where slice = $1', [slice])
    await client.query('delete from strangler.observing where slice = $1', [slice])
  })
}

/** Whether a slice of this database was ever observed. */
export async function canObserve(database: Queryable): Promise<boolean> {
  const sql = "select to_regclass('strangler.observed') is not null as is"
  return (await database.query<{ is: boolean }>(sql)).rows[0]!.is
}

/** Those of the tables whose writers are not all noted: a partition that is new, a trigger that was disabled. */
export async function unobservedTables(
  database: Queryable | Client,
  tables: readonly TableName[],
): Promise<TableName[]> {
  const present = await presentTriggers(database, tables)
  return tables.filter((_, place) => {
    const own = present.filter(({ at, enabled }) => at === place && enabled === 'A')
    return own.length < triggers.length
  })
}

interface Trigger {
  readonly at: number
  readonly enabled: string
}

async function presentTriggers(
  database: Queryable | Client,
  tables: readonly TableName[],
): Promise<Trigger[]> {
  const { rows } = await database.query<Trigger>(
    `select t.at::int - 1 as at, g.tgenabled::text as enabled
     from unnest($1::text[]) with ordinality as t (name, at)
     join pg_trigger g on g.tgrelid = t.name::regclass and g.tgname = any($2)`,
    [tables.map(sqlName), triggers.map(({ name }) => name)],
  )
  return rows
}

/** Statements that take away a slice's triggers, one a table, of tables too that the plan no longer names. */
async function dropTriggers(database: Queryable, slice: string): Promise<string[]> {
  const { rows } = await database.query<{ statement: string }>(
    `select string_agg(format('drop trigger %I on %s', g.tgname, g.tgrelid::regclass), '; ') as statement
     from pg_trigger g
     where g.tgname = any($1) and split_part(encode(g.tgargs, 'escape'), '\\000', 1) = $2
     group by g.tgrelid order by g.tgrelid::regclass::text`,
    [triggers.map(({ name }) => name), slice],
  )
  return rows.map(({ statement }) => statement)
}

/** Under `session_replication_role = replica` too; the applier is told by its role. */
function createTriggers(table: TableName, { slice, applier }: FenceScope): string[] {
  const given = [slice, applier].map(literal).join(', ')
  return triggers.flatMap(({ name, event }) => [
    `create or replace trigger ${name} before ${event} on ${sqlName(table)} for each statement execute function strangler.observe_${event}(${given})`,
    `alter table only ${sqlName(table)} enable always trigger ${name}`,
  ])
}
