import { notify, type Queryable } from './store.ts'

/** What people ask of the worker. */
export type RequestKind =
  | 'sync-start'
  | 'sync-stop'
  | 'verify'
  | 'switch'
  | 'dead-letters-replay'
  | 'dead-letters-discard'

export interface Request {
  readonly id: number
  readonly kind: RequestKind
  readonly slices: readonly string[]
  readonly arguments: Readonly<Record<string, unknown>>
  readonly requestedBy: string
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'refused'
  /** Somebody asked for it to stop. */
  readonly abort: boolean
  readonly progress: Progress
  readonly result: Result | null
}

/** What is being done, and how much of how much. */
export interface Progress {
  readonly step?: string
  readonly done?: number
  readonly total?: number
  readonly [detail: string]: unknown
}

export interface Result {
  /** For a person. */
  readonly message: string
  /** All reasons, when it was refused. */
  readonly reasons?: readonly string[]
  readonly [detail: string]: unknown
}

const columns = `id::int, kind, slices, arguments, requested_by as "requestedBy", state, abort, progress, result`

/**
 * Asks the worker for something. If the same is asked already and not finished, that one is returned: a
 * command that is typed again attaches to what it began.
 */
export async function ask(
  store: Queryable,
  wanted: Pick<Request, 'kind' | 'slices' | 'arguments' | 'requestedBy'>,
): Promise<Request> {
  const { kind, slices, requestedBy } = wanted
  const same = [kind, slices, wanted.arguments]
  for (;;) {
    const added = await store.query<Request>(
      `insert into request (kind, slices, arguments, requested_by) values ($1, $2, $3, $4)
       on conflict (kind, slices, arguments) where finished_at is null do nothing
       returning ${columns}`,
      [...same, requestedBy],
    )
    if (added.rows[0]) await notify(store, 'requests')
    const request = added.rows[0] ?? (await openRequest(store, same))
    if (request) return request // Else it was finished in between.
  }
}

async function openRequest(store: Queryable, same: unknown[]): Promise<Request | undefined> {
  const { rows } = await store.query<Request>(
    `select ${columns} from request
     where finished_at is null and kind = $1 and slices = $2 and arguments = $3`,
    same,
  )
  return rows[0]
}

export async function readRequest(store: Queryable, id: number): Promise<Request | undefined> {
  const { rows } = await store.query<Request>(`select ${columns} from request where id = $1`, [id])
  return rows[0]
}

/** All requests that are not finished, oldest first. */
export async function openRequests(store: Queryable): Promise<Request[]> {
  const sql = `select ${columns} from request where finished_at is null order by id`
  const { rows } = await store.query<Request>(sql)
  return rows
}

export async function setProgress(store: Queryable, id: number, progress: Progress): Promise<void> {
  // A report that was under way when the request ended comes too late.
  await store.query(
    "update request set state = 'running', progress = $2 where id = $1 and finished_at is null",
    [id, progress],
  )
  await notify(store, 'requests')
}

export async function finish(
  store: Queryable,
  id: number,
  state: 'done' | 'failed' | 'refused',
  result: Result,
): Promise<void> {
  await store.query(
    `update request set state = $2, result = $3, finished_at = clock_timestamp()
     where id = $1 and finished_at is null`,
    [id, state, result],
  )
  await notify(store, 'requests')
}

/** Asks a slice's requests to stop. Resolves to how many there were. */
export async function askToAbort(store: Queryable, slice: string): Promise<number> {
  const { rowCount } = await store.query(
    'update request set abort = true where finished_at is null and $1 = any(slices)',
    [slice],
  )
  await notify(store, 'requests')
  return rowCount ?? 0
}
