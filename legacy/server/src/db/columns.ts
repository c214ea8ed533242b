type Columns = Readonly<Record<string, unknown>>

// Column names come from the code, never from a request.

/** The columns and placeholders of an INSERT, as `(a, b) values ($1, $2)`, and their values. */
export function insertion(columns: Columns): { readonly into: string; readonly values: unknown[] } {
  const names = Object.keys(columns)
  const placeholders = names.map((_, index) => `$${index + 1}`)
  return {
    into: `(${names.join(', ')}) values (${placeholders.join(', ')})`,
    values: Object.values(columns),
  }
}

/**
 * The SET list of an UPDATE, as `a = $2, b = $3`, and its values; $1 is left for the key. Columns
 * that are undefined stay as they are; if none is left, so is there no list.
 */
export function assignments(
  columns: Columns,
): { readonly list: string; readonly values: unknown[] } | undefined {
  const changed = Object.entries(columns).filter(([, value]) => value !== undefined)
  if (changed.length === 0) return undefined
  return {
    list: changed.map(([column], index) => `${column} = $${index + 2}`).join(', '),
    values: changed.map(([, value]) => value),
  }
}
