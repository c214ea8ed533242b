import { setTimeout as delay } from 'node:timers/promises'
import { type Client, createClient, signToken } from '../client.ts'
import { Ledger } from './ledger.ts'
import type { Failure } from './requests.ts'
import { Writer } from './writer.ts'

export interface LoadOptions {
  readonly url: string
  readonly jwtSecret: string
  readonly writers: number
  /** Each writer sends at most so many requests a second. */
  readonly perSecond: number
  /** Part of the writers' names; one for each load of a system. */
  readonly name?: string
}

export interface Load {
  readonly ledger: Ledger
  /** What was not answered with a success. */
  readonly failures: readonly Failure[]
  /** The longest that an answer took, in milliseconds. */
  readonly slowestMs: number
  /** Acknowledged writes a second, over all the time. */
  readonly rate: number
  /** Resolves when the requests under way have ended. */
  stop(): Promise<void>
}

/** Makes a user for each writer, and starts writers that go on until they are stopped. */
export async function startLoad(options: LoadOptions): Promise<Load> {
  const { writers, perSecond, name = 'w' } = options
  const clients = await Promise.all(
    Array.from({ length: writers }, (_, number) => hire(options, `${name}${number}@load.test`)),
  )
  const ledger = new Ledger()
  const failures: Failure[] = []
  const stopping = new AbortController()
  const since = performance.now()
  let until: number | undefined
  let slowestMs = 0

  const run = async (client: Client, number: number) => {
    let failed = false
    const writer = new Writer({
      name: `${name}${number}`,
      client,
      ledger,
      random: createRandom(number),
      onFailure: (failure) => {
        failed = true
        failures.push(failure)
      },
      onAnswer: (ms) => (slowestMs = Math.max(slowestMs, ms)),
    })
    while (!stopping.signal.aborted) {
      failed = false
      const began = performance.now()
      await writer.step()
      const pause = failed ? 100 : began + 1000 / perSecond - performance.now()
      if (pause > 0) await delay(pause, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const running = clients.map(run)
  return {
    ledger,
    failures,
    get slowestMs() {
      return slowestMs
    },
    get rate() {
      return (ledger.acknowledged * 1000) / ((until ?? performance.now()) - since)
    },
    async stop() {
      stopping.abort()
      await Promise.all(running)
      until = performance.now()
    },
  }
}

/** An admin of the first clinic, with a token that lasts longer than those of the monolith. */
export async function hire(
  options: Pick<LoadOptions, 'url' | 'jwtSecret'>,
  email: string,
): Promise<Client> {
  return createClient(options.url, await register(options, email))
}

/** The token of a new admin, which every proxy takes. */
export async function register(
  { url, jwtSecret }: Pick<LoadOptions, 'url' | 'jwtSecret'>,
  email: string,
): Promise<string> {
  const tokenOf = (sub: number, of: string) =>
    signToken(jwtSecret, { sub: String(sub), role: 'admin', clinic_id: 1, email: of, name: of })
  const json = { email, password: 'a-long-password', name: email, role: 'admin', clinicId: 1 }
  const admin = createClient(url, tokenOf(1, 'admin@petsphere.test'))
  const { id } = await admin.must<{ id: number }>('POST /api/users', { json })
  return tokenOf(id, email)
}

/** The same numbers for the same seed: https://github.com/bryc/code/blob/master/jshash/PRNGs.md#mulberry32 */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
