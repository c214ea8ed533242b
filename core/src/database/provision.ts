import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { inTransaction } from '../control/store.ts'
import type { TableName } from '../plan/identifier.ts'
import { coordinatorGrants, type Roles } from './roles.ts'

const schema = readFileSync(join(import.meta.dirname, 'schema.sql'), 'utf8')

/**
 * Makes schema `strangler` in a database, or brings it up to date, and gives the other roles what they
 * need of it and of the slice's tables.
 */
export async function provisionDatabase(
  coordinator: pg.Pool,
  roles: Roles,
  tables: readonly TableName[],
): Promise<void> {
  await inTransaction(coordinator, async (client) => {
    await client.query("select pg_advisory_xact_lock(hashtext('strangler'))")
    await client.query(schema)
    for (const grant of coordinatorGrants(roles, tables)) await client.query(grant)
  })
}
