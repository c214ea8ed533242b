import type { Queryable } from './store.ts'

/**
 * What the worker says of an outbox or a consumer. `missing`: it could not be made yet. `silent`: no process of the
 * consumer runs.
 */
export interface EventsReport {
  readonly kind: 'outbox' | 'consumer'
  readonly name: string
  readonly state: 'running' | 'waiting' | 'stopped' | 'missing' | 'silent'
  readonly detail: EventsDetail
}

export interface EventsDetail {
  readonly why?: string | undefined
  /** Of the source's log, kept for who has not read it; in bytes. */
  readonly keptBytes?: number | undefined
  /** Events in the topic that a consumer has not taken. */
  readonly behind?: number | undefined
  readonly lastEventAt?: string | undefined
  /** Events that are tried again, or wait for a person, or behind one of these. */
  readonly letters?: number | undefined
  /** Those of them that nobody tries any more. */
  readonly dead?: number | undefined
}

export async function reportEvents(store: Queryable, report: EventsReport): Promise<void> {
  await store.query(
    `insert into events (kind, name, state, detail) values ($1, $2, $3, $4)
     on conflict (kind, name) do update set state = $3, detail = $4, reported_at = clock_timestamp()`,
    [report.kind, report.name, report.state, report.detail],
  )
}

export async function readEvents(
  store: Queryable,
): Promise<(EventsReport & { readonly reportedMsAgo: number })[]> {
  const { rows } = await store.query<EventsReport & { reportedMsAgo: number }>(
    `select kind, name, state, detail,
       extract(epoch from clock_timestamp() - reported_at)::float8 * 1000 as "reportedMsAgo"
     from events order by kind desc, name`,
  )
  return rows
}

export async function forgetEvents(
  store: Queryable,
  kind: EventsReport['kind'],
  names: readonly string[],
): Promise<void> {
  await store.query('delete from events where kind = $1 and name = any($2)', [kind, names])
}
