/** A table's name, schema included, as Postgres stores it: unquoted. */
export interface TableName {
  readonly schema: string
  readonly name: string
}

const part = String.raw`(?:"((?:[^"]|"")+)"|([A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*))`
const qualified = new RegExp(`^(?:${part}\\.)?${part}$`)

/**
 * Reads `orders`, `shop.orders` or `shop."OrderLines"` by SQL's rules: what is not quoted is lower case.
 *
 * @returns undefined when the text is not a table's name.
 */
export function parseTableName(text: string, defaultSchema = 'public'): TableName | undefined {
  const match = qualified.exec(text)
  if (!match) return undefined
  const [, quotedSchema, bareSchema, quotedName, bareName] = match
  return {
    schema: unquote(quotedSchema, bareSchema) ?? defaultSchema,
    name: unquote(quotedName, bareName)!,
  }
}

function unquote(quoted: string | undefined, bare: string | undefined): string | undefined {
  return quoted?.replaceAll('""', '"') ?? bare?.toLowerCase()
}

/** An SQL identifier, quoted. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A table's name for an SQL statement. */
export function sqlName({ schema, name }: TableName): string {
  return `${quote(schema)}.${quote(name)}`
}

/** A table's name for a person, and for keys of maps. */
export function displayName({ schema, name }: TableName): string {
  const plain = /^[a-z_][a-z0-9_$]*$/
  return [schema, name].map((part) => (plain.test(part) ? part : quote(part))).join('.')
}

/** An SQL string literal. */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted
}
