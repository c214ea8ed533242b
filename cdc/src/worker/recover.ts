import { finish, recover, type Slice, type SliceRow } from '@strangler/core'
import { endSessionsOf } from '../databases.ts'
import type { WorkerContext } from './context.ts'
import { createMove } from './requests/switch.ts'

/** Ends what a former coordinator may still have under way, so that nothing of it acts or keeps a lock. */
export async function endPredecessor(context: WorkerContext, predecessor: string): Promise<void> {
  await Promise.allSettled(
    context.databases.all().map((database) => endSessionsOf(database, predecessor)),
  )
}

/**
 * Undoes or finishes a switch that nobody carries out: a former coordinator left it, or it was begun by a
 * message that came late. Resolves when it has come to rest; a database that is down is waited for.
 */
export async function recoverSwitch(context: WorkerContext, row: SliceRow): Promise<void> {
  const slices = row.members.flatMap((name) => context.plan.slices.get(name) ?? [])
  const [first, ...rest] = slices
  if (!first) {
    context.log.error(
      { slice: row.name },
      'a switch is unfinished of a slice that the plan does not have',
    )
    return
  }
  const move: readonly [Slice, ...Slice[]] = [first, ...rest]
  context.log.warn(
    { slices: row.members, phase: row.phase, epoch: row.epoch },
    'recovering a switch',
  )
  const ended = await recover(createMove(context, move, []))
  const { owner, epoch } = ended.row
  context.log.warn({ slices: row.members, owner, epoch }, 'recovered')
  if (row.request === null) return
  const wasDecided = row.phase === 'journaled'
  await finish(context.control, row.request, wasDecided ? 'done' : 'failed', {
    message: wasDecided
      ? `The switch was finished by another coordinator: the ${owner} side owns ${row.members.join(', ')} at epoch ${epoch}.`
      : `The switch was undone after its coordinator died: the ${owner} side owns ${row.members.join(', ')} at epoch ${epoch}, and nothing was lost.`,
    owner,
    epoch,
  })
}
