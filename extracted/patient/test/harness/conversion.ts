import pg from 'pg'
import { type Columns, type Pair, pairs } from './mapping.ts'

/** Values are in Postgres's own text form. */
export type Row = Readonly<Record<string, string | null>>

export async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>) {
  const client = new pg.Client({ connectionString: url, options: '-c TimeZone=UTC' })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

const batch = 500

/** A table's rows under other names, in a fixed order. */
export async function readRows(client: pg.Client, table: string, columns: Columns) {
  const list = Object.entries(columns).map(([name, sql]) => `(${sql})::text as "${name}"`)
  const { rows } = await client.query<Row>(
    `select * from (select ${list.join(', ')} from ${table}) as t order by t::text`,
  )
  return rows
}

/** With the keys that the rows bring. */
export async function writeRows(client: pg.Client, table: string, rows: readonly Row[]) {
  const columns = Object.keys(rows[0] ?? {})
  for (let start = 0; start < rows.length; start += batch) {
    const some = rows.slice(start, start + batch)
    const tuples = some.map(
      (_, row) => `(${columns.map((_, at) => `$${row * columns.length + at + 1}`).join(', ')})`,
    )
    await client.query(
      `insert into ${table} (${columns.join(', ')}) overriding system value
       values ${tuples.join(', ')}`,
      some.flatMap((row) => columns.map((column) => row[column])),
    )
  }
}

type Side = 'legacy' | 'service'

async function copy(from: string, to: string, side: Side) {
  await withClient(from, (source) =>
    withClient(to, async (target) => {
      // What arrives in the service is nothing that somebody does there, so triggers write no entries.
      if (side === 'service') await target.query('set session_replication_role = replica')
      for (const pair of pairs.filter(isNoAudit)) {
        const columns = side === 'service' ? pair.toService : pair.toLegacy
        const origin = side === 'service' ? pair.legacy : pair.service
        await writeRows(target, pair[side], await readRows(source, origin, columns))
      }
      await target.query(raiseSequences)
    }),
  )
}

/** Sequences go on behind the rows; those of the audit log have ranges of their own. */
const raiseSequences = `
  select setval(pg_get_serial_sequence(table_name, column_name),
    (xpath('/row/max/text()', query_to_xml(
      format('select coalesce(max(%I), 1) as max from %I', column_name, table_name),
      false, true, '')))[1]::text::bigint)
  from information_schema.columns
  where table_schema = 'public' and table_name not like 'audit%'
    and pg_get_serial_sequence(table_name, column_name) is not null`

const isNoAudit = ({ service }: Pair) => service !== 'audit_entries'

/** Copies all rows of a monolith's database into a service's that has none. */
export const loadService = (legacyUrl: string, serviceUrl: string) =>
  copy(legacyUrl, serviceUrl, 'service')

/** And back, into a monolith's database that has clinics and users and no patients. */
export const loadLegacy = (serviceUrl: string, legacyUrl: string) =>
  copy(serviceUrl, legacyUrl, 'legacy')

/** Every row and column of the mapped tables that is not computed, as text. */
export function contents(url: string, side: Side): Promise<Record<string, Row[]>> {
  return withClient(url, async (client) => {
    const tables: Record<string, Row[]> = {}
    for (const pair of pairs.filter(isNoAudit)) {
      const { rows } = await client.query<{ name: string }>(
        `select column_name as name from information_schema.columns
         where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER'
         order by ordinal_position`,
        [pair[side]],
      )
      const columns = Object.fromEntries(rows.map(({ name }) => [name, name]))
      tables[pair[side]] = await readRows(client, pair[side], columns)
    }
    return tables
  })
}
