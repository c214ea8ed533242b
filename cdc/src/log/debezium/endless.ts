import { displayName, quote, readCatalogTable, sqlName, type TableName } from '@strangler/core'
import { CdcError } from '../../errors.ts'
import type { Translation } from '../../translate/translation.ts'
import type { LogEntry, Value } from '../log.ts'
import type { LogSource } from '../logs.ts'

/*
 * The one value that Debezium changes before the converter sees it: an interval without end comes as zero.
 */

const isSpan = ({ portableType }: { portableType: string }) => portableType === 'interval'
const anyEndless = (names: readonly string[]) =>
  names.map((name) => `not isfinite(t.${quote(name)})`).join(' or ')

/** @throws CdcError LOSSY_MAPPING when a table holds such an interval. */
export async function checkEndless(
  { database }: LogSource,
  { source, inputs }: Translation,
): Promise<void> {
  const spans = inputs.filter(isSpan).map(({ name }) => name)
  if (spans.length === 0) return
  const { rows } = await database.reading.query<{ is: boolean }>(
    `select exists (select from ${sqlName(source)} t where ${anyEndless(spans)}) as is`,
  )
  if (!rows[0]!.is) return
  const names = spans.join(', ')
  const message = `${displayName(source)} holds infinite intervals (${names}), which Debezium takes for zero. Use the log pgoutput for this slice.`
  throw new CdcError('LOSSY_MAPPING', message, { table: displayName(source), columns: names })
}

interface SpanTable {
  readonly name: TableName
  readonly spans: readonly string[]
  readonly key: readonly { readonly name: string; readonly castType: string }[]
}

/**
 * Looks at the source's row wherever zero has come. A row that has another value by now comes once more, so that
 * none arrives as zero for good.
 */
export async function createEndlessCheck(
  source: LogSource,
): Promise<(entries: readonly LogEntry[]) => Promise<void>> {
  const tables = new Map<string, SpanTable>()
  for (const name of source.tables) {
    const table = await readCatalogTable(source.database.coordinator, name)
    const spans = table?.columns.filter(isSpan).map((column) => column.name) ?? []
    if (!table || spans.length === 0) continue
    const key = table.key.map((each) => table.columns.find((column) => column.name === each)!)
    tables.set(displayName(name), { name, spans, key })
  }
  return async (entries) => {
    for (const [table, keys] of suspects(tables, entries)) await look(source, table, keys)
  }
}

/** The keys of the rows that came with zero. */
function suspects(
  tables: ReadonlyMap<string, SpanTable>,
  entries: readonly LogEntry[],
): Map<SpanTable, Value[][]> {
  const found = new Map<SpanTable, Value[][]>()
  if (tables.size === 0) return found
  for (const entry of entries) {
    if (entry.kind !== 'insert' && entry.kind !== 'update') continue
    const table = tables.get(displayName(entry.relation.name))
    if (!table) continue
    const value = (name: string) => entry.row[entry.relation.columns.indexOf(name)]
    const isZero = (text: Value) => typeof text === 'string' && !/[1-9]/.test(text)
    if (!table.spans.some((name) => isZero(value(name)))) continue
    const keys = found.get(table) ?? []
    keys.push(table.key.map(({ name }) => value(name)))
    found.set(table, keys)
  }
  return found
}

async function look(
  { slice, database }: LogSource,
  { name, spans, key }: SpanTable,
  keys: readonly (readonly Value[])[],
): Promise<void> {
  const arrays = key.map((_, at) => `$${at + 1}::text[]`).join(', ')
  const texts = key.map((_, at) => `k${at}`).join(', ')
  const same = key.map((part, at) => `t.${quote(part.name)} = s.k${at}::${part.castType}`)
  const { rows } = await database.reading.query<{ key: string }>(
    `select concat_ws(', ', ${texts}) as key from unnest(${arrays}) as s (${texts})
     join ${sqlName(name)} t on ${same.join(' and ')} where ${anyEndless(spans)} limit 1`,
    key.map((_, at) => keys.map((row) => row[at])),
  )
  if (!rows[0]) return
  const table = displayName(name)
  const message = `The row (${rows[0].key}) of ${table} holds an infinite interval (${spans.join(', ')}), which Debezium takes for zero. Give it an end there, and run "strangler sync start ${slice}"; or use the log pgoutput for this slice.`
  throw new CdcError('CANNOT_APPLY', message, { table, key: rows[0].key })
}
