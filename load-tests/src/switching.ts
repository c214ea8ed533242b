import { setTimeout as delay } from 'node:timers/promises'
import type { K6Run } from './k6.ts'
import { lastLine } from './prepare.ts'
import { LoadError, strangler } from './strangler.ts'

export const slice = 'patients'

export type Side = 'legacy' | 'extracted'

interface Switching {
  /** Who owns the slice, and does again at the end. */
  readonly owner: Side
  /** Seconds to wait before the slice is switched, to the other side and back in turn; an even number of them. */
  readonly pauses: readonly number[]
  say(line: string): void
  readonly signal: AbortSignal
}

/**
 * Switches the slice there and back while load is made. Whatever happens, it ends where it was.
 *
 * @throws LoadError when it is interrupted, a switch fails, or the load ends early
 */
export async function switchMeanwhile(run: K6Run, how: Switching): Promise<void> {
  const { owner, pauses, say, signal } = how
  const other = owner === 'legacy' ? 'extracted' : 'legacy'
  let isAway = false
  let hasEnded = false
  const noteEnd = () => void (hasEnded = true)
  run.ended.then(noteEnd, noteEnd)
  const wait = async (seconds: number) => {
    await delay(seconds * 1000, undefined, { signal }).catch(() => {})
    if (signal.aborted) throw new LoadError(`Interrupted; ${slice} is back where it was.`)
    if (hasEnded) throw new LoadError('The load ended before the switches did.')
  }
  const goTo = async (side: Side) => {
    say(lastLine(await strangler('switch', slice, '--to', side)))
    isAway = side !== owner
  }
  await run.untilLoading()
  try {
    for (const pause of pauses) {
      await wait(pause)
      await goTo(isAway ? owner : other)
    }
  } finally {
    if (isAway) await goTo(owner)
  }
  if (pauses.length > 0) await wait(0)
}

/** Pauses before so many switches there and back that they lie evenly within a time. */
export function evenly(thereAndBack: number, seconds: number): number[] {
  const count = 2 * thereAndBack
  return Array.from({ length: count }, () => seconds / (count + 1))
}
