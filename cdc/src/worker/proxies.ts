import { setTimeout as delay } from 'node:timers/promises'
import { fingerprint, readProxies, type Side, type Slice } from '@strangler/core'
import type { WorkerContext } from './context.ts'

const lookAgainMs = 250
/** What has just come back is not known to every proxy yet; the way back does not wait for that. */
const settleMs = { extracted: 5000, legacy: 0 }

/** Why live proxies could not serve slices on the side that they are to move to. */
export async function aboutProxies(
  context: WorkerContext,
  slices: readonly [Slice, ...Slice[]],
  to: Side,
  stopped: AbortSignal,
): Promise<string[]> {
  for (const until = performance.now() + settleMs[to]; ; await delay(lookAgainMs)) {
    const reasons = await look(context, slices, to)
    if (reasons.length === 0 || performance.now() > until || stopped.aborted) return reasons
  }
}

async function look(
  { control }: WorkerContext,
  slices: readonly [Slice, ...Slice[]],
  to: Side,
): Promise<string[]> {
  const { service } = slices[0]
  const entered = to === 'legacy' ? 'legacy' : service
  const proxies = (await readProxies(control)).filter(({ expired }) => !expired)
  return proxies.flatMap(({ id, report: { troubles = [], routes = {} } }) => {
    const others = slices.filter((slice) => {
      const told = routes[slice.name]
      return told !== undefined && told !== fingerprint(slice)
    })
    return [
      ...troubles
        .filter(({ of, kind }) =>
          kind === 'server' ? of === entered : of === 'legacy' || of === service,
        )
        .map(({ what }) => `proxy ${id} ${what}`),
      ...others.map(
        ({ name }) =>
          `proxy ${id} has a plan with other routes of slice "${name}" than this worker: start whichever is older anew`,
      ),
    ]
  })
}
