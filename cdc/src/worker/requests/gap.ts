import type { Side } from '@strangler/core'
import type { SliceRuntime } from '../../slice/runtime.ts'
import { compareKeys, describeDifference, settle } from '../../verify/compare.ts'

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
    const { mismatches, inconclusive } = await settle(sides, touches, signal).catch((error) => {
      touched.giveBack(touches)
      throw error
    })
    touched.giveBack([...mismatches, ...inconclusive])
    if (mismatches.length > 0)
      return mismatches.slice(0, 10).map((one) => describeDifference(one, sides))
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
  const differences = await compareKeys(sides, touches).finally(() =>
    sides.stream.touched.giveBack(touches),
  )
  return differences.slice(0, 10).map((one) => describeDifference(one, sides))
}
