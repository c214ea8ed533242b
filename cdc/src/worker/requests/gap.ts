import type { Side } from '@strangler/core'
import type { SliceRuntime } from '../../slice/runtime.ts'
import type { Touch } from '../../stream/touched.ts'
import { compareKeys, describeDifference, settle } from '../../verify/compare.ts'
import { findLossyAmong } from '../../verify/lossless.ts'

/** So few changed rows are left to look at while writes are held. */
const fewEnough = 1000

const rounds = 3

/**
 * Verifies what changed since the certificate, in rounds, while applications write.
 *
 * @returns the reasons against a switch, if there are any.
 */
export async function closeGap(
  runtime: SliceRuntime,
  owner: Side,
  signal: AbortSignal,
): Promise<string[]> {
  const sides = runtime.sides(owner)
  const { touched } = sides.stream
  const startedAt = performance.now()
  let changed = 0
  for (let round = 0; round < rounds; round++) {
    if (touched.overflowed) {
      return [
        `more rows changed since the certificate than can be remembered: run "strangler verify ${runtime.slice.name}"`,
      ]
    }
    const touches = touched.take()
    changed += touches.length
    const [{ mismatches, inconclusive }, lossy] = await Promise.all([
      settle(sides, touches, signal),
      lossyAmong(runtime, owner, touches),
    ]).catch((error) => {
      touched.giveBack(touches)
      throw error
    })
    touched.giveBack(lossy.length > 0 ? touches : [...mismatches, ...inconclusive])
    const differing = mismatches.slice(0, 10).map((one) => describeDifference(one, sides))
    if (lossy.length + differing.length > 0) return [...lossy, ...differing]
    if (touched.count < fewEnough) return []
  }
  const perSecond = Math.round((changed * 1000) / (performance.now() - startedAt))
  return [
    `rows change faster than they can be verified, about ${perSecond} a second; try again when less is written`,
  ]
}

/** Compares, while nobody can write, what changed after the last round. */
export async function verifyRest(runtime: SliceRuntime, owner: Side): Promise<string[]> {
  const sides = runtime.sides(owner)
  if (sides.stream.touched.overflowed) return ['more rows changed last than can be remembered']
  const touches = sides.stream.touched.take()
  const [differences, lossy] = await Promise.all([
    compareKeys(sides, touches),
    lossyAmong(runtime, owner, touches),
  ]).finally(() => sides.stream.touched.giveBack(touches))
  return [...lossy, ...differences.slice(0, 10).map((one) => describeDifference(one, sides))]
}

/** A row that the service holds changed would come back to the monolith so. */
export async function lossyAmong(
  { databases, pairs }: SliceRuntime,
  owner: Side,
  touches: readonly Touch[],
): Promise<string[]> {
  return owner === 'legacy' ? findLossyAmong(databases.legacy.reading, pairs, touches) : []
}
