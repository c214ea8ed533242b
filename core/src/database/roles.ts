import type pg from 'pg'
import { literal, quote, sqlName, type TableName } from '../plan/identifier.ts'

/** The login roles of one database, by what they are for. */
export interface Roles {
  readonly coordinator: string
  readonly applier: string
  readonly reader: string
}

/** The role that a connection string logs in as. */
export function roleOf(url: string): string {
  return decodeURIComponent(new URL(url).username)
}

/** What an applier calls to mark its writes. */
export const originFunctions = [
  'pg_replication_origin_create(text)',
  'pg_replication_origin_drop(text)',
  'pg_replication_origin_oid(text)',
  'pg_replication_origin_session_setup(text)',
  'pg_replication_origin_session_reset()',
]

/**
 * What only a superuser can give, once for a database: the statements to run there. `owners` are the roles
 * that own the slices' tables.
 */
export function superuserGrants(
  roles: Roles,
  database: string,
  owners: readonly string[],
): string[] {
  const { coordinator, applier, reader } = roles
  return [
    `alter role ${quote(applier)} replication`,
    `grant set on parameter session_replication_role to ${quote(applier)}`,
    ...originFunctions.map((name) => `grant execute on function ${name} to ${quote(applier)}`),
    `grant pg_read_all_stats to ${quote(coordinator)}`,
    `grant connect on database ${quote(database)} to ${[coordinator, applier, reader].map(quote).join(', ')}`,
    `grant create on database ${quote(database)} to ${quote(coordinator)}`,
    ...owners.map((owner) => `grant ${quote(owner)} to ${quote(coordinator)}`),
  ]
}

/** The columns of a table outside of a slice that a foreign key ties to it. */
export interface KeyEnd {
  readonly table: TableName
  readonly columns: readonly string[]
}

/**
 * What the coordinator gives the other two itself, each time a slice is synced. `outside` is what the applier
 * has to read to check foreign keys, which do not check themselves when it writes.
 */
export function coordinatorGrants(
  roles: Roles,
  tables: readonly TableName[],
  outside: readonly KeyEnd[] = [],
): string[] {
  const applier = quote(roles.applier)
  const reader = quote(roles.reader)
  const schemas = new Set([...tables, ...outside.map(({ table }) => table)].map((t) => t.schema))
  return [
    `grant usage on schema strangler to ${applier}, ${reader}`,
    `grant select, update (shared) on strangler.fence to ${applier}`,
    `grant select, insert, update on strangler.barrier to ${applier}`,
    `grant select, insert, update, delete on strangler.position, strangler.copied, strangler.dead_letter to ${applier}`,
    `grant select on strangler.heartbeat to ${applier}`,
    `grant select on strangler.fence, strangler.position to ${reader}`,
    `grant execute on function strangler.beat() to ${reader}, ${applier}`,
    ...[...schemas].map((schema) => `grant usage on schema ${quote(schema)} to ${applier}`),
    ...tables.map(
      (table) =>
        `grant select, insert, update, delete, truncate on ${sqlName(table)} to ${applier}`,
    ),
    ...outside.map(
      ({ table, columns }) =>
        `grant select (${columns.map(quote).join(', ')}) on ${sqlName(table)} to ${applier}`,
    ),
  ]
}

/** What the coordinator gives the role of a consumer's process in the database where it remembers. */
export function consumerGrants(role: string): string[] {
  return [
    `grant usage on schema strangler to ${quote(role)}`,
    `grant select, insert, update, delete on strangler.consumer, strangler.consumer_position, strangler.event_taken, strangler.event_letter to ${quote(role)}`,
  ]
}

/** Makes login roles with the names and passwords that connection strings hold. For a superuser. */
export async function createRoles(superuser: pg.Pool, urls: readonly string[]): Promise<void> {
  for (const url of urls) {
    const role = roleOf(url)
    const password = decodeURIComponent(new URL(url).password)
    const { rowCount } = await superuser.query('select from pg_roles where rolname = $1', [role])
    const verb = rowCount ? 'alter' : 'create'
    await superuser.query(`${verb} role ${quote(role)} login password ${literal(password)}`)
  }
}
