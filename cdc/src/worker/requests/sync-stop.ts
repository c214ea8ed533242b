import {
  dropFence,
  stopObserving,
  fenceScope,
  forgetStreams,
  setCertificate,
  setSync,
} from '@strangler/core'
import { dropStreams, isProvisioned, pauseLogs } from '../../slice/setup.ts'
import { databasesOf, sliceOf, type WorkerContext } from '../context.ts'
import { reasonsAgainstRow } from '../restored.ts'
import { stopStreams } from '../streams.ts'
import { type Answer, done, refused, type Running } from './request.ts'

/**
 * Stops a slice's streams. With `drop` everything that was made for them goes: slots, so that no log is
 * kept any more, publications, and, as long as the monolith owns the slice, the fences.
 */
export async function syncStop(
  context: WorkerContext,
  name: string,
  { request, progress }: Running,
): Promise<Answer> {
  const slice = sliceOf(context, name)
  const databases = databasesOf(context, slice)
  const row = await context.readRow(name)
  if (row.phase !== 'idle') {
    return refused(`Slice "${name}" keeps its streams.`, [`a switch is under way (${row.phase})`])
  }
  const drop = request.arguments['drop'] === true
  const older = drop ? await reasonsAgainstRow(context, name) : []
  if (older.length > 0) return refused(`Slice "${name}" keeps its streams.`, older)
  await progress({ step: 'stopping' })
  await endStreams(context, name)
  if (!drop) {
    await pauseLogs(slice, databases, context.logs)
    await setSync(context.control, name, 'stopped')
    return done(
      `The streams of slice "${name}" have stopped. Their logs are kept until they go on.`,
    )
  }
  await progress({ step: 'dropping' })
  const isUncaptured = await dropSync(context, name)
  const events = isUncaptured ? ` Events of ${slice.service} are not captured any more.` : ''
  return done(`Nothing of the streams of slice "${name}" is left.${events}`)
}

async function endStreams(context: WorkerContext, name: string): Promise<void> {
  await stopStreams(context, name)
  await forgetStreams(context.control, name)
}

/**
 * Ends a slice's streams and removes everything that was made for them.
 *
 * @returns whether its service's events are not captured any more.
 */
export async function dropSync(context: WorkerContext, name: string): Promise<boolean> {
  const slice = sliceOf(context, name)
  const databases = databasesOf(context, slice)
  const row = await context.readRow(name)
  await endStreams(context, name)
  await dropStreams(slice, databases, context.logs)
  await setCertificate(context.control, name, null)
  if (row.owner === 'legacy') {
    for (const side of ['extracted', 'legacy'] as const) {
      if (!(await isProvisioned(databases[side]))) continue
      const { coordinator, roles } = databases[side]
      await dropFence(coordinator, fenceScope(slice, side, roles.applier), { budgetMs: 20_000 })
    }
  }
  const isUncaptured = await context.outboxes.drop(slice.service, name)
  await stopObserving(databases.legacy.coordinator, name, { forget: true }, { budgetMs: 20_000 })
  await setSync(context.control, name, 'none')
  return isUncaptured
}
