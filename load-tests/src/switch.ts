import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startK6 } from './k6.ts'
import { lastLine, needSystem, readySlice } from './prepare.ts'
import { LoadError, strangler } from './strangler.ts'

const slice = 'patients'
const script = fileURLToPath(new URL('../switch.js', import.meta.url))

/** How long load is made, and after how much of it the slice is switched there and back, in seconds. */
const load = { seconds: 30, there: 6, back: 8 }

export interface Scenario {
  readonly k6: string
  readonly baseUrl: string
  say(line: string): void
  /** Aborted by Ctrl-C: then load ends early, and the slice goes back to whom it belonged to. */
  readonly signal: AbortSignal
}

/**
 * Load on a slice while it is switched and switched back.
 *
 * @throws LoadError when a request failed, something written was not read back, or a switch did not happen.
 */
export async function switchUnderLoad({ k6, baseUrl, say, signal }: Scenario): Promise<void> {
  await needSystem(baseUrl)
  const owner = await readySlice(slice, say)
  const other = owner === 'legacy' ? 'extracted' : 'legacy'
  say(
    `k6 makes load for ${load.seconds} s; meanwhile ${slice} goes from ${owner} to ${other} and back.`,
  )
  const run = await startK6(k6, script, { BASE_URL: baseUrl, SECONDS: String(load.seconds) })
  let hasEnded = false
  const noteEnd = () => void (hasEnded = true)
  run.ended.then(noteEnd, noteEnd)
  signal.addEventListener('abort', () => void run.process.kill('SIGINT'))
  const during = async (seconds: number) => {
    await delay(seconds * 1000, undefined, { signal }).catch(() => {})
    if (signal.aborted) throw new LoadError(`Interrupted; ${slice} is back where it was.`)
    if (hasEnded) throw new LoadError('The load ended before the switches did.')
  }
  const switchTo = async (side: string) => {
    say(lastLine(await strangler('switch', slice, '--to', side)))
  }
  let problem: unknown
  try {
    await run.untilLoading()
    await during(load.there)
    await switchTo(other)
    try {
      await during(load.back)
    } finally {
      await switchTo(owner)
    }
    await during(0)
  } catch (error) {
    problem = error
  }
  const code = await run.ended
  if (problem) throw problem
  if (code === 0) return
  const what = code === 99 ? 'a threshold was crossed (marked above)' : `k6 ended with ${code}`
  throw new LoadError(`Requests failed, or something written was not there: ${what}.`)
}
