import { displayName, type ForeignKey, opposite, readKeptKeys, type Side } from '@strangler/core'
import { directionFrom, type SliceRuntime } from '../../slice/runtime.ts'
import { findOrphans } from '../../verify/orphans.ts'
import type { WorkerContext } from '../context.ts'

/** How long another slice's stream may take to bring what rows of this one refer to. */
const patienceMs = 20_000

/**
 * Looks for rows of the side that is not the owner that refer to nothing. Keys that cross to a slice that is not in
 * step say nothing yet.
 */
export async function brokenKeys(
  context: WorkerContext,
  runtime: SliceRuntime,
  owner: Side,
  signal: AbortSignal,
): Promise<string[]> {
  const { databases, pairs } = runtime
  const target = opposite(owner)
  const tables = pairs.map((pair) => pair[target === 'legacy' ? 'legacy' : 'service'])
  const kept = await readKeptKeys(databases[target].coordinator, tables)
  const crossing = new Map(
    runtime
      .stream(directionFrom(owner))
      .keys.flatMap(({ key, across }) => (across ? [[nameOf(key), across.slice]] : [])),
  )
  const keys: ForeignKey[] = []
  for (const key of kept) {
    const slice = crossing.get(nameOf(key))
    if (slice === undefined || (await isInStep(context, slice, owner, signal))) keys.push(key)
  }
  return findOrphans(runtime.sides(owner), keys, signal)
}

async function isInStep(
  { running }: WorkerContext,
  slice: string,
  from: Side,
  signal: AbortSignal,
): Promise<boolean> {
  const other = running.get(slice)
  if (!other || other.isCopying) return false
  return other.barrier(from, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])).then(
    () => true,
    () => false,
  )
}

function nameOf({ from, name }: ForeignKey): string {
  return `${displayName(from)} ${name}`
}
