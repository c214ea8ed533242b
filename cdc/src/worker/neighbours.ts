import { movesTogether, opposite, type Side } from '@strangler/core'
import { databasesOf, sliceOf, type WorkerContext } from './context.ts'
import { countLetters } from './checks.ts'

interface Bound {
  /** Slices that can move along, and have to. */
  readonly left: string[]
  /** Requests that one owner's database cannot serve any more. */
  readonly split: string[]
}

/** What one request writes would not be all on one side: slices of the same service could move along. */
export function aboutTogether(
  { plan, rows }: WorkerContext,
  names: readonly string[],
  to: Side,
): Bound {
  const staysBehind = (slice: string) => !names.includes(slice) && rows.get(slice)?.owner !== to
  const { service } = plan.slices.get(names[0]!)!
  const bound: Bound = { left: [], split: [] }
  for (const { slices, because } of movesTogether(plan)) {
    const torn = because.filter(
      ({ writes }) => writes.some((slice) => names.includes(slice)) && writes.some(staysBehind),
    )
    if (torn.length === 0) continue
    const what = torn
      .map(({ route, writes }) => `${route} writes ${writes.join(' and ')}`)
      .join('; ')
    const along = slices.filter((slice) => plan.slices.get(slice)?.service === service)
    if (along.some(staysBehind)) {
      const all = along.filter((slice) => names.includes(slice) || staysBehind(slice))
      bound.left.push(
        `what one request writes moves together, and ${what}: run "strangler switch ${all.join(' ')} --to ${to}"`,
      )
    } else {
      bound.split.push(
        `${what}, which different services have: such a request is refused by a fence`,
      )
    }
  }
  return bound
}

/** Slices that stay, and whose rows those of a slice refer to: what is not in step there would be missing. */
export async function aboutReferred(
  context: WorkerContext,
  name: string,
  names: readonly string[],
  to: Side,
  patience: AbortSignal,
): Promise<string[]> {
  const referred = context.running.get(name)?.refersTo(to) ?? []
  const reasons = referred.map(async (other) => {
    if (names.includes(other) || context.rows.get(other)?.owner === to) return []
    const why = await whyBehind(context, other, to, patience)
    return why ? `its rows refer to those of slice "${other}", which are not in step: ${why}` : []
  })
  return (await Promise.all(reasons)).flat()
}

async function whyBehind(
  context: WorkerContext,
  slice: string,
  to: Side,
  patience: AbortSignal,
): Promise<string | undefined> {
  const runtime = context.running.get(slice)
  if (!runtime) return `run "strangler sync start ${slice}"`
  if (runtime.isCopying) return 'they are being copied; wait for it to end'
  const letters = await countLetters(databasesOf(context, sliceOf(context, slice)), slice)
  if (letters[to] > 0) return `run "strangler dead-letters list ${slice}"`
  if (context.rows.get(slice)?.certificate?.clean === false)
    return `run "strangler verify ${slice}"`
  return runtime.barrier(opposite(to), patience).then(
    () => undefined,
    (error: Error) => error.message,
  )
}
