import { setSync, type Side } from '@strangler/core'
import { directionFrom, SliceRuntime } from '../slice/runtime.ts'
import { bringUpToDate, fitTables } from '../slice/setup.ts'
import type { Companion } from '../stream/companions.ts'
import { databasesOf, sliceOf, type WorkerContext } from './context.ts'

let started = 0

/** Starts a slice's streams in this worker, from where they were. */
export async function startStreams(context: WorkerContext, name: string): Promise<SliceRuntime> {
  await stopStreams(context, name)
  const slice = sliceOf(context, name)
  const databases = databasesOf(context, slice)
  const pairs = await fitTables(slice, databases)
  await bringUpToDate(slice, databases)
  const runtime = await SliceRuntime.start({
    plan: context.plan,
    slice,
    databases,
    logs: context.logs,
    pairs,
    worker: `${context.id}.${++started}`,
    log: context.log,
    ownerEpoch: async (again) => {
      const known = context.rows.get(name)
      return (again || !known ? await context.readRow(name) : known).ownerEpoch
    },
    companion: (other, from) => companionOf(context, other, from),
  })
  context.running.set(name, runtime)
  return runtime
}

/** The stream of another slice that comes from one side, whatever state it is in. */
function companionOf(context: WorkerContext, slice: string, from: Side): Companion | undefined {
  const { sync } = context.rows.get(slice) ?? { sync: 'none' }
  if (sync === 'none') return undefined
  const runtime = context.running.get(slice)
  return {
    waiting: runtime?.stream(directionFrom(from)).companions,
    async barrier(signal) {
      if (!runtime || runtime.isCopying) throw new Error(`its streams are ${sync}`)
      await runtime.barrier(from, signal)
    },
  }
}

export async function stopStreams(context: WorkerContext, name: string): Promise<void> {
  const runtime = context.running.get(name)
  context.running.delete(name)
  await runtime?.stop()
}

/** Starts the streams of every slice that was synced before, and that nothing else is done with. */
export async function resumeStreams(
  context: WorkerContext,
  isFree: (slice: string) => boolean,
): Promise<void> {
  for (const { name, sync } of context.rows.values()) {
    if (sync !== 'streaming' && sync !== 'copying') continue
    if (context.running.has(name) || !context.plan.slices.has(name) || !isFree(name)) continue
    // A request that has just ended may have stopped them.
    const { sync: now } = await context.readRow(name)
    if (now !== sync) continue
    try {
      await startStreams(context, name)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      context.log.error({ slice: name, err: error }, 'streams did not start')
      if ((error as { retriable?: boolean }).retriable === false) {
        await setSync(context.control, name, 'stopped', why)
      }
    }
  }
}
