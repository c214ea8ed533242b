import { kilobytes } from '../streams/memory.ts'
import type { Seen } from './drift.ts'
import { programsBehind } from './processes.ts'

/** Looks often enough to see each part of a load some times. */
const looks = 100
const shortestMs = 500
const longestMs = 10_000

/** Looks again and again at what the programs behind a proxy on this machine take, until it is disposed of. */
export function watchPrograms(proxy: URL, seconds: number) {
  const port = Number(proxy.port) || (proxy.protocol === 'https:' ? 443 : 80)
  const began = performance.now()
  const seen: Seen[] = []
  const look = () => {
    const at = (performance.now() - began) / 1000
    const mb = programsBehind(port).map(
      ({ name, pids }) =>
        [name, pids.reduce((sum, pid) => sum + kilobytes(pid), 0) / 1024] as const,
    )
    if (mb.length > 0) seen.push({ at, mb: new Map(mb) })
  }
  const everyMs = Math.min(longestMs, Math.max(shortestMs, (seconds * 1000) / looks))
  const timer = setInterval(look, everyMs)
  return {
    seen: (): readonly Seen[] => seen,
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
