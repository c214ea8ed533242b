export type Row = Readonly<Record<string, unknown>>

const special = /[\\\t\n\r]/
const specials = /[\\\t\n\r]/g
const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
}

/**
 * A row in the text format of COPY: lists are arrays, other objects JSON.
 *
 * @see https://www.postgresql.org/docs/17/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
export function copyLine(row: Row, columns: readonly string[]): string {
  let line = ''
  for (const [index, column] of columns.entries()) {
    if (index > 0) line += '\t'
    const text = textOf(row[column])
    if (text === null) line += '\\N'
    else line += special.test(text) ? text.replace(specials, (char) => escapes[char]!) : text
  }
  return `${line}\n`
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return arrayText(value)
  return JSON.stringify(value)
}

/** Each element in quotes, for it may hold a comma or be the word NULL. */
function arrayText(elements: readonly unknown[]): string {
  return `{${elements.map((each) => `"${String(each).replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`
}
