import { type FenceRow, isRefusal, mayApply } from '@strangler/core'
import type pg from 'pg'
import { CdcError } from '../errors.ts'
import { isComplaint } from '../stream/failures.ts'
import type { Statement } from '../translate/statements.ts'
import { arrayText, createExecutor, type Expectation } from './execute.ts'
import { brokenKey, orphanStatement, strandedStatement, type UnguardedKey } from './foreign-keys.ts'
import { type Way, ways, type Work } from './work.ts'

/** How far a stream has been applied. Stored in the target with the rows. */
export interface Position {
  readonly place: string
  readonly beat: number
  readonly barrierEpoch: number
}

export interface ApplierOptions extends Expectation {
  readonly client: pg.Client
  readonly stream: string
  readonly slice: string
  readonly unguarded: readonly UnguardedKey[]
  /** The owner's epoch, as the control row says; `again` reads it anew. */
  ownerEpoch(again: boolean): Promise<number>
  /** Foreign keys are not checked while tables are being copied. */
  checksKeys(): boolean
}

/** Applies work to the target, the position with it, in one transaction each. */
export function createApplier(options: ApplierOptions, start: Position) {
  const { client, stream } = options
  const executor = createExecutor(client, options)
  let position = start
  let open = false
  /** What the open transaction changed before; its keys are checked at its end. */
  let earlier: Work[] = []
  let lostNothing = true

  async function begin(): Promise<void> {
    if (open) return
    await client.query('begin')
    open = true
  }

  async function rollBack(): Promise<void> {
    open = false
    earlier = []
    await client.query('rollback').catch(() => {})
  }

  /** Applications must be kept out before an applier may come in; the row's lock keeps it so. */
  async function obeyFence(): Promise<void> {
    const { rows } = await client.query<FenceRow>(
      'select epoch::int, fenced from strangler.fence where slice = $1 for share',
      [options.slice],
    )
    const row = rows[0] ?? { epoch: 0, fenced: false }
    for (const again of [false, true]) {
      const verdict = mayApply(row, await options.ownerEpoch(again))
      if (!isRefusal(verdict)) return
      if (again)
        throw new CdcError('FENCE_FORBIDS', `The stream ${stream} waits: ${verdict.refused}.`)
    }
  }

  async function advance(to: Position): Promise<void> {
    const { rowCount } = await client.query(
      `update strangler.position set place = $3, beat = $4, barrier_epoch = $5
       where stream = $1 and place = $2`,
      [stream, position.place, to.place, to.beat, to.barrierEpoch],
    )
    if (rowCount !== 1) {
      const message = `The position of ${stream} was moved by somebody else; another worker runs this stream.`
      throw new CdcError('POSITION_MOVED', message)
    }
  }

  async function checkKeys(work: Work): Promise<void> {
    if (!options.checksKeys()) return
    for (const { key, table, brokenBy } of options.unguarded) {
      const statement =
        brokenBy === 'put' ? orphanStatement(table, key) : strandedStatement(table, key)
      const keys = (brokenBy === 'put' ? work.touched : work.deleted).get(table)
      const orphan = statement && keys && (await findOrphan(statement, keys))
      if (orphan !== undefined) throw brokenKey(key, orphan)
    }
  }

  async function findOrphan(
    { sql, takes }: Statement,
    keys: ReadonlyMap<string, readonly string[]>,
  ): Promise<string | undefined> {
    const all = [...keys.values()]
    const values = takes.map((at) => arrayText(all.map((key) => key[at])))
    const { rows } = await client.query<{ orphan: string }>(sql, values)
    return rows[0]?.orphan
  }

  async function attempt(work: Work, end: Position | undefined, way: Way): Promise<void> {
    await begin()
    if (work.changesFencedRows) await obeyFence()
    await work.perform(executor, way)
    if (!end) {
      earlier.push(work)
      return
    }
    for (const part of [...earlier, work]) await checkKeys(part)
    await advance(end)
    await client.query('commit')
    open = false
    earlier = []
    position = end
  }

  /**
   * What is refused when collapsed is done once more, closer to how it happened: values may collide only because
   * the states between are left out. One by one, at last, it shows which row is refused.
   */
  async function attemptEachWay(
    work: Work,
    end: Position | undefined,
    whole: boolean,
  ): Promise<void> {
    for (const way of ways) {
      try {
        return await attempt(work, end, way)
      } catch (error) {
        if (!isComplaint(error) || way === 'one by one') throw error
        if (whole) await rollBack()
        else await client.query('rollback to savepoint part')
      }
    }
  }

  return {
    get position(): Position {
      return position
    },

    /** After an error: whether the same work can simply be applied again. */
    get lostNothing(): boolean {
      return lostNothing
    },

    /**
     * Applies work and, at the `end` of a transaction of the source, commits with the new position. Without
     * an end the target's transaction stays open for the rest of it.
     *
     * On any error nothing of the open transaction is left; a stream goes on from its position.
     */
    async apply(work: Work, end: Position | undefined): Promise<void> {
      const whole = !open
      lostNothing = whole
      try {
        if (!whole) await client.query('savepoint part')
        await attemptEachWay(work, end, whole)
        if (!whole && open) await client.query('release savepoint part')
      } catch (error) {
        await rollBack()
        throw error
      }
    },
  }
}

export type Applier = ReturnType<typeof createApplier>
