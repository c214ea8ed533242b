import { type CatalogColumn, displayName, literal, quote, sqlName } from '@strangler/core'
import type pg from 'pg'
import { arrayText } from '../apply/execute.ts'
import { CdcError } from '../errors.ts'
import type { Touch } from '../stream/touched.ts'
import { keyAtSource, keyRange, printed, printedAs } from '../translate/keys.ts'
import { keyInputs, keyMatchesAtSource, rowsOf } from '../translate/statements.ts'
import type { TablePair } from '../translate/translation.ts'
import { boundary } from './digest.ts'

/** So many rows are read by a statement: it ends long before it would time out, however large the table is. */
const rowsPerStatement = 50_000
const keysPerStatement = 2000

export interface Checking {
  readonly signal: AbortSignal
  /** Rows checked so far. */
  onProgress(rows: number): void
}

/**
 * Looks on the monolith's real rows whether each comes back equal when it goes to the service and back.
 *
 * @returns LOSSY_MAPPING that names the first row and column that does not.
 */
export async function findLossy(
  legacy: pg.Pool,
  pair: TablePair,
  { signal, onProgress }: Checking,
  rowCount = rowsPerStatement,
): Promise<CdcError | undefined> {
  const columns = roundTrips(pair)
  if (columns.length === 0) return undefined
  const find = lossyRow(pair, columns)
  const order = keyAtSource(pair, 'forward')
  const by = order.map(({ by }) => by).join(', ')
  let after: readonly string[] | null = null
  for (let rows = 0; ; rows += rowCount) {
    signal.throwIfAborted()
    const upTo: readonly string[] | null = await boundary(legacy, pair, 'forward', after, rowCount)
    const { sql, values } = keyRange(order, { after, upTo }, 1)
    const found = await find(legacy, `${sqlName(pair.legacy.name)} t where ${sql}`, values, by)
    if (found) return lossy(pair, found)
    if (upTo === null) return undefined
    after = upTo
    onProgress(rows + rowCount)
  }
}

/** The same for rows of the monolith that have changed, by their keys: the first one of each table, in words. */
export async function findLossyAmong(
  legacy: pg.Pool,
  pairs: readonly TablePair[],
  touches: readonly Touch[],
): Promise<string[]> {
  const reasons: string[] = []
  for (const pair of pairs) {
    const table = pair.forward
    const columns = table.sharedSink ? [] : roundTrips(pair)
    if (columns.length === 0) continue
    const find = lossyRow(pair, columns)
    const takes = keyInputs(table)
    const from = `${rowsOf(takes)} join ${sqlName(table.source)} t on ${keyMatchesAtSource(table)} where true`
    const keys = touches.filter((touch) => touch.table === table).map(({ key }) => key)
    for (let at = 0; at < keys.length; at += keysPerStatement) {
      const part = keys.slice(at, at + keysPerStatement)
      const found = await find(
        legacy,
        from,
        takes.map((input) => arrayText(part.map((key) => key[input]))),
      )
      if (!found) continue
      reasons.push(lossy(pair, found).message)
      break
    }
  }
  return reasons
}

/** A column of the monolith's with its value, as text, and the one that it would come back with. */
interface RoundTrip {
  readonly column: string
  readonly before: string
  readonly after: string
}

function roundTrips({ forward, reverse }: TablePair): RoundTrip[] {
  const texts = forward.inputs.map((column) => printed(column, 't'))
  const there = new Map(
    forward.outputs.map(({ column, is, reads: [from = -1], sql }) => {
      const text = sql(texts)
      // A column that is declared the same holds what is copied into it.
      const isCopy =
        text === texts[from] && forward.inputs[from]!.portableDeclared === is.portableDeclared
      return [column, isCopy ? text : held(is, text)]
    }),
  )
  const back = reverse.inputs.map(({ name }) => there.get(name) ?? 'null::text')
  return (
    reverse.outputs
      // Others are filled on that side only.
      .filter(({ reads }) => reads.some((at) => there.has(reverse.inputs[at]!.name)))
      .map(({ column, is, sql }) => ({
        column,
        before: same(is, printed(is, 't')),
        after: same(is, sql(back)),
      }))
      .filter(({ before, after }) => before !== after)
  )
}

interface Lossy {
  readonly column: string
  readonly key: readonly string[]
  readonly was: string | null
  readonly becomes: string | null
}

/** A search for a row `t` that does not come back equal, with its first such column. */
function lossyRow(pair: TablePair, columns: readonly RoundTrip[]) {
  const key = pair.legacy.key.map((name) => printed(columnOf(pair, name), 't'))
  const differs = columns.map(({ before, after }) => `${before} is distinct from ${after}`)
  const list = (texts: readonly string[]) => `array[${texts.join(', ')}]::text[]`
  return async (
    legacy: pg.Pool,
    from: string,
    values: readonly string[],
    order?: string,
  ): Promise<Lossy | undefined> => {
    const { rows } = await legacy.query<{
      key: string[]
      was: (string | null)[]
      becomes: (string | null)[]
    }>(
      `select ${list(key)} as key, ${list(columns.map(({ before }) => before))} as was,
         ${list(columns.map(({ after }) => after))} as becomes
       from ${from} and (${differs.join(' or ')}) ${order ? `order by ${order}` : ''} limit 1`,
      [...values],
    )
    const row = rows[0]
    if (!row) return undefined
    const at = columns.findIndex((_, nth) => row.was[nth] !== row.becomes[nth])
    return {
      column: columns[at]!.column,
      key: row.key,
      was: row.was[at]!,
      becomes: row.becomes[at]!,
    }
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

function lossy({ legacy, service }: TablePair, { column, key, was, becomes }: Lossy): CdcError {
  const table = displayName(legacy.name)
  const where = legacy.key.map((name, at) => `${quote(name)} = ${key[at]}`).join(', ')
  const message = `The mapping of ${table} to ${displayName(service.name)} loses something: in the row with ${where}, ${column} is ${show(was)} and would come back as ${show(becomes)}. Correct the mapping, or the row.`
  return new CdcError('LOSSY_MAPPING', message, { table, column, key, was, becomes })
}

function show(text: string | null): string {
  if (text === null) return 'NULL'
  return text.length > 80 ? `'${text.slice(0, 80)}...'` : `'${text}'`
}
