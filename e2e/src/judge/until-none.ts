import { setTimeout as delay } from 'node:timers/promises'

const patienceMs = 15_000
const shown = 20

/** Judges again and again until there is nothing wrong, or it stays wrong; then returns the first problems. */
export async function untilNone(judge: () => Promise<readonly string[]>): Promise<string[]> {
  const until = performance.now() + patienceMs
  for (;;) {
    const problems = await judge()
    if (problems.length === 0) return []
    if (performance.now() > until) {
      const rest = problems.length - shown
      return [...problems.slice(0, shown), ...(rest > 0 ? [`and ${rest} more`] : [])]
    }
    await delay(200)
  }
}
