import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Phase, phasesOf, type Shape } from '../clinic/phases.ts'
import type { Result } from '../clinic/result.ts'
import { driftOf } from './drift.ts'
import { findRate, percent } from './find-rate.ts'
import { type K6Run, startK6 } from './k6.ts'
import { watchPrograms } from './memory.ts'
import { needSystem, readySlice } from './prepare.ts'
import { readProcessors, shareBetween } from './processor.ts'
import { LoadError } from './strangler.ts'
import type { Scenario } from './switch.ts'
import { evenly, slice, switchMeanwhile } from './switching.ts'

const script = fileURLToPath(new URL('../day.js', import.meta.url))

/** Long enough that what is seldom done and takes long is done some times. */
const probe = { seconds: 45, thinking: 0.05 }

/**
 * A clinic's day in one of its shapes, with switches in it if they are asked for.
 *
 * @returns what is said of it when all went well
 * @throws LoadError when a threshold was crossed, the end was worse than the beginning, or a switch did not happen
 */
export async function loadClinic(shape: Shape, scenario: Scenario): Promise<string> {
  const { k6, options, say, signal } = scenario
  const { seconds, times, thinking, switches } = options
  await needSystem(options.baseUrl)
  const owner = switches > 0 ? await readySlice(slice, say) : undefined
  const rate = options.rate === 'auto' ? await rateOfHalf(scenario) : options.rate
  say(
    `k6 makes load for ${seconds} s, ${rate} things/s` +
      (shape === 'spike' ? `, and ${times} times as much in between` : '') +
      (owner ? `; switches of ${slice} there and back meanwhile: ${switches}.` : '.'),
  )
  using folder = temporaryFolder()
  const resultFile = join(folder.path, 'result.json')
  const run = await startK6(k6, script, {
    BASE_URL: options.baseUrl,
    SHAPE: shape,
    RATE: String(rate),
    SECONDS: String(seconds),
    TIMES: String(times),
    THINK: String(thinking),
    RESULT: resultFile,
  })
  signal.addEventListener('abort', () => void run.process.kill('SIGINT'))
  const busy = shareWhile(run, phasesOf(shape, seconds, times), signal).catch(() => undefined)
  using memory = watchPrograms(new URL(options.baseUrl), seconds)
  let problem: unknown
  try {
    if (owner) await switchMeanwhile(run, { owner, pauses: evenly(switches, seconds), say, signal })
  } catch (error) {
    problem = error
  }
  const code = await run.ended
  if (problem) throw problem
  if (code !== 0 && code !== 99)
    throw new LoadError(`k6 ended with ${code}; what it printed says why.`)
  const result = JSON.parse(readFileSync(resultFile, 'utf8')) as Result
  const share = await busy
  if (share !== undefined) say(`${percent(share)} of this machine were busy after the opening.`)
  const worse = shape === 'soak' ? tellDrift(result, memory.seen(), seconds) : []
  if (signal.aborted) throw new LoadError('Interrupted.')
  if (code === 99) worse.unshift('A threshold was crossed (above).')
  if (worse.length > 0) throw new LoadError(worse.join('\n'))
  return `${result.all.requests} requests, ${result.all.failed} failed.`
}

function tellDrift(result: Result, seen: Parameters<typeof driftOf>[1], seconds: number): string[] {
  const [opening, warmUp, beginning, , end] = phasesOf('soak', seconds, 1)
  const begins = opening!.seconds + warmUp!.seconds
  const { text, worse } = driftOf(result, seen, {
    beginning: [begins, begins + beginning!.seconds],
    end: [seconds - end!.seconds, seconds],
  })
  console.log(`\n${text}\n`)
  return [...worse]
}

function rateOfHalf({ k6, options, say, signal }: Scenario): Promise<number> {
  say('Trying how many things a second take half of this machine.')
  const shareAt = async (rate: number) => {
    const env = {
      BASE_URL: options.baseUrl,
      RATE: String(rate),
      SECONDS: String(probe.seconds),
      THINK: String(probe.thinking),
    }
    const run = await startK6(k6, script, env, { isQuiet: true })
    const stop = () => void run.process.kill('SIGINT')
    signal.addEventListener('abort', stop)
    try {
      const share = await shareWhile(run, phasesOf('steady', probe.seconds, 1), signal)
      await run.ended
      return share!
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
  return findRate({ shareAt, say, signal })
}

/**
 * Which share of this machine is busy once everybody has come in, until no more is asked for or the run ends.
 *
 * @returns undefined where the processors cannot be asked
 */
async function shareWhile(
  run: K6Run,
  [opening, ...others]: readonly Phase[],
  signal: AbortSignal,
): Promise<number | undefined> {
  const pass = (seconds: number) =>
    Promise.race([run.ended, delay(seconds * 1000, undefined, { signal, ref: false })])
  await run.untilLoading()
  await pass(opening!.seconds)
  const before = readProcessors()
  await pass(others.reduce((sum, { seconds }) => sum + seconds, 0))
  const after = readProcessors()
  return before && after && shareBetween(before, after)
}

function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'strangler-load-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}
