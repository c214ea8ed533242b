import { readFileSync } from 'node:fs'

/** What all of a machine's processors have done since it started, in hundredths of a second. */
export interface Reading {
  readonly busy: number
  readonly all: number
}

/**
 * Undefined where this is not Linux.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_stat.5.html
 */
export function readProcessors(): Reading | undefined {
  try {
    return processorsOf(readFileSync('/proc/stat', 'utf8'))
  } catch {
    return undefined
  }
}

export function processorsOf(stat: string): Reading {
  // Guests are counted among user and nice already.
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, ...rest] = stat
    .split('\n', 1)[0]!
    .trim()
    .split(/\s+/)
    .slice(1, 9)
    .map(Number)
  const busy = user + nice + system + rest.reduce((sum, ticks) => sum + ticks, 0)
  return { busy, all: busy + idle + waiting }
}

/** Which share of all processors was busy between two readings, from 0 to 1. */
export function shareBetween(before: Reading, after: Reading): number {
  return (after.busy - before.busy) / Math.max(1, after.all - before.all)
}
