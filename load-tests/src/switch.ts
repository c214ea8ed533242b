import { fileURLToPath } from 'node:url'
import { startK6 } from './k6.ts'
import type { LoadOptions } from './options.ts'
import { needSystem, readySlice } from './prepare.ts'
import { LoadError } from './strangler.ts'
import { slice, switchMeanwhile } from './switching.ts'

const script = fileURLToPath(new URL('../switch.js', import.meta.url))

/** How long load is made, and after how much of it the slice is switched there and back, in seconds. */
const load = { seconds: 30, there: 6, back: 8 }

export interface Scenario {
  readonly k6: string
  readonly options: LoadOptions
  say(line: string): void
  /** Aborted by Ctrl-C: then load ends early, and the slice goes back to whom it belonged to. */
  readonly signal: AbortSignal
}

/**
 * Load on a slice while it is switched and switched back.
 *
 * @returns what is said of it when all went well
 * @throws LoadError when a request failed, something written was not read back, or a switch did not happen.
 */
export async function switchUnderLoad({ k6, options, say, signal }: Scenario): Promise<string> {
  const { baseUrl } = options
  await needSystem(baseUrl)
  const owner = await readySlice(slice, say)
  const other = owner === 'legacy' ? 'extracted' : 'legacy'
  say(
    `k6 makes load for ${load.seconds} s; meanwhile ${slice} goes from ${owner} to ${other} and back.`,
  )
  const run = await startK6(k6, script, { BASE_URL: baseUrl, SECONDS: String(load.seconds) })
  signal.addEventListener('abort', () => void run.process.kill('SIGINT'))
  let problem: unknown
  try {
    await switchMeanwhile(run, { owner, pauses: [load.there, load.back], say, signal })
  } catch (error) {
    problem = error
  }
  const code = await run.ended
  if (problem) throw problem
  if (code === 0) return 'No request failed, and all that was written was read back.'
  const what = code === 99 ? 'a threshold was crossed (marked above)' : `k6 ended with ${code}`
  throw new LoadError(`Requests failed, or something written was not there: ${what}.`)
}
