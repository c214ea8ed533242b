import { type CatalogColumn, type Direction, quote } from '@strangler/core'
import type { TablePair, Translation } from './translation.ts'

/** Types whose cast to text is what the log prints. */
const printedByCast = new Set([
  'smallint',
  'integer',
  'bigint',
  'numeric',
  'real',
  'double precision',
  'text',
  'character varying',
  'uuid',
  'date',
  'timestamp without time zone',
  'timestamp with time zone',
  'bytea',
  'json',
  'jsonb',
])

/**
 * SQL for a column's value as the log prints it. Of many types the cast to text gives another: it strips the
 * padding of `char(n)`, says `true` for `t` and adds a mask to an inet.
 */
export function printed(column: CatalogColumn, alias: string): string {
  return printedAs(column.castType, `${alias}.${quote(column.name)}`)
}

/** The same for any expression of a type. A composite whose fields are all null is a value, which `is not null` denies. */
export function printedAs(type: string, value: string): string {
  return printedByCast.has(type)
    ? `${value}::text`
    : `case when ${value} is distinct from null then format('%s', ${value}) end`
}

/** Types that every server orders alike. Others are ordered by their texts, byte by byte. */
const ordered = new Set([
  'smallint',
  'integer',
  'bigint',
  'numeric',
  'uuid',
  'date',
  'timestamp without time zone',
  'timestamp with time zone',
])

/** SQL to order a source's rows by key and to compare a key's columns with parameters, which it casts. */
export function keyOrder(key: readonly CatalogColumn[], expressions: readonly string[]) {
  return key.map(({ portableType }, at) => {
    const isOrdered = ordered.has(portableType)
    const by = isOrdered ? expressions[at]! : `(${expressions[at]!})::text collate "C"`
    const cast = (parameter: string) => `${parameter}::${isOrdered ? portableType : 'text'}`
    return { by, cast }
  })
}

/** The rows after one key, up to and including another; either may be open. Parameters start at `first`. */
export function keyRange(
  order: ReturnType<typeof keyOrder>,
  { after, upTo }: { after: readonly string[] | null; upTo: readonly string[] | null },
  first: number,
): { sql: string; values: string[] } {
  const row = `(${order.map(({ by }) => by).join(', ')})`
  const values: string[] = []
  const bound = (operator: string, key: readonly string[]) => {
    const parameters = order.map(({ cast }, at) => cast(`$${first + values.length + at}`))
    values.push(...key)
    return `${row} ${operator} (${parameters.join(', ')})`
  }
  const parts = [...(after ? [bound('>', after)] : []), ...(upTo ? [bound('<=', upTo)] : [])]
  return { sql: parts.length > 0 ? parts.join(' and ') : 'true', values }
}

/** The source's key, written in terms of texts. */
export function keyOfTexts({ inputs, keyLength }: Translation, texts: readonly string[]) {
  const key = inputs.slice(0, keyLength)
  const typed = keyOrder(key, texts).map(({ cast }, at) => cast(texts[at]!))
  return keyOrder(key, typed)
}

/** The source's key, written in terms of the source's own row `t`. */
export function keyAtSource(pair: TablePair, direction: Direction) {
  const { inputs, keyLength } = pair[direction]
  const key = inputs.slice(0, keyLength)
  return keyOrder(
    key,
    key.map((column) =>
      ordered.has(column.portableType) ? `t.${quote(column.name)}` : printed(column, 't'),
    ),
  )
}

/** The source's key, written in terms of the target's row `t`. */
export function keyAtTarget(pair: TablePair, direction: Direction) {
  const { inputs, keyLength } = pair[direction]
  const back = pair[direction === 'forward' ? 'reverse' : 'forward']
  const key = inputs.slice(0, keyLength)
  const texts = back.inputs.map((column) => printed(column, 't'))
  const expressions = key.map((column) => {
    const output = back.outputs.find((candidate) => candidate.column === column.name)!
    const [only] = output.reads
    const from = only === undefined ? undefined : back.inputs[only]
    const isSame = output.sql(texts) === texts[only ?? -1]
    if (
      from &&
      isSame &&
      ordered.has(column.portableType) &&
      from.portableType === column.portableType
    ) {
      return `t.${quote(from.name)}`
    }
    return ordered.has(column.portableType)
      ? `(${output.sql(texts)})::${column.portableType}`
      : output.sql(texts)
  })
  return keyOrder(key, expressions)
}
