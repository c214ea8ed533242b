import { readCatalogTable } from '../catalog/read.ts'
import type { CatalogColumn } from '../catalog/types.ts'
import type { Queryable } from '../control/store.ts'
import { quote, sqlName, type TableName } from '../plan/identifier.ts'
import type { Client } from './triggers.ts'

/** A column that draws from a sequence, and the greatest value that was ever drawn or stored. */
export interface SequenceUse {
  readonly table: TableName
  readonly column: string
  readonly sequence: string
  readonly highest: string
}

type Drawing = CatalogColumn & { readonly sequence: string }

/** Elsewhere a sequence's numbers are only part of what is stored, as in `'INV-' || nextval('invoices')`. */
const wholeNumbers = new Set(['smallint', 'integer', 'bigint', 'numeric'])

/** The sequences behind a table's columns, and how far they are used on this side. */
export async function sequenceUses(database: Queryable, table: TableName): Promise<SequenceUse[]> {
  const catalog = await readCatalogTable(database, table)
  const drawing = (catalog?.columns ?? []).filter((c): c is Drawing => c.sequence !== null)
  return Promise.all(
    drawing.map(async ({ name, sequence, portableType }) => {
      const stored = wholeNumbers.has(portableType) ? `max(${quote(name)})` : 'max(null::bigint)'
      const { rows } = await database.query<{ highest: string }>(
        `select greatest(
           (select case when is_called then last_value else last_value - 1 end from ${sequence}),
           (select ${stored}::bigint from ${sqlName(table)})
         )::text as highest`,
      )
      return { table, column: name, sequence, highest: rows[0]!.highest }
    }),
  )
}

/** How far a sequence of that name was drawn from on this side. */
export async function sequenceDrawn(database: Queryable, name: TableName): Promise<string> {
  const { rows } = await database.query<{ highest: string }>(
    `select (case when is_called then last_value else last_value - 1 end)::text as highest from ${sqlName(name)}`,
  )
  return rows[0]!.highest
}

/** Raises a sequence to a value, never lowers it. */
export async function raiseSequence(
  client: Client,
  sequence: string,
  value: string,
): Promise<void> {
  await client.query(
    `select setval($1::regclass, $2::bigint) from ${sequence}
     where $2::bigint > case when is_called then last_value else last_value - 1 end`,
    [sequence, value],
  )
}
