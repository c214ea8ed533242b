import { type Direction, displayName } from '@strangler/core'
import { keyOf, keyOfChange, type TableChange } from '../apply/batch.ts'
import type { Executor } from '../apply/execute.ts'
import type { Parks } from '../letters/parking.ts'
import type { TablePair, Translation } from '../translate/translation.ts'
import { readProgress } from './progress.ts'
import { type Condition, isWithin, keysWithin } from './range.ts'
import { makeRoom } from './room.ts'

type Move = Extract<TableChange, { kind: 'rekey' }>

/**
 * How far the first copies of a stream's tables have come. Up to there the target is what the log says; beyond it
 * may hold anything, so that nothing is changed there: the copy brings each row as it is when it comes to it.
 */
export interface Frontier {
  /** Whether a table's copy is not finished. */
  isCopying(table: Translation): boolean
  /** Those of some changes whose rows the copy has reached, and those that have to park behind others. */
  reached<Change extends TableChange>(
    executor: Executor,
    changes: readonly Change[],
    parks: Pick<Parks, 'holds'>,
  ): Promise<readonly Change[]>
  /** What a change of a row's key comes to: a row may leave what the copy has reached, or come into it. */
  moved(
    executor: Executor,
    change: Move,
    parks: Pick<Parks, 'holds'>,
  ): Promise<TableChange | undefined>
  /**
   * Deletes rows that keep one out that has to come in. Resolves to whether there were any.
   *
   * @param isStale which rows are not what they should be: those beyond it, unless the copy itself knows better.
   */
  makeRoom(
    executor: Executor,
    change: TableChange,
    error: unknown,
    isStale?: Condition,
  ): Promise<boolean>
}

/** Where nothing is copied. */
export const allReached: Frontier = {
  isCopying: () => false,
  reached: async (_executor, changes) => changes,
  moved: async (_executor, change) => change,
  makeRoom: async () => false,
}

export interface FrontierOptions {
  readonly stream: string
  readonly pairs: readonly TablePair[]
  readonly direction: Direction
  isCopying(table: Translation): boolean
  readonly log: { warn(fields: object, message: string): void }
}

export function createFrontier(options: FrontierOptions): Frontier {
  const { stream, direction, isCopying, log } = options
  const pairs = new Map(options.pairs.map((pair) => [pair[direction], pair]))

  /** Which of some keys lie beyond it, by their places. */
  async function beyond(
    executor: Executor,
    table: Translation,
    keys: readonly (readonly string[])[],
  ): Promise<ReadonlySet<number>> {
    const { lastKey, done } = await readProgress(executor, stream, table)
    if (done) return new Set()
    if (!lastKey) return new Set(keys.keys())
    return keysWithin(executor, table, keys, { after: lastKey, upTo: null })
  }

  async function isBeyond(executor: Executor, table: Translation): Promise<Condition> {
    const { lastKey, done } = await readProgress(executor, stream, table)
    if (done) return () => ({ sql: 'false', values: [] })
    return isWithin(pairs.get(table)!, direction, { after: lastKey, upTo: null })
  }

  return {
    isCopying,

    async reached(executor, changes, parks) {
      if (!changes.some(({ table }) => isCopying(table))) return changes
      const left = new Set<TableChange>()
      for (const [table, some] of Map.groupBy(changes, (change) => change.table)) {
        if (!isCopying(table)) continue
        for (const at of await beyond(executor, table, some.map(keyOfChange))) left.add(some[at]!)
      }
      return changes.filter((change) => !left.has(change) || parks.holds(change))
    },

    async moved(executor, change, parks) {
      const { table, xid, oldKey, row } = change
      if (!isCopying(table) || parks.holds(change)) return change
      const ahead = await beyond(executor, table, [oldKey, keyOf(table, row)])
      if (ahead.size === 0) return change
      if (ahead.size === 2) return undefined
      return ahead.has(0)
        ? { kind: 'put', table, xid, row }
        : { kind: 'delete', table, xid, key: oldKey }
    },

    async makeRoom(executor, change, error, isStale) {
      const { table } = change
      if (!isCopying(table)) return false
      const rows = await makeRoom(
        executor,
        change,
        error,
        isStale ?? (await isBeyond(executor, table)),
      )
      if (rows === 0) return false
      const name = displayName(table.target)
      log.warn({ stream, table: name, rows }, 'rows that were there gave way to what is copied')
      return true
    },
  }
}
