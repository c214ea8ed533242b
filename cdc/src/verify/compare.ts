import { type Direction, displayName } from '@strangler/core'
import type pg from 'pg'
import type { Stream } from '../stream/stream.ts'
import type { Touch } from '../stream/touched.ts'
import type { TablePair } from '../translate/translation.ts'
import { digestKeys } from './digest.ts'

/** Both sides of a slice, as a verification reads them, and the stream from the one to the other. */
export interface Sides {
  readonly slice: string
  readonly direction: Direction
  readonly pairs: readonly TablePair[]
  readonly source: pg.Pool
  readonly target: pg.Pool
  readonly stream: Stream
  /** Resolves when all that was committed at the source before is applied in the target. */
  barrier(signal: AbortSignal): Promise<void>
}

/** A row that differs between the sides. */
export interface Difference extends Touch {
  readonly source: string | null
  readonly target: string | null
}

const keysPerQuery = 2000

/** Looks at rows by key, on both sides, and returns those that differ at this moment. */
export async function compareKeys(
  { pairs, direction, source, target }: Sides,
  touches: readonly Touch[],
): Promise<Difference[]> {
  const differences: Difference[] = []
  for (const pair of pairs) {
    const table = pair[direction]
    if (table.sharedSink) continue
    const own = touches.filter((touch) => touch.table === table)
    for (let at = 0; at < own.length; at += keysPerQuery) {
      const part = own.slice(at, at + keysPerQuery)
      const keys = part.map(({ key }) => key)
      const [there, here] = await Promise.all([
        digestKeys(source, pair, direction, 'source', keys),
        digestKeys(target, pair, direction, 'target', keys),
      ])
      for (const [index, touch] of part.entries()) {
        if (there[index] === here[index]) continue
        differences.push({ ...touch, source: there[index] ?? null, target: here[index] ?? null })
      }
    }
  }
  return differences
}

export interface Settled {
  /** Rows that differ although the stream had nothing more to bring. */
  readonly mismatches: readonly Difference[]
  /** Rows that kept changing while they were looked at. */
  readonly inconclusive: readonly Difference[]
}

const rounds = 5

/**
 * Tells real differences from rows that were merely on their way: what differs is looked at again after a
 * barrier, until it agrees, or differs without having changed, or has changed too often.
 */
export async function settle(
  sides: Sides,
  suspects: readonly Touch[],
  signal: AbortSignal,
): Promise<Settled> {
  const mismatches: Difference[] = []
  let open: readonly Touch[] = suspects
  let differing: Difference[] = []
  for (let round = 0; round < rounds && open.length > 0; round++) {
    await sides.barrier(signal)
    using watch = sides.stream.touched.watch()
    differing = await compareKeys(sides, open)
    if (differing.length === 0) return { mismatches, inconclusive: [] }
    await sides.barrier(signal)
    mismatches.push(...differing.filter((difference) => !watch.saw(difference)))
    differing = differing.filter((difference) => watch.saw(difference))
    open = differing
  }
  return { mismatches, inconclusive: open.length > 0 ? differing : [] }
}

/** `public.orders: the row for public.orders (17) is missing there` */
export function describeDifference(difference: Difference, { stream }: Sides): string {
  const { table, key, source, target } = difference
  const what =
    target === null ? 'is missing there' : source === null ? 'should not be there' : 'differs there'
  return `${displayName(table.target)}: the row for ${displayName(table.source)} (${key.join(', ')}) ${what}${stream.letters.isParked(difference) ? '; its changes wait as dead letters' : ''}`
}
