import type pg from 'pg'

/** Column to value; values are in Postgres's own text form. */
export type Row = Readonly<Record<string, string | Buffer | null>>

/** Inserts rows that all have the first one's columns, with the ids that they bring. */
export async function insertRows(client: pg.ClientBase, table: string, rows: readonly Row[]) {
  const columns = Object.keys(rows[0] ?? {})
  for (let start = 0; start < rows.length; start += 500) {
    const some = rows.slice(start, start + 500)
    const tuples = some.map(
      (_, row) => `(${columns.map((_, at) => `$${row * columns.length + at + 1}`).join(', ')})`,
    )
    await client.query(
      `INSERT INTO ${table} (${columns.map((column) => `"${column}"`).join(', ')})
       OVERRIDING SYSTEM VALUE VALUES ${tuples.join(', ')}`,
      some.flatMap((row) => columns.map((column) => row[column])),
    )
  }
}
