import { parseArgs } from 'node:util'
import { type Shape, shapes } from '../clinic/phases.ts'
import { LoadError } from './strangler.ts'

export interface LoadOptions {
  readonly baseUrl: string
  /** Things that people do in a second; `auto` is as many as take half of this machine. */
  readonly rate: number | 'auto'
  readonly seconds: number
  /** How many times a slice is switched to the other side, and back, meanwhile. */
  readonly switches: number
  /** How many times as much a spike is. */
  readonly times: number
  /** By what people's times to think are multiplied. */
  readonly thinking: number
}

const usual: Readonly<Record<Shape, { readonly seconds: number; readonly times: number }>> = {
  steady: { seconds: 300, times: 1 },
  spike: { seconds: 300, times: 5 },
  soak: { seconds: 3600, times: 1 },
}

const usualRate = 2
/** A switch there and back has to be over before the next one begins. */
const secondsPerSwitch = 10

export const scenarios = ['switch', ...shapes] as const

export const usage = `npm run load -- SCENARIO [OPTIONS]

switch   reads and writes of patients while the slice is switched there and back, half a minute
steady   a clinic's day: reception, veterinarians, owners, administrators
spike    the same, many times as much for a while, and the same again
soak     the same for long; memory and latency at the beginning and the end are compared

--base-url URL   where the proxy is; else BASE_URL, else http://127.0.0.1:8080

for all but switch:
--rate N         things that people do in a second, about five requests each; ${usualRate} unless said.
                 "auto" tries how many take half of this machine, which takes minutes
--duration TIME  like 90s, 10m or 1h; 5m unless said, for soak 1h
--switches N     switch the slice patients to the other side and back, N times meanwhile; 0 unless said
--times N        for spike: how many times as much; 5 unless said
--think N        by what the times in which people think are multiplied; 1 unless said`

/**
 * What is asked for after the scenario's name.
 *
 * @throws LoadError that names everything that is wrong, and what would be right
 */
export function readOptions(
  scenario: (typeof scenarios)[number],
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): LoadOptions {
  const values = parse(args)
  const problems: string[] = []
  const say = (problem: string) => void problems.push(problem)
  if (scenario === 'switch') {
    const given = Object.keys(values).find((name) => name !== 'base-url')
    if (given) say(`--${given} is not for switch.`)
  } else if (scenario !== 'spike' && values.times !== undefined) {
    say(`--times is for spike, not for ${scenario}.`)
  }
  const { seconds: usualSeconds, times: usualTimes } =
    scenario === 'switch' ? usual.steady : usual[scenario]
  const number = (name: 'switches' | 'times' | 'think', [least, most]: [number, number]) => {
    const text = values[name]
    if (text === undefined) return undefined
    const read = Number(text)
    const isFine = text.trim() !== '' && read >= least && read <= most
    if (isFine && (name !== 'switches' || Number.isInteger(read))) return read
    const what = name === 'switches' ? 'a whole number' : 'a number'
    say(`--${name} is "${text}"; it must be ${what} from ${least} to ${most}.`)
    return undefined
  }
  const options = {
    baseUrl: readUrl(values['base-url'] ?? (environment['BASE_URL'] || defaultUrl), say),
    rate: readRate(values.rate, say),
    seconds: readDuration(values.duration, say) ?? usualSeconds,
    switches: number('switches', [0, 1000]) ?? 0,
    times: number('times', [1, 100]) ?? usualTimes,
    thinking: number('think', [0, 10]) ?? 1,
  }
  const room = Math.floor(options.seconds / (2 * secondsPerSwitch))
  if (options.switches > room) {
    say(
      `--switches ${options.switches} needs at least ${options.switches * 2 * secondsPerSwitch}s of --duration.`,
    )
  }
  if (problems.length > 0) throw new LoadError(`${problems.join('\n')}\n\n${usage}`)
  return options
}

const defaultUrl = 'http://127.0.0.1:8080'

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...args],
      options: {
        'base-url': text,
        rate: text,
        duration: text,
        switches: text,
        times: text,
        think: text,
      },
    }).values
  } catch (error) {
    throw new LoadError(`${(error as Error).message}\n\n${usage}`, { cause: error })
  }
}

function readUrl(text: string, say: (problem: string) => void): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/$/, '')
  say(`--base-url (or BASE_URL) is "${text}"; it must be like ${defaultUrl}.`)
  return text
}

function readRate(text: string | undefined, say: (problem: string) => void): number | 'auto' {
  if (text === undefined) return usualRate
  if (text === 'auto') return text
  const rate = Number(text)
  if (rate >= 0.1 && rate <= 1000) return rate
  say(`--rate is "${text}"; it must be "auto" or a number from 0.1 to 1000.`)
  return usualRate
}

const unitSeconds = { s: 1, m: 60, h: 3600 }

function readDuration(text: string | undefined, say: (problem: string) => void) {
  if (text === undefined) return undefined
  const [, number, unit] = /^(\d+(?:\.\d+)?)([smh])$/.exec(text) ?? []
  const seconds = Number(number) * unitSeconds[(unit ?? 's') as keyof typeof unitSeconds]
  if (seconds >= 5 && seconds <= 7 * 86_400) return seconds
  say(`--duration is "${text}"; it must be like 90s, 10m or 1h, 5s at least.`)
  return undefined
}
