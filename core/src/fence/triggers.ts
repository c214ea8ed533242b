import type pg from 'pg'
import { readCatalogTable } from '../catalog/read.ts'
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
  const found = await Promise.all(
    tables.map(async (name) => {
      const table = await readCatalogTable(database, name)
      if (!table) {
        const message = `The table ${displayName(name)} of slice "${slice}" is not there. Correct the plan, or create the table.`
        throw new CoreError('MISSING_TABLE', message, { slice, table: displayName(name) })
      }
      return [name, ...table.children]
    }),
  )
  const named = new Map(found.flat().map((table) => [displayName(table), table]))
  return [...named.keys()].toSorted().map((name) => named.get(name)!)
}

/** How a fence's triggers stand on a table: `up` fires always, `open` never. */
export type TriggerState = 'up' | 'open' | 'missing' | 'other'

/** The state of each table's triggers; `other` is what nobody but a person can have made. */
export async function triggerStates(
  database: Queryable,
  tables: readonly TableName[],
): Promise<Map<TableName, TriggerState>> {
  const { rows } = await database.query<{ at: number; enabled: string }>(
    `select t.at::int, string_agg(g.tgenabled::text, '' order by g.tgname) as enabled
     from unnest($1::text[], $2::text[]) with ordinality as t (schema, name, at)
     join pg_namespace n on n.nspname = t.schema
     join pg_class c on c.relnamespace = n.oid and c.relname = t.name
     join pg_trigger g on g.tgrelid = c.oid and g.tgname = any($3)
     group by t.at`,
    [
      tables.map(({ schema }) => schema),
      tables.map(({ name }) => name),
      triggers.map(({ name }) => name),
    ],
  )
  const enabled = new Map(rows.map((row) => [row.at - 1, row.enabled]))
  return new Map(tables.map((table, at) => [table, stateOf(enabled.get(at))]))
}

function stateOf(enabled: string | undefined): TriggerState {
  if (enabled === undefined || enabled.length < triggers.length) return 'missing'
  if (enabled === 'AA') return 'up'
  return enabled === 'DD' ? 'open' : 'other'
}

/** Statements that create whatever is missing of a fence's triggers, open. For one transaction. */
export function createTriggers(tables: readonly TableName[], scope: FenceScope): string[] {
  const call = `strangler.refuse(${literal(scope.slice)}, ${literal(scope.applier)})`
  return tables.flatMap((table) =>
    triggers.flatMap(({ name, events }) => [
      `create or replace trigger ${name} before ${events} on ${sqlName(table)} for each statement execute function ${call}`,
      `alter table only ${sqlName(table)} disable trigger ${name}`,
    ]),
  )
}

/** Statements that put the fence up or open it, on all of a slice's tables. For one transaction. */
export function switchTriggers(tables: readonly TableName[], fenced: boolean): string[] {
  const verb = fenced ? 'enable always' : 'disable'
  return tables.flatMap((table) =>
    triggers.map(({ name }) => `alter table only ${sqlName(table)} ${verb} trigger ${name}`),
  )
}

/** Statements that take a fence's triggers away. */
export function dropTriggers(tables: readonly TableName[]): string[] {
  return tables.flatMap((table) =>
    triggers.map(({ name }) => `drop trigger if exists ${name} on ${sqlName(table)}`),
  )
}

export type Client = Pick<pg.ClientBase, 'query'>
