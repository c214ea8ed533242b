import { type CatalogColumn, displayName, literal, quote, sqlName } from '@strangler/core'
import type pg from 'pg'
import { CdcError } from '../errors.ts'
import { printed, printedAs } from '../translate/keys.ts'
import type { TablePair } from '../translate/translation.ts'

/**
 * Checks on the monolith's real rows that each comes back equal when it goes to the service and back.
 *
 * @throws CdcError LOSSY_MAPPING that names the first row and column that does not.
 */
export async function checkLossless(legacy: pg.Pool, pair: TablePair): Promise<void> {
  const { forward, reverse } = pair
  const texts = forward.inputs.map((column) => printed(column, 't'))
  const there = new Map(
    forward.outputs.map(({ column, is, sql }) => [column, held(is, sql(texts))]),
  )
  const back = reverse.inputs.map(({ name }) => there.get(name) ?? 'null::text')
  const key = pair.legacy.key.map((name) => printed(columnOf(pair, name), 't'))
  for (const { column, is, sql, reads } of reverse.outputs) {
    if (reads.every((at) => !there.has(reverse.inputs[at]!.name))) continue // Filled on that side only.
    const before = same(is, printed(is, 't'))
    const after = same(is, sql(back))
    const { rows } = await legacy.query<{
      key: string[]
      was: string | null
      becomes: string | null
    }>(
      `select array[${key.join(', ')}] as key, ${before} as was, ${after} as becomes
       from ${sqlName(pair.legacy.name)} t where ${before} is distinct from ${after} limit 1`,
    )
    if (rows[0]) throw lossy(pair, column, rows[0])
  }
}

/** What a column of the service would hold, as text: null if it cannot hold the value at all. */
function held({ portableType, portableDeclared }: CatalogColumn, text: string): string {
  if (portableDeclared === 'text') return text
  const isValid = `pg_input_is_valid(${text}, ${literal(portableDeclared)})`
  const value = `(case when ${isValid} then (${text})::${portableDeclared} end)`
  return printedAs(portableType, value)
}

function same({ portableType }: CatalogColumn, text: string): string {
  return portableType === 'numeric' ? `trim_scale((${text})::numeric)::text` : text
}

function columnOf({ legacy }: TablePair, name: string): CatalogColumn {
  return legacy.columns.find((column) => column.name === name)!
}

function lossy(
  { legacy, service }: TablePair,
  column: string,
  { key, was, becomes }: { key: string[]; was: string | null; becomes: string | null },
): CdcError {
  const table = displayName(legacy.name)
  const where = legacy.key.map((name, at) => `${quote(name)} = ${key[at]}`).join(', ')
  const message = `The mapping of ${table} to ${displayName(service.name)} loses something: in the row with ${where}, ${column} is ${show(was)} and would come back as ${show(becomes)}. Correct the mapping, or the row.`
  return new CdcError('LOSSY_MAPPING', message, { table, column, key, was, becomes })
}

function show(text: string | null): string {
  if (text === null) return 'NULL'
  return text.length > 80 ? `'${text.slice(0, 80)}...'` : `'${text}'`
}
