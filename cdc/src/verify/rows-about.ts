import type pg from 'pg'

/** About how many rows a table has, as of its last ANALYZE; 0 where nobody knows. For progress: counting takes long. */
export async function rowsAbout(database: pg.Pool, oid: number): Promise<number> {
  const { rows } = await database.query<{ about: number }>(
    'select greatest(reltuples, 0)::float8 as about from pg_class where oid = $1',
    [oid],
  )
  return rows[0]?.about ?? 0
}
