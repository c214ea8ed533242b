/** What a column is set to, by the name of the column; names come from the code, never from a request. */
export type Columns = Readonly<Record<string, unknown>>

/** A value that is not stored as it is, but as what `sql` makes of it. */
export class Derived {
  readonly value: unknown
  readonly sql: (placeholder: string) => string

  constructor(value: unknown, sql: Derived['sql']) {
    this.value = value
    this.sql = sql
  }
}

const valueOf = (value: unknown) => (value instanceof Derived ? value.value : value)

function sqlOf(value: unknown, position: number): string {
  const placeholder = `$${position}`
  return value instanceof Derived ? value.sql(placeholder) : placeholder
}

/** `(a, b) values ($1, $2)` for an INSERT, and its values. */
export function insertion(columns: Columns): { readonly sql: string; readonly values: unknown[] } {
  const values = Object.values(columns)
  const list = values.map((value, index) => sqlOf(value, index + 1)).join(', ')
  return {
    sql: `(${Object.keys(columns).join(', ')}) values (${list})`,
    values: values.map(valueOf),
  }
}

/**
 * `a = $2, b = $3` for an UPDATE whose $1 is the key, and the values from $2 on. What is undefined stays
 * as it is; there is no list if that is everything.
 */
export function assignments(
  columns: Columns,
): { readonly sql: string; readonly values: unknown[] } | undefined {
  const set = Object.entries(columns).filter(([, value]) => value !== undefined)
  if (set.length === 0) return undefined
  return {
    sql: set.map(([column, value], index) => `${column} = ${sqlOf(value, index + 2)}`).join(', '),
    values: set.map(([, value]) => valueOf(value)),
  }
}
