import type pg from 'pg'
import type { Queryable } from '../control/store.ts'
import { CoreError } from '../errors.ts'
import { type FenceRow, judgeBarrier, judgeFence, judgeSequences } from '../machine/fence.ts'
import { isRefusal, type Refusal } from '../machine/refusal.ts'
import { displayName } from '../plan/identifier.ts'
import {
  commit,
  eachInBriefLocks,
  inBriefLocks,
  type Patience,
  rollBack,
  withBriefLocks,
} from './locks.ts'
import {
  type Client,
  createTriggers,
  dropTriggers,
  fencedTables,
  type FenceScope,
  switchTriggers,
  type TriggerState,
  triggerStates,
} from './triggers.ts'

/** Fences of slices that move together: changed in one transaction, or not at all. */
export type FenceScopes = readonly [FenceScope, ...FenceScope[]]

type StoredRow = FenceRow & { readonly slice: string }

export async function readFences(database: Queryable): Promise<Map<string, FenceRow>> {
  const { rows } = await database.query<StoredRow>(
    'select slice, epoch::int, fenced from strangler.fence',
  )
  return new Map(rows.map(({ slice, ...row }) => [slice, row]))
}

/** A slice's fence row, locked until the transaction ends. */
async function lockedRow(client: Client, slice: string): Promise<FenceRow> {
  const { rows } = await client.query<FenceRow>(
    'select epoch::int, fenced from strangler.fence where slice = $1 for update',
    [slice],
  )
  if (rows[0]) return rows[0]
  const message = `Slice "${slice}" has no fence in this database. Run "strangler sync start ${slice}".`
  throw new CoreError('NOT_SYNCED', message, { slice })
}

/**
 * Makes a slice's fence row and triggers where they are missing, and puts triggers that somebody else
 * changed back to what the row says.
 *
 * @throws CoreError LOCKED when one table was not to be had; what was made stays, and is not made again.
 */
export async function createFence(
  coordinator: pg.Pool,
  scope: FenceScope,
  first: FenceRow,
  patience: Patience,
): Promise<void> {
  const tables = await fencedTables(coordinator, scope)
  await coordinator.query(
    'insert into strangler.fence (slice, epoch, fenced) values ($1, $2, $3) on conflict do nothing',
    [scope.slice, first.epoch, first.fenced],
  )
  const row = (await readFences(coordinator)).get(scope.slice)
  const states = await triggerStates(coordinator, tables)
  // Whoever applies waits for the row's lock: it is taken only for what seems to be wrong.
  const wrong = tables.filter((table) => states.get(table) !== wantedOf(row))
  await eachInBriefLocks(coordinator, patience, wrong, async (client, table) => {
    const { fenced } = await lockedRow(client, scope.slice)
    const state = (await triggerStates(client, [table])).get(table)
    if (state === wantedOf({ fenced })) return
    if (state === 'missing') {
      for (const statement of createTriggers(table, scope)) await client.query(statement)
    }
    await switchTriggers(client, [table], fenced)
  })
}

function wantedOf(row: Pick<FenceRow, 'fenced'> | undefined): TriggerState | undefined {
  return row && (row.fenced ? 'up' : 'open')
}

/** Takes a slice's fence away, row and triggers; the row last, so that what is left can be taken away later. */
export async function dropFence(
  coordinator: pg.Pool,
  scope: FenceScope,
  patience: Patience,
): Promise<void> {
  const tables = await fencedTables(coordinator, scope)
  await eachInBriefLocks(coordinator, patience, tables, async (client, table) => {
    for (const statement of dropTriggers(table)) await client.query(statement)
  })
  await inBriefLocks(coordinator, patience, (client) =>
    client.query('delete from strangler.fence where slice = $1', [scope.slice]),
  )
}

/** A change of fences that waits for its commit, and locks their rows until then. */
export interface Staged {
  readonly epoch: number
  commit(): Promise<void>
  rollback(): Promise<void>
}

/**
 * Puts up or opens fences without committing. Waits for open writers, and not at all for readers.
 *
 * @returns `done` when all of them are so already.
 */
export async function stageFences(
  coordinator: pg.Pool,
  scopes: FenceScopes,
  wanted: FenceRow,
  patience: Patience,
): Promise<Staged | 'done' | Refusal> {
  const tables = await Promise.all(scopes.map((scope) => fencedTables(coordinator, scope)))
  const { client, result } = await withBriefLocks(coordinator, patience, async (client) => {
    const judgements = []
    for (const { slice } of scopes)
      judgements.push(judgeFence(await lockedRow(client, slice), wanted))
    const refusal = judgements.find(isRefusal)
    if (refusal) return refusal
    if (judgements.every((judgement) => judgement === 'done')) return 'done'
    await switchTriggers(client, tables.flat(), wanted.fenced)
    await client.query('update strangler.fence set epoch = $2, fenced = $3 where slice = any($1)', [
      scopes.map(({ slice }) => slice),
      wanted.epoch,
      wanted.fenced,
    ])
    return 'staged'
  })
  if (result !== 'staged') {
    await rollBack(client)
    return result
  }
  const { epoch } = wanted
  return { epoch, commit: () => commit(client), rollback: () => rollBack(client) }
}

/** Puts up or opens fences. */
export async function setFences(
  coordinator: pg.Pool,
  scopes: FenceScopes,
  wanted: FenceRow,
  patience: Patience,
): Promise<'done' | Refusal> {
  const staged = await stageFences(coordinator, scopes, wanted, patience)
  if (isRefusal(staged)) return staged
  if (staged !== 'done') await staged.commit()
  return 'done'
}

/** @throws CoreError UNFENCEABLE, naming each table whose fence is not up. */
export async function checkFenced(database: Queryable, scopes: FenceScopes): Promise<void> {
  for (const scope of scopes) {
    const states = await triggerStates(database, await fencedTables(database, scope))
    const gaps = [...states].filter(([, state]) => state !== 'up')
    if (gaps.length === 0) continue
    const list = gaps.map(([table, state]) => `${displayName(table)} (${state})`).join(', ')
    const message = `Slice "${scope.slice}" is fenced, but not on ${list}. Run "strangler sync start ${scope.slice}", which fences new partitions.`
    throw new CoreError('UNFENCEABLE', message, { slice: scope.slice, tables: list })
  }
}

/** Writes a barrier behind everything that fenced slices wrote. */
export async function writeBarrier(
  coordinator: pg.Pool,
  scopes: FenceScopes,
  { id, epoch }: { id: string; epoch: number },
): Promise<'done' | Refusal> {
  return inFenceTransaction(coordinator, scopes, async (client, rows) => {
    const refusal = [...rows.values()].map((row) => judgeBarrier(row, epoch)).find(isRefusal)
    if (refusal) return refusal
    for (const slice of rows.keys()) await upsertBarrier(client, { slice, id, epoch })
    return 'done'
  })
}

/** Writes a barrier that proves a stream and decides nothing: at epoch 0, whatever the fence. */
export async function upsertBarrier(
  database: Client,
  { slice, id, epoch = 0 }: { slice: string; id: string; epoch?: number },
): Promise<void> {
  await database.query(
    `insert into strangler.barrier (slice, id, epoch) values ($1, $2, $3)
     on conflict (slice) do update set id = $2, epoch = $3`,
    [slice, id, epoch],
  )
}

/** Raises sequences, if the attempt is newer than the fence; stores nothing. */
export function raiseSequences(
  coordinator: pg.Pool,
  scopes: FenceScopes,
  epoch: number,
  raise: (client: Client) => Promise<void>,
): Promise<'done' | Refusal> {
  return inFenceTransaction(coordinator, scopes, async (client, rows) => {
    const refusal = [...rows.values()].map((row) => judgeSequences(row, epoch)).find(isRefusal)
    if (refusal) return refusal
    await raise(client)
    return 'done'
  })
}

async function inFenceTransaction(
  coordinator: pg.Pool,
  scopes: FenceScopes,
  work: (client: Client, rows: ReadonlyMap<string, FenceRow>) => Promise<'done' | Refusal>,
): Promise<'done' | Refusal> {
  const { client, result } = await withBriefLocks(
    coordinator,
    { budgetMs: 1000 },
    async (client) => {
      const rows = new Map<string, FenceRow>()
      for (const { slice } of scopes) rows.set(slice, await lockedRow(client, slice))
      return work(client, rows)
    },
  )
  await (result === 'done' ? commit(client) : rollBack(client))
  return result
}
