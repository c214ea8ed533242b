import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { readCatalogTable, readReferrers } from '../catalog/read.ts'
import { inTransaction, type Queryable } from '../control/store.ts'
import { displayName, type TableName } from '../plan/identifier.ts'
import { coordinatorGrants, type KeyEnd, type Roles } from './roles.ts'

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
    const outside = await outerKeyEnds(client, tables)
    for (const grant of coordinatorGrants(roles, tables, outside)) await client.query(grant)
  })
}

/** The far ends of the foreign keys between a slice's tables and others. */
async function outerKeyEnds(database: Queryable, names: readonly TableName[]): Promise<KeyEnd[]> {
  const own = new Set(names.map(displayName))
  const ends: KeyEnd[] = []
  for (const name of names) {
    const table = await readCatalogTable(database, name)
    if (!table) continue // The grants on it will say so.
    for (const { references, referencedColumns } of table.foreignKeys) {
      ends.push({ table: references, columns: referencedColumns })
    }
    for (const { from, columns } of await readReferrers(database, table)) {
      ends.push({ table: from, columns })
    }
  }
  return ends.filter(({ table }) => !own.has(displayName(table)))
}
