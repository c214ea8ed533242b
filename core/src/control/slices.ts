import type pg from 'pg'
import { change, type Change, type ControlRow, type Phase, type Side } from '../machine/control.ts'
import { isRefusal } from '../machine/refusal.ts'
import { record } from './history.ts'
import { inTransaction, notify, type Queryable } from './store.ts'

/** How far a slice's streams are: not set up, being set up, copying, in step, or stopped by an error. */
export type Sync = 'none' | 'preparing' | 'copying' | 'streaming' | 'stopped'

export interface SliceRow extends ControlRow {
  readonly name: string
  /** The slices that move together with this one in the attempt under way. */
  readonly members: readonly string[]
  /** The request that the attempt carries out. */
  readonly request: number | null
  /** Whether reads answer from the owner, or from the side that the slice's flag says. */
  readonly reads: 'owner' | 'flag'
  readonly sync: Sync
  readonly syncError: string | null
  readonly certificate: Certificate | null
}

/** The result of a verification of all of a slice's rows. */
export interface Certificate {
  readonly at: string
  readonly clean: boolean
  readonly rows: number
  readonly tables: readonly {
    readonly table: string
    readonly rows: number
    readonly digest: string
    readonly mismatches: number
    readonly inconclusive: number
  }[]
  /** How many changes waited that the other side had refused: with any of them it is not clean. */
  readonly deadLetters?: number
  /** Where the stream from the owner stood. */
  readonly position: string
  /** Which run of the slice's streams made it: only that one knows the keys that changed since. */
  readonly worker: string
  /** What each side's tables were made of: rows that DDL touched since were not verified. */
  readonly shapes?: Readonly<Record<Side, string>>
}

const columns = `name, epoch::int, phase, owner, owner_epoch::int as "ownerEpoch", members, request::int, reads,
  sync, sync_error as "syncError", certificate`

/** Makes a row for each slice of the plan that has none. Slices begin on the legacy side, at epoch 0. */
export async function addSlices(store: Queryable, names: readonly string[]): Promise<void> {
  await store.query('insert into slice (name) select unnest($1::text[]) on conflict do nothing', [
    names,
  ])
}

export async function readSlices(store: Queryable): Promise<SliceRow[]> {
  const { rows } = await store.query<SliceRow>(`select ${columns} from slice order by name`)
  return rows
}

export async function readSlice(store: Queryable, name: string): Promise<SliceRow | undefined> {
  const { rows } = await store.query<SliceRow>(`select ${columns} from slice where name = $1`, [
    name,
  ])
  return rows[0]
}

export interface Recorded {
  /** Whether the change was made. */
  readonly made: boolean
  /** The first slice's row, as it is now. */
  readonly row: SliceRow
}

export interface ChangeContext {
  readonly by: string
  readonly request?: number | undefined
  readonly detail?: object
  /** The epoch that each slice's row has to be at, where slices that never moved together begin to. */
  readonly epochs?: ReadonlyMap<string, number> | undefined
}

/**
 * Makes one change to slices that move together, to all of them or to none. This is where the journal is
 * written; the decision is {@link change}'s, on rows that are locked.
 */
export function changeSlices(
  pool: pg.Pool,
  names: readonly string[],
  wanted: Change,
  { by, request, detail = {}, epochs }: ChangeContext,
): Promise<Recorded> {
  return inTransaction(pool, async (client) => {
    const sql = `select ${columns} from slice where name = any($1) order by name for update`
    const { rows } = await client.query<SliceRow>(sql, [names])
    const changed = rows.map((row) => {
      const epoch = epochs?.get(row.name) ?? wanted.at.epoch
      return change(row, { ...wanted, at: { ...wanted.at, epoch } })
    })
    if (rows.length < names.length || changed.some(isRefusal)) return { made: false, row: rows[0]! }
    for (const [at, next] of (changed as ControlRow[]).entries()) {
      const { name } = rows[at]!
      await client.query(
        `update slice set epoch = $2, phase = $3, owner = $4, owner_epoch = $5, updated_at = clock_timestamp(),
           members = case when $3 = 'idle' then '{}' else $6::text[] end,
           request = case when $3 = 'idle' then null else coalesce($7, request) end,
           reads = case when owner = $4 then reads else 'owner' end
         where name = $1`,
        [name, next.epoch, next.phase, next.owner, next.ownerEpoch, names, request ?? null],
      )
      const event = wanted.kind === 'advance' ? next.phase : wanted.kind
      await record(client, { slice: name, event, epoch: next.epoch, by, detail })
    }
    await notify(client, 'slices')
    return { made: true, row: { ...rows[0]!, ...(changed[0] as ControlRow), members: names } }
  })
}

/** Starts a slice's life at epoch 1, with the legacy side as its owner. Changes nothing later. */
export async function firstEpoch(store: Queryable, name: string): Promise<void> {
  await store.query('update slice set epoch = 1, owner_epoch = 1 where name = $1 and epoch = 0', [
    name,
  ])
  await notify(store, 'slices')
}

export async function setSync(
  store: Queryable,
  name: string,
  sync: Sync,
  error: string | null = null,
): Promise<void> {
  const sql =
    'update slice set sync = $2, sync_error = $3, updated_at = clock_timestamp() where name = $1'
  await store.query(sql, [name, sync, error])
  await notify(store, 'slices')
}

export async function setReads(
  store: Queryable,
  name: string,
  reads: 'owner' | 'flag',
): Promise<void> {
  await store.query('update slice set reads = $2 where name = $1', [name, reads])
  await notify(store, 'slices')
}

export async function setCertificate(
  store: Queryable,
  name: string,
  certificate: Certificate | null,
): Promise<void> {
  await store.query('update slice set certificate = $2 where name = $1', [name, certificate])
  await notify(store, 'slices')
}

export type { Phase, Side }
