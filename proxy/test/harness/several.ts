import { startPostgres } from '@strangler/local/testing'
import { expect } from 'vitest'
import type { RunningProxy } from '../../src/proxy.ts'
import { refresh, stateOf } from './admin.ts'
import { ask } from './client.ts'
import { startFlagServer, type FlagServer } from './flags.ts'
import { testPlan } from './plan.ts'
import { type Relay, startRelay } from './relay.ts'
import { soon } from './soon.ts'
import { createStand, type Stand } from './stand.ts'

export interface Member {
  readonly proxy: RunningProxy
  /** Its own flags: the share of patients' reads that the service answers here. */
  readonly flags: FlagServer
  /** Its own way to Redis. */
  readonly way: Relay
  /** What it logged. */
  readonly log: string[]
  /** Who answers somebody's request, or the status that they get instead. */
  by(person: string, method?: string, path?: string): Promise<string>
}

/** Two proxies of one migration: the monolith owns the slices, reads of patients are shared. */
export interface Several extends AsyncDisposable {
  readonly stand: Stand
  /** Of all keys that its proxies have in Redis. */
  readonly prefix: string
  readonly one: Member
  readonly other: Member
  /** Somebody who was never here before. */
  person(): string
  /** Everything is everywhere, and both proxies share reads with somebody who never writes. */
  inStep(): Promise<void>
  /** Both proxies hear that the stream is not behind: not for that does an owner answer. */
  lagIsSmall(): Promise<void>
  /** All that was written to the monolith is brought, until a proxy lets the service answer somebody. */
  broughtTo(member: Member, person: string): Promise<void>
}

/** @param settings over the proxies' own; the time that Redis may take is long unless they say otherwise. */
export async function startSeveral(
  redisUrl: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Several> {
  await using opened = new AsyncDisposableStack()
  const postgres = opened.use(await startPostgres())
  const stand = opened.use(await createStand(postgres, testPlan({ requestTimeoutMs: 1000 })))
  const prefix = `test-${crypto.randomUUID()}:`

  async function join(name: string): Promise<Member> {
    const flags = opened.use(await startFlagServer())
    flags.set('patients', 100)
    const way = opened.use(await startRelay(redisUrl))
    const log: string[] = []
    const proxy = await stand.start({
      settings: {
        ...flags.settings,
        PROXY_ID: name,
        CATCH_UP_MS: '1500',
        REDIS_URL: way.url,
        REDIS_PREFIX: prefix,
        REDIS_TIMEOUT_MS: '2000',
        ...settings,
      },
      log: { write: (line) => void log.push(line) },
    })
    const by: Member['by'] = async (person, method = 'GET', path = '/api/pets') => {
      const answer = await ask(proxy.url, { method, path, headers: { 'x-user': person } })
      return answer.status === 200 ? answer.json.by : `${answer.status}`
    }
    return { proxy, flags, way, log, by }
  }

  const one = await join('one')
  const other = await join('other')
  await stand.shareReads('patients')
  let people = 0
  const person = () => `person ${++people}`
  const closing = opened.move()
  const several: Several = {
    stand,
    prefix,
    one,
    other,
    person,
    async inStep() {
      for (const { proxy, flags } of [one, other]) {
        flags.set('patients', 100)
        const share = async () => (await stateOf(proxy)).slices.patients.share
        await expect.poll(share, soon).toBe(100)
      }
      for (const member of [one, other]) await several.broughtTo(member, person())
    },
    async lagIsSmall() {
      await stand.reportLag('patients', 5)
      await Promise.all([one, other].map(({ proxy }) => refresh(proxy)))
    },
    async broughtTo(member, reader) {
      const answeredBy = async () => {
        await several.lagIsSmall()
        await stand.bring('forward')
        await stand.bring('reverse')
        return member.by(reader)
      }
      await expect.poll(answeredBy, { timeout: 40_000, interval: 50 }).toBe('patient')
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
  return several
}
