import { displayName } from '@strangler/core'
import type { Executor } from '../apply/execute.ts'
import type { Translation } from '../translate/translation.ts'

/** How far a table's first copy has come. */
export interface Progress {
  /** The last key that it reached, in the order of the source's key; null before the first. */
  readonly lastKey: readonly string[] | null
  readonly rows: number
  readonly done: boolean
}

const nothing: Progress = { lastKey: null, rows: 0, done: false }

/** Reads it in the target. */
export async function readProgress(
  { query }: Pick<Executor, 'query'>,
  stream: string,
  { source }: Translation,
): Promise<Progress> {
  const { rows } = await query<Progress>(
    `select last_key as "lastKey", rows::int, done from strangler.copied where stream = $1 and source_table = $2`,
    [stream, displayName(source)],
  )
  return rows[0] ?? nothing
}

/** Writes it down with the rows that it is about. */
export async function writeProgress(
  { query }: Pick<Executor, 'query'>,
  stream: string,
  { source }: Translation,
  { lastKey, rows, done }: Progress,
): Promise<void> {
  await query(
    `insert into strangler.copied (stream, source_table, last_key, rows, done) values ($1, $2, $3, $4, $5)
     on conflict (stream, source_table) do update set last_key = $3, rows = $4, done = $5`,
    [stream, displayName(source), lastKey, rows, done],
  )
}
