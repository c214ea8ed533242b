import { setTimeout as delay } from 'node:timers/promises'
import { type ProxyEntry, proxyRows, readProxies } from '../../control/proxies.ts'
import { notHolding } from '../../machine/quorum.ts'
import { type Move, sliceNames, StepFailed } from '../move.ts'

const lookAgainMs = 15

/**
 * Waits until every live proxy holds the slices' writes and has none under way. A silent one is waited for
 * until its lease has run out; a live one that does not hold in time fails the attempt.
 */
export async function hold(move: Move, epoch: number, signal: AbortSignal): Promise<void> {
  const slices = sliceNames(move)
  for (;;) {
    const proxies = await readProxies(move.control)
    const missing = proxies.filter(({ id }) =>
      slices.some((slice) => {
        const late = notHolding(proxyRows(proxies, slice), epoch)
        return late.some((proxy) => proxy.id === id)
      }),
    )
    if (missing.length === 0) return
    if (signal.aborted) {
      throw new StepFailed(missing.map((proxy) => whyNot(proxy, slices)).join('; '))
    }
    await delay(lookAgainMs)
  }
}

function whyNot({ id, silentForMs, report }: ProxyEntry, slices: readonly string[]): string {
  if (silentForMs > 2000) {
    return `proxy ${id} has been silent for ${Math.round(silentForMs)} ms and its lease still runs`
  }
  const inFlight = slices.reduce((sum, slice) => sum + (report.writesInFlight[slice] ?? 0), 0)
  return `proxy ${id} did not finish its writes in time; at its last report ${inFlight} were under way`
}
