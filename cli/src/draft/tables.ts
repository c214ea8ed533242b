import { type CatalogTable, readCatalogTable, type TableName } from '@strangler/core'
import type pg from 'pg'

/** All tables of a database that a slice could be made of; partitions come with their parent. */
export async function readTables(client: pg.Client): Promise<CatalogTable[]> {
  const { rows } = await client.query<TableName>(
    `select n.nspname::text as schema, c.relname::text as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and c.relpersistence = 'p' and not c.relispartition
       and n.nspname not in ('pg_catalog', 'information_schema', 'strangler')
       and n.nspname not like 'pg\\_toast%'
       and not exists (select from pg_inherits where inhrelid = c.oid)
     order by 1, 2`,
  )
  const tables: CatalogTable[] = []
  for (const name of rows) tables.push((await readCatalogTable(client, name))!)
  return tables
}
