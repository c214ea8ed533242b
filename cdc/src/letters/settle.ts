import type { TableChange } from '../apply/batch.ts'
import type { Executor } from '../apply/execute.ts'
import type { Parks } from './parking.ts'
import { isComplaint } from '../stream/failures.ts'
import { isRefusal } from './refusal.ts'

/** Of so many changes and more, most of them refused are no matter of single rows. */
const many = 100

/**
 * Carries changes out in their order, and parks those that the target refuses, with what comes behind them. It
 * halves what is refused until single changes are left.
 *
 * @param makeRoom removes what a change was refused for, if it should not be there; resolves to whether it did.
 */
export async function settle<Change extends TableChange>(
  executor: Executor,
  parks: Parks,
  changes: readonly Change[],
  carryOut: (changes: readonly Change[]) => Promise<void>,
  makeRoom: (change: Change, error: unknown) => Promise<boolean> = async () => false,
): Promise<void> {
  let refused = 0
  /** Where the savepoint is: nowhere yet, before the last part that was carried out, or just here. */
  let savepoint: 'none' | 'before' | 'here' = 'none'

  async function save(): Promise<void> {
    if (savepoint === 'here') return
    const release = savepoint === 'before' ? 'release savepoint letter; ' : ''
    await executor.query(`${release}savepoint letter`, [])
  }

  async function part(some: readonly Change[]): Promise<void> {
    const mark = parks.mark()
    await save()
    savepoint = 'before'
    try {
      const free = some.filter((change) => !parks.takes(change))
      if (free.length > 0) await carryOut(free)
      return
    } catch (error) {
      if (!isRefusal(error) && !isComplaint(error)) throw error
      await executor.query('rollback to savepoint letter', [])
      savepoint = 'here'
      await parks.undo(mark)
      if (some.length === 1) {
        if (!isRefusal(error)) throw error
        if (!(await makeRoom(some[0]!, error))) return refuse(some[0]!, error)
        savepoint = 'before'
        return part(some)
      }
    }
    const half = some.length >> 1
    await part(some.slice(0, half))
    await part(some.slice(half))
  }

  function refuse(change: Change, error: unknown): void {
    refused += 1
    if (changes.length >= many && refused * 2 > changes.length) {
      parks.stop(`most of ${changes.length} were refused`, error)
    }
    parks.refuse(change, error)
  }

  if (changes.length === 0) return
  await part(changes)
  await executor.query('release savepoint letter', [])
}
