import type { Queryable } from './store.ts'

/** `forward`: from the monolith into the service. `reverse`: back. */
export type Direction = 'forward' | 'reverse'

/** What the worker says of one stream. */
export interface StreamReport {
  readonly slice: string
  readonly direction: Direction
  readonly state: 'starting' | 'copying' | 'streaming' | 'waiting' | 'stopped'
  /** How old the oldest change is that is not applied yet, in milliseconds; null when not known. */
  readonly lagMs: number | null
  readonly detail: Readonly<Record<string, unknown>>
}

export async function reportStream(store: Queryable, report: StreamReport): Promise<void> {
  await store.query(
    `insert into stream (slice, direction, state, lag_ms, detail) values ($1, $2, $3, $4, $5)
     on conflict (slice, direction) do update
     set state = $3, lag_ms = $4, detail = $5, reported_at = clock_timestamp()`,
    [report.slice, report.direction, report.state, report.lagMs, report.detail],
  )
}

export async function readStreams(
  store: Queryable,
): Promise<(StreamReport & { readonly reportedMsAgo: number })[]> {
  const { rows } = await store.query<StreamReport & { reportedMsAgo: number }>(
    `select slice, direction, state, lag_ms as "lagMs", detail,
       extract(epoch from clock_timestamp() - reported_at)::float8 * 1000 as "reportedMsAgo"
     from stream order by slice, direction`,
  )
  return rows
}

export async function forgetStreams(store: Queryable, slice: string): Promise<void> {
  await store.query('delete from stream where slice = $1', [slice])
}
