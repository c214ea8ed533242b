import type pg from 'pg'
import type { Queryable } from '../control/store.ts'
import { CoreError } from '../errors.ts'
import { displayName, literal, sqlName, type TableName } from '../plan/identifier.ts'

/** What is fenced for one slice in one database. */
export interface FenceScope {
  readonly slice: string
  /** The slice's tables, without shared sinks. */
  readonly tables: readonly TableName[]
  /** The role that the fence lets through. */
  readonly applier: string
  /** Who owns the slice while this fence is up, for the people whose writes it refuses. */
  readonly owner: string
}

const triggers = [
  { name: 'strangler_fence', events: 'insert or update or delete' },
  { name: 'strangler_fence_truncate', events: 'truncate' },
]

/** The slice's tables with all their partitions and children: a write to one of those is a write too. */
export async function fencedTables(
  database: Queryable,
  { slice, tables }: FenceScope,
): Promise<TableName[]> {
  const { rows } = await database.query<TableName>(
    `with recursive part as (
       select c.oid from unnest($1::text[], $2::text[]) as t (schema, name)
       join pg_namespace n on n.nspname = t.schema
       join pg_class c on c.relnamespace = n.oid and c.relname = t.name
       union select i.inhrelid from pg_inherits i join part on i.inhparent = part.oid
     )
     select n.nspname::text as schema, c.relname::text as name
     from part join pg_class c using (oid) join pg_namespace n on n.oid = c.relnamespace`,
    [tables.map(({ schema }) => schema), tables.map(({ name }) => name)],
  )
  const named = new Map(rows.map((table) => [displayName(table), table]))
  const missing = tables.find((table) => !named.has(displayName(table)))
  if (missing) {
    const message = `The table ${displayName(missing)} of slice "${slice}" is not there. Correct the plan, or create the table.`
    throw new CoreError('MISSING_TABLE', message, { slice, table: displayName(missing) })
  }
  return [...named.keys()].toSorted().map((name) => named.get(name)!)
}

/** How a fence's triggers stand on a table: `up` fires always, `open` never. */
export type TriggerState = 'up' | 'open' | 'missing' | 'other'

interface Trigger {
  readonly table: TableName
  readonly name: string
  /** As in `pg_trigger.tgenabled`. */
  readonly enabled: string
}

/** The state of each table's triggers; `other` is what nobody but a person can have made. */
export async function triggerStates(
  database: Queryable,
  tables: readonly TableName[],
): Promise<Map<TableName, TriggerState>> {
  const present = await presentTriggers(database, tables)
  return new Map(
    tables.map((table) => {
      const own = present.filter((trigger) => trigger.table === table)
      return [table, stateOf(own.map(({ enabled }) => enabled).join(''))]
    }),
  )
}

async function presentTriggers(
  database: Queryable,
  tables: readonly TableName[],
): Promise<Trigger[]> {
  const { rows } = await database.query<{ at: number; name: string; enabled: string }>(
    `select t.at::int, g.tgname::text as name, g.tgenabled::text as enabled
     from unnest($1::text[], $2::text[]) with ordinality as t (schema, name, at)
     join pg_namespace n on n.nspname = t.schema
     join pg_class c on c.relnamespace = n.oid and c.relname = t.name
     join pg_trigger g on g.tgrelid = c.oid and g.tgname = any($3)
     order by t.at, g.tgname`,
    [
      tables.map(({ schema }) => schema),
      tables.map(({ name }) => name),
      triggers.map(({ name }) => name),
    ],
  )
  return rows.map(({ at, name, enabled }) => ({ table: tables[at - 1]!, name, enabled }))
}

function stateOf(enabled: string): TriggerState {
  if (enabled.length < triggers.length) return 'missing'
  if (enabled === 'AA') return 'up'
  return enabled === 'DD' ? 'open' : 'other'
}

/** Statements that create whatever is missing of a table's fence, open. For one transaction. */
export function createTriggers(table: TableName, scope: FenceScope): string[] {
  const call = `strangler.refuse(${[scope.slice, scope.applier, scope.owner].map(literal).join(', ')})`
  return triggers.flatMap(({ name, events }) => [
    `create or replace trigger ${name} before ${events} on ${sqlName(table)} for each statement execute function ${call}`,
    `alter table only ${sqlName(table)} disable trigger ${name}`,
  ])
}

/**
 * Puts the fence up or opens it on all of a slice's tables. A table without one stays as it is: an undo must
 * not fail over a partition that was made since, and `checkFenced` tells of it. What is open already is not
 * locked to open it: an undo must not wait for the very writer that kept the fence from going up.
 */
export async function switchTriggers(
  client: Client,
  tables: readonly TableName[],
  fenced: boolean,
): Promise<void> {
  const verb = fenced ? 'enable always' : 'disable'
  const present = await presentTriggers(client, tables)
  const changing = fenced ? present : present.filter(({ enabled }) => enabled !== 'D')
  const statements = changing.map(
    ({ table, name }) => `alter table only ${sqlName(table)} ${verb} trigger ${name}`,
  )
  if (statements.length > 0) await client.query(statements.join(';\n'))
}

/** Statements that take a fence's triggers from a table. */
export function dropTriggers(table: TableName): string[] {
  return triggers.map(({ name }) => `drop trigger if exists ${name} on ${sqlName(table)}`)
}

export type Client = Pick<pg.ClientBase, 'query'>
