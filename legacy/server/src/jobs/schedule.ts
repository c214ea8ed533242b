const dayMs = 24 * 60 * 60 * 1000

/** How long from `now` until the next time that it is `at` (as 02:30) in UTC; never zero. */
export function millisecondsUntil(at: string, now: Date): number {
  const next = new Date(`${now.toISOString().slice(0, 10)}T${at}:00Z`).getTime()
  return next > now.getTime() ? next - now.getTime() : next + dayMs - now.getTime()
}

/** Runs a job every day at a time in UTC, until it is stopped. The job reports its own failures. */
export function daily(at: string, clock: () => Date, job: () => Promise<unknown>): () => void {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  const wait = () => {
    if (!stopped)
      timer = setTimeout(() => void job().then(wait, wait), millisecondsUntil(at, clock()))
  }
  wait()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}
