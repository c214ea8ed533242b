import { type Direction, sqlName } from '@strangler/core'
import { arrayText, type Executor } from '../apply/execute.ts'
import { keyAtTarget, keyRange } from '../translate/keys.ts'
import { keyInputs, keyMatches, keyOfRow, numberedRowsOf, rowsOf } from '../translate/statements.ts'
import type { TablePair, Translation } from '../translate/translation.ts'

type Key = readonly string[]

/** The rows after one key of the source, up to and including another; either may be open. */
export interface Range {
  readonly after: Key | null
  readonly upTo: Key | null
}

/** SQL about a row `t` of the target, whose parameters start at `first`. */
export type Condition = (first: number) => {
  readonly sql: string
  readonly values: readonly unknown[]
}

/** True of the target's rows in a range of the source's keys. */
export function isWithin(pair: TablePair, direction: Direction, range: Range): Condition {
  return (first) => keyRange(keyAtTarget(pair, direction), range, first)
}

/** True of the target's rows that have one of some keys of the source. */
export function isAmongst(table: Translation, keys: readonly Key[]): Condition {
  const takes = keyInputs(table)
  return (first) => ({
    sql: `exists (select from ${rowsOf(takes, first)} where ${keyMatches(table)})`,
    values: textsOf(takes, keys),
  })
}

export function not(condition: Condition): Condition {
  return (first) => {
    const { sql, values } = condition(first)
    return { sql: `not (${sql})`, values }
  }
}

export function joined(by: 'and' | 'or', conditions: readonly Condition[]): Condition {
  return (first) => {
    const values: unknown[] = []
    const parts = conditions.map((condition) => {
      const part = condition(first + values.length)
      values.push(...part.values)
      return part.sql
    })
    return { sql: `(${parts.join(` ${by} `)})`, values }
  }
}

/** Whether the target has such rows. */
export async function hasAny(
  { query }: Pick<Executor, 'query'>,
  { target }: Translation,
  condition: Condition,
): Promise<boolean> {
  const { sql, values } = condition(1)
  const { rows } = await query<{ is: boolean }>(
    `select exists (select from ${sqlName(target)} t where ${sql}) as is`,
    values,
  )
  return rows[0]!.is
}

/** Deletes such rows of the target. */
export async function deleteAll(
  { query }: Pick<Executor, 'query'>,
  { target }: Translation,
  condition: Condition,
): Promise<void> {
  const { sql, values } = condition(1)
  await query(`delete from ${sqlName(target)} t where ${sql}`, values)
}

/** Which of some keys of the source lie in a range, by their places. */
export async function keysWithin(
  { query }: Pick<Executor, 'query'>,
  table: Translation,
  keys: readonly Key[],
  range: Range,
): Promise<Set<number>> {
  const takes = keyInputs(table)
  const within = keyRange(keyOfRow(table), range, takes.length + 1)
  const { rows } = await query<{ at: number }>(
    `select s.at::int from ${numberedRowsOf(takes)} where ${within.sql}`,
    [...textsOf(takes, keys), ...within.values],
  )
  return new Set(rows.map(({ at }) => at - 1))
}

function textsOf(takes: readonly number[], keys: readonly Key[]): string[] {
  return takes.map((part) => arrayText(keys.map((key) => key[part])))
}
