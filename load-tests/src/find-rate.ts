import { setTimeout as delay } from 'node:timers/promises'
import { readProcessors, shareBetween } from './processor.ts'
import { LoadError } from './strangler.ts'

/** Half of all processors, and how far from it is near enough. */
const wanted = 0.5
const near = 0.04
const attempts = 8
const restSeconds = 3
const first = 1

interface Search {
  /** Makes load at a rate for so long that what it takes can be told, with the processors' share meanwhile. */
  shareAt(rate: number): Promise<number>
  say(line: string): void
  readonly signal: AbortSignal
}

/**
 * Finds the rate that takes half of this machine: of all processors together, k6 and what else runs included. The
 * system has to run here.
 *
 * @throws LoadError when the processors cannot be asked, or are busy with something else
 */
export async function findRate(search: Search): Promise<number> {
  const { signal } = search
  const before = readProcessors()
  if (!before) {
    throw new LoadError('--rate auto reads /proc/stat, which is not here. Say a number instead.')
  }
  await delay(restSeconds * 1000, undefined, { signal })
  const idle = shareBetween(before, readProcessors()!)
  if (idle > wanted - near) {
    throw new LoadError(
      `${percent(idle)} of this machine are taken before any load is made: stop what else runs, or say a number with --rate.`,
    )
  }
  return searchRate(search, idle)
}

/**
 * A rate is taken once it was near twice in a row: a system that has just started takes more than it does when its
 * code is warm. The last of so many tries is taken as it is.
 *
 * @param idle the share that is taken without any load
 */
export async function searchRate(
  { shareAt, say }: Pick<Search, 'shareAt' | 'say'>,
  idle: number,
): Promise<number> {
  let rate = first
  let wasNear = false
  for (let attempt = 1; ; attempt++) {
    const share = await shareAt(rate)
    say(`${rate} things/s take ${percent(share)} of this machine.`)
    const isNear = Math.abs(share - wanted) <= near
    if ((isNear && wasNear) || attempt === attempts) return rate
    if (!isNear) rate = nextRate(rate, share, idle)
    wasNear = isNear
  }
}

/** What a rate would have to be for half of the processors, if each thing takes what it took; in tenths. */
export function nextRate(rate: number, share: number, idle: number): number {
  const factor = (wanted - idle) / Math.max(share - idle, 0.01)
  // Far from what was seen nothing is proportional any more.
  const next = rate * Math.min(4, Math.max(0.25, factor))
  return Math.max(0.1, Math.round(next * 10) / 10)
}

export const percent = (share: number) => `${Math.round(share * 100)} %`
