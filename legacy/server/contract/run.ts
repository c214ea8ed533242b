import { randomInt } from 'node:crypto'
import { type Caller, furtherRoutes, routes } from '../src/index.ts'
import type { Case } from './case.ts'
import { cases as allCases } from './cases/index.ts'
import { type Observation, uncovered } from './coverage.ts'
import { type Answer, createClient } from './http-client.ts'
import { judge } from './judge.ts'
import { Known } from './known.ts'
import { createNormaliser } from './normalise.ts'
import { requestOf } from './request.ts'
import { record, type TranscriptEntry } from './transcript.ts'
import { look } from './look.ts'

export interface ContractOptions {
  readonly baseUrl: string
  /** The admin that the seed made. */
  readonly adminEmail?: string
  readonly adminPassword?: string
  /** Other cases than all of them; for tests of the suite itself. */
  readonly cases?: readonly Case[]
  /** Where some of the paths are answered, when two servers answer together and nothing is in front. */
  readonly sliceUrl?: string
  /** Which paths `sliceUrl` answers, as they go over the wire. */
  readonly isInSlice?: (path: string) => boolean
  /**
   * Called before each case. Cases are sent by several people who know of one another: a system that shows
   * what others wrote a moment later is given that moment here.
   */
  readonly beforeCase?: (each: Case) => Promise<void>
}

export interface Failure {
  readonly case: string
  /** What was expected and what came, to be printed. */
  readonly explanation: string
}

export interface ContractResult {
  readonly transcript: readonly TranscriptEntry[]
  readonly failures: readonly Failure[]
  /** What the application declares and no case has shown. */
  readonly uncovered: readonly string[]
}

/** Runs all cases in order against a server that holds seeded data. It can be run again and again. */
export async function runContract(options: ContractOptions): Promise<ContractResult> {
  const known = start(options)
  const normalise = createNormaliser(String(known.get('tag')))
  const client = createClient(options.baseUrl)
  const { sliceUrl = options.baseUrl, isInSlice = () => false } = options
  const sliceClient = createClient(sliceUrl)
  const transcript: TranscriptEntry[] = []
  const failures: Failure[] = []
  const observations: Observation[] = []
  try {
    for (const each of options.cases ?? allCases) {
      const { name, route, as } = each
      const fail = (explanation: string) =>
        failures.push({ case: `${route} as ${as}: ${name}`, explanation })
      try {
        await options.beforeCase?.(each)
        const request = requestOf(each, known)
        const count = typeof each.expect === 'number' ? 1 : each.expect.length
        const { send } = isInSlice(request.path) ? sliceClient : client
        const sent = Array.from({ length: count }, () => send(request))
        const answers = (await Promise.all(sent)).sort(inStableOrder)
        const exchanges = answers.map((answer) => record(request, answer, normalise))
        transcript.push({ name, route, as, exchanges })
        const caller: Caller = as === 'seeded admin' ? 'admin' : as
        observations.push(...answers.map(({ status }) => ({ route, caller, status })))
        judge(each, answers, known).forEach(fail)
        learn(each, answers[0]!, known)
      } catch (error) {
        fail(error instanceof Error ? error.message : String(error))
      }
    }
  } finally {
    client.close()
    sliceClient.close()
  }
  return { transcript, failures, uncovered: uncovered([...routes, ...furtherRoutes], observations) }
}

function start({ adminEmail, adminPassword }: ContractOptions): Known {
  const known = new Known()
  const letters = Array.from({ length: 9 }, () => String.fromCharCode(97 + randomInt(26)))
  known.set('tag', `k${letters.join('')}`)
  known.set('admin email', adminEmail ?? 'admin@petsphere.test')
  known.set('admin password', adminPassword ?? 'petsphere-demo')
  return known
}

/** Answers to requests that ran at the same time, by what they say rather than by who came first. */
function inStableOrder(a: Answer, b: Answer): number {
  return a.status - b.status || Buffer.compare(a.body, b.body)
}

function learn(each: Case, answer: Answer, known: Known): void {
  for (const [name, where] of Object.entries(each.learn ?? {})) {
    known.set(name, look(answer, where))
  }
}
