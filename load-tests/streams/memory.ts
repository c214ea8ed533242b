import { readFileSync } from 'node:fs'

const everyMs = 250

/** Looks again and again at what processes take, memory that they share with a database's others left out. */
export function watchMemory(pids: () => Promise<number[]>) {
  let peak = 0
  let looking: Promise<void> = Promise.resolve()
  const look = async () => {
    const sum = (await pids()).reduce((total, pid) => total + kilobytes(pid), 0)
    peak = Math.max(peak, sum)
  }
  const timer = setInterval(() => {
    looking = looking.then(look).catch(() => {})
  }, everyMs)
  return {
    peakMb: () => (peak === 0 ? null : peak / 1024),
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await looking
    },
  }
}

export function kilobytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const of = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0)
    return of('VmRSS') - of('RssShmem')
  } catch {
    return 0 // It has just ended, or this is not Linux.
  }
}
