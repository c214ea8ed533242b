const dayMs = 24 * 60 * 60 * 1000

/** How long it is from `now` until it is `at` (as 02:30, UTC) the next time; never zero. */
export function millisecondsUntil(at: string, now: Date): number {
  const today = Date.parse(`${now.toISOString().slice(0, 10)}T${at}:00Z`)
  const left = today - now.getTime()
  return left > 0 ? left : left + dayMs
}

/** Runs `job` every day at a time in UTC, whatever comes of it, until the returned function is called. */
export function everyDay(at: string, clock: () => Date, job: () => Promise<unknown>): () => void {
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const sleep = () => {
    if (isOver) return
    timer = setTimeout(() => void job().then(sleep, sleep), millisecondsUntil(at, clock()))
  }
  sleep()
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}
