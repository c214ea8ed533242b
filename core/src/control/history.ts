import type { Queryable } from './store.ts'

export interface HistoryEntry {
  readonly slice: string
  readonly event: string
  readonly epoch?: number | undefined
  /** The person or process. */
  readonly by: string
  readonly detail?: object
}

export async function record(store: Queryable, entry: HistoryEntry): Promise<void> {
  const { slice, event, epoch = null, by, detail = {} } = entry
  const sql = 'insert into history (slice, event, epoch, by, detail) values ($1, $2, $3, $4, $5)'
  await store.query(sql, [slice, event, epoch, by, detail])
}

export async function readHistory(
  store: Queryable,
  slice: string | undefined,
  limit: number,
): Promise<(HistoryEntry & { at: Date })[]> {
  const { rows } = await store.query<HistoryEntry & { at: Date }>(
    `select at, slice, event, epoch::int, by, detail from history
     where $1::text is null or slice = $1 order by id desc limit $2`,
    [slice ?? null, limit],
  )
  return rows.reverse()
}

/** The epoch at which a slice's owner became its owner; 0 if it never had another. */
export async function ownerSince(store: Queryable, slice: string): Promise<number> {
  const { rows } = await store.query<{ epoch: number }>(
    "select coalesce(max(epoch), 0)::int as epoch from history where slice = $1 and event = 'journal'",
    [slice],
  )
  return rows[0]!.epoch
}
