import { type FenceRow, isRefusal as isForbidden, mayApply } from '@strangler/core'
import type pg from 'pg'
import type { Frontier } from '../copy/frontier.ts'
import { CdcError } from '../errors.ts'
import type { Condemned, Parking } from '../letters/parking.ts'
import { describeRefusal, isRefusal } from '../letters/refusal.ts'
import { type Origin, tooMany } from '../letters/store.ts'
import { isComplaint } from '../stream/failures.ts'
import { createExecutor, type Executor } from './execute.ts'
import { brokenKey, type BrokenRow, type TargetKey } from './foreign-keys.ts'
import { findAllBroken, rowsOfBroken, slicesThatGuard } from './key-checks.ts'
import { createTrust } from './trust.ts'
import { carefulWays, type Touching, type Way, ways, type Work } from './work.ts'

/** How far a stream has been applied. Stored in the target with the rows. */
export interface Position {
  readonly place: string
  readonly beat: number
  readonly barrierEpoch: number
}

export interface ApplierOptions {
  readonly client: pg.Client
  readonly stream: string
  readonly slice: string
  readonly keys: readonly TargetKey[]
  readonly parking: Parking
  /** What has to be parked when it is read again; it outlives the applier. */
  readonly condemned: Condemned
  /** What first copies have not reached is not changed. */
  readonly frontier: Frontier
  /** The owner's epoch, as the control row says; `again` reads it anew. */
  ownerEpoch(again: boolean): Promise<number>
  /** Foreign keys are not checked while tables are being copied. */
  checksKeys(): boolean
  /** Whether rows that break foreign keys do so for good, or may be whole when they are tried again. */
  judge(broken: readonly BrokenRow[], end: Position): Promise<'again' | 'for good'>
}

/** Something that is done between two batches, in a transaction of its own. */
export interface Task<Result> {
  /** Only tries it: everything is rolled back. */
  readonly isTrial: boolean
  /** @param obeyFence to be called before rows are changed that a fence protects. */
  perform(
    client: pg.ClientBase,
    executor: Executor,
    obeyFence: () => Promise<void>,
  ): Promise<Result>
}

/** Rows have to be parked because of what they would leave behind. */
class KeysBroken extends Error {
  readonly broken: readonly BrokenRow[]

  constructor(broken: readonly BrokenRow[]) {
    super(brokenKey(broken[0]!).message)
    this.broken = broken
  }
}

/** So many rows and more: if most of them are to be parked, that is no matter of single rows. */
const many = 100

/** Applies work to the target, the position with it, in one transaction each. */
export function createApplier(options: ApplierOptions, start: Position) {
  const { client, stream, parking, condemned } = options
  const executor = createExecutor(client)
  let position = start
  let open = false
  /** What the open transaction changed before; its keys are checked at its end. */
  let earlier: Touching[] = []
  let lostNothing = true
  const trust = createTrust()

  async function begin(): Promise<void> {
    if (open) return
    await client.query('begin')
    open = true
    await parking.begin()
  }

  async function rollBack(): Promise<void> {
    open = false
    earlier = []
    parking.rolledBack()
    await client.query('rollback').catch(() => {})
  }

  /** Applications must be kept out before an applier may come in; the row's lock keeps it so. */
  async function obeyFence(): Promise<void> {
    const { rows } = await client.query<FenceRow>({
      name: 'strangler_fence',
      text: 'select epoch::int, fenced from strangler.fence where slice = $1 for share',
      values: [options.slice],
    })
    const row = rows[0] ?? { epoch: 0, fenced: false }
    for (const again of [false, true]) {
      const verdict = mayApply(row, await options.ownerEpoch(again))
      if (!isForbidden(verdict)) return
      if (again)
        throw new CdcError('FENCE_FORBIDS', `The stream ${stream} waits: ${verdict.refused}.`)
    }
  }

  async function advance(to: Position): Promise<void> {
    const { rowCount } = await client.query({
      name: 'strangler_position',
      text: `update strangler.position set place = $3, beat = $4, barrier_epoch = $5
        where stream = $1 and place = $2`,
      values: [stream, position.place, to.place, to.beat, to.barrierEpoch],
    })
    if (rowCount !== 1) {
      const message = `The position of ${stream} was moved by somebody else; another worker runs this stream.`
      throw new CdcError('POSITION_MOVED', message)
    }
  }

  async function commit(to: Position): Promise<void> {
    await advance(to)
    await client.query('commit')
    open = false
    earlier = []
    position = to
    parking.committed()
  }

  async function origin(): Promise<Origin> {
    const epoch = await options.ownerEpoch(false)
    return { stream, slice: options.slice, epoch, place: position.place }
  }

  async function checkKeys(work: readonly Touching[]): Promise<void> {
    if (!options.checksKeys()) return
    const guards = await slicesThatGuard(client, options.keys, work)
    const broken = await findAllBroken(client, options.keys, work, parking, guards)
    if (broken.length > 0) throw new KeysBroken(broken)
  }

  async function attempt(work: Work, end: Position | undefined, way: Way): Promise<void> {
    await begin()
    if (work.changesFencedRows) await obeyFence()
    await work.perform(executor, way, parking, options.frontier)
    if (end) await checkKeys([...earlier, work])
    await parking.flush(origin)
    if (end) await commit(end)
    else earlier.push({ touched: work.touched, deleted: work.deleted })
  }

  /**
   * What is refused when collapsed is done once more, closer to how it happened: values may collide only because
   * the states between are left out. One by one, at last, it shows which row is refused, and parks it.
   */
  async function attemptEachWay(
    work: Work,
    end: Position | undefined,
    whole: boolean,
  ): Promise<void> {
    const mark = parking.mark()
    for (const way of work.hasNewRows && trust.isDue() ? ways : carefulWays) {
      try {
        await attempt(work, end, way)
        if (way === 'trusting') trust.kept()
        return
      } catch (error) {
        const isHopeless = !isComplaint(error) && !isRefusal(error)
        if (isHopeless || way === 'one by one') throw error
        if (way === 'trusting') trust.broken()
        if (whole) await rollBack()
        else {
          await client.query('rollback to savepoint part')
          await parking.undo(mark)
        }
      }
    }
  }

  /** Remembers which rows have to be parked, for when their changes come again. */
  function condemn({ broken }: KeysBroken, size: number): void {
    const unkept = broken.filter(({ by }) => !by.isGuarded)
    if (size >= many && rowsOfBroken(unkept) * 2 > size) {
      const what = `most of ${size} break foreign keys`
      throw tooMany(stream, what, describeRefusal(brokenKey(unkept[0]!)))
    }
    for (const row of broken) {
      const refused = row.by.isGuarded ? undefined : describeRefusal(brokenKey(row))
      condemned.add(row.by.table, row.key, refused)
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
     * an end the target's transaction stays open for the rest of it. What the target refuses for what a row holds
     * is parked instead.
     *
     * On any error nothing of the open transaction is left; a stream goes on from its position.
     */
    async apply(work: Work, end: Position | undefined): Promise<void> {
      const whole = !open
      lostNothing = whole
      for (;;) {
        try {
          if (!whole) await client.query('savepoint part')
          await attemptEachWay(work, end, whole)
          if (!whole && open) await client.query('release savepoint part')
          return
        } catch (error) {
          await rollBack()
          if (!(error instanceof KeysBroken)) throw error
          const verdict = await options.judge(error.broken, end!)
          if (verdict === 'for good') condemn(error, work.size)
          if (!whole) throw new CdcError('KEYS_BROKEN', error.message, {}, { cause: error })
        }
      }
    },

    /** Carries out a task between two transactions of the source. */
    async carryOut<Result>(task: Task<Result>): Promise<Result> {
      if (open) throw new Error('a transaction of the source is not finished')
      try {
        await begin()
        const result = await task.perform(client, executor, obeyFence)
        if (task.isTrial) await rollBack()
        else await commit(position)
        await parking.load()
        return result
      } catch (error) {
        await rollBack()
        throw error
      }
    },
  }
}

export type Applier = ReturnType<typeof createApplier>
