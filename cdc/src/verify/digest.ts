import { type CatalogColumn, type Direction, sqlName } from '@strangler/core'
import type pg from 'pg'
import { arrayText } from '../apply/execute.ts'
import { keyAtSource, keyAtTarget, keyRange, printed } from '../translate/keys.ts'
import {
  keyInputs,
  keyMatches,
  keyMatchesAtSource,
  numberedRowsOf,
} from '../translate/statements.ts'
import type { TablePair } from '../translate/translation.ts'

/** Part of a table, between two keys of the source. */
export interface Range {
  readonly after: readonly string[] | null
  readonly upTo: readonly string[] | null
}

export type End = 'source' | 'target'

/** The text that a value has on every server, however its column is declared. */
function canonical({ portableType }: CatalogColumn, text: string): string {
  if (portableType === 'text') return text
  if (portableType === 'numeric') return `trim_scale((${text})::numeric)::text`
  return `((${text})::${portableType})::text`
}

/** SQL for a digest of a row `t`, the same on both sides for rows that correspond: the service's row, as texts. */
function rowDigest(pair: TablePair, side: 'legacy' | 'service'): string {
  const { inputs, outputs } = pair.forward
  const texts = inputs.map((column) => printed(column, 't'))
  const values = outputs.map(({ is, sql }) =>
    canonical(is, side === 'legacy' ? sql(texts) : printed(is, 't')),
  )
  return `md5(row(${values.join(', ')})::text)`
}

function sideOf(direction: Direction, end: End): 'legacy' | 'service' {
  return (direction === 'forward') === (end === 'source') ? 'legacy' : 'service'
}

function keyOn(pair: TablePair, direction: Direction, end: End) {
  return end === 'source' ? keyAtSource(pair, direction) : keyAtTarget(pair, direction)
}

function tableOn(pair: TablePair, direction: Direction, end: End): string {
  return sqlName(end === 'source' ? pair[direction].source : pair[direction].target)
}

/** The key of the last of the next so many rows, or null when fewer are left. */
export async function boundary(
  database: pg.Pool,
  pair: TablePair,
  direction: Direction,
  after: readonly string[] | null,
  rowCount: number,
): Promise<string[] | null> {
  const { inputs, keyLength } = pair[direction]
  const order = keyAtSource(pair, direction)
  const range = keyRange(order, { after, upTo: null }, 1)
  const key = inputs.slice(0, keyLength).map((column) => printed(column, 't'))
  const { rows } = await database.query<string[]>({
    text: `select ${key.join(', ')} from ${tableOn(pair, direction, 'source')} t where ${range.sql}
      order by ${order.map(({ by }) => by).join(', ')} offset ${rowCount - 1} limit 1`,
    values: range.values,
    rowMode: 'array',
  })
  return rows[0] ?? null
}

/** How many rows a range has, and the sums of their digests' halves: equal for equal rows in any order. */
export interface Digest {
  readonly rows: number
  readonly digest: string
}

export async function digestRange(
  database: pg.Pool,
  pair: TablePair,
  direction: Direction,
  end: End,
  range: Range,
): Promise<Digest> {
  const where = keyRange(keyOn(pair, direction, end), range, 1)
  const half = (from: number) =>
    `coalesce(sum(('x' || substr(d, ${from}, 16))::bit(64)::bigint::numeric), 0)::text`
  const { rows } = await database.query<{ rows: number; one: string; two: string }>(
    `select count(*)::int as rows, ${half(1)} as one, ${half(17)} as two
     from (select ${rowDigest(pair, sideOf(direction, end))} as d
       from ${tableOn(pair, direction, end)} t where ${where.sql}) digests`,
    where.values,
  )
  const { one, two, ...counted } = rows[0]!
  return { ...counted, digest: `${one}:${two}` }
}

/** The digest of each row of a range, by the source's key, as one text. */
export async function listRange(
  database: pg.Pool,
  pair: TablePair,
  direction: Direction,
  end: End,
  range: Range,
): Promise<Map<string, { key: string[]; digest: string }>> {
  const order = keyOn(pair, direction, end)
  const where = keyRange(order, range, 1)
  const { rows } = await database.query<string[]>({
    text: `select ${rowDigest(pair, sideOf(direction, end))}, ${order.map(({ by }) => `(${by})::text`).join(', ')}
      from ${tableOn(pair, direction, end)} t where ${where.sql}`,
    values: where.values,
    rowMode: 'array',
  })
  return new Map(rows.map(([digest, ...key]) => [JSON.stringify(key), { key, digest: digest! }]))
}

/** The digests of the rows with these keys of the source; null where there is no row. */
export async function digestKeys(
  database: pg.Pool,
  pair: TablePair,
  direction: Direction,
  end: End,
  keys: readonly (readonly string[])[],
): Promise<(string | null)[]> {
  const table = pair[direction]
  const takes = keyInputs(table)
  const matches = end === 'target' ? keyMatches(table) : keyMatchesAtSource(table)
  const { rows } = await database.query<{ at: number; digest: string }>(
    `select s.at::int, ${rowDigest(pair, sideOf(direction, end))} as digest
     from ${numberedRowsOf(takes)} join ${tableOn(pair, direction, end)} t on ${matches}`,
    takes.map((at) => arrayText(keys.map((key) => key[at]))),
  )
  const digests = new Map(rows.map(({ at, digest }) => [at - 1, digest]))
  return keys.map((_, at) => digests.get(at) ?? null)
}
