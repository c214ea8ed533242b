import { proxyLeaseMs } from '@strangler/core'
import { startOwnStack, type OwnStack, useRedis } from '@strangler/local/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { refresh, stateOf } from '../harness/admin.ts'
import { ask } from '../harness/client.ts'
import { type Member, type Several, startSeveral } from '../harness/several.ts'
import { soon } from '../harness/soon.ts'

const { missing } = useRedis() // Skips what follows where there is none.
let own: OwnStack
let redis: Redis
let several: Several
let person = ''

beforeAll(async () => {
  if (missing !== undefined) return
  own = await startOwnStack({ parts: ['redis'] })
  redis = new Redis(own.redisUrl, { retryStrategy: () => 50 })
  redis.on('error', () => {})
  several = await startSeveral(own.redisUrl, { REDIS_TIMEOUT_MS: '300' })
})
afterAll(async () => {
  redis?.disconnect()
  await several?.[Symbol.asyncDispose]()
  await own?.[Symbol.asyncDispose]()
})
beforeEach(async () => {
  several.stand.legacy.answer()
  person = several.person()
  await several.inStep()
})

const pinsOf = async ({ proxy }: Member) => (await stateOf(proxy)).pins
const isUp = async (member: Member) => (await pinsOf(member)).isUp as boolean

async function reads(member: Member): Promise<string[]> {
  const answers = new Set<string>()
  for (let times = 0; times < 10; times += 1) answers.add(await member.by(person))
  return [...answers]
}

interface Trouble {
  begin(): Promise<unknown> | void
  end(): Promise<unknown> | void
}

const troubles: readonly (readonly [string, () => Trouble])[] = [
  [
    'is down',
    () => ({
      begin: () => [several.one, several.other].forEach(({ way }) => way.cut()),
      end: () => [several.one, several.other].forEach(({ way }) => way.heal()),
    }),
  ],
  [
    'answers too late',
    () => {
      const pid = own.pid('redis')!
      return {
        begin: () => void process.kill(pid, 'SIGSTOP'),
        end: () => void process.kill(pid, 'SIGCONT'),
      }
    },
  ],
  [
    'can only be read',
    () => ({
      begin: () => redis.config('SET', 'min-replicas-to-write', '1'),
      end: () => redis.config('SET', 'min-replicas-to-write', '0'),
    }),
  ],
  [
    'has become a replica',
    () => ({
      begin: () => redis.replicaof('127.0.0.1', '1'),
      end: () => redis.replicaof('NO', 'ONE'),
    }),
  ],
  [
    'is full',
    () => ({
      begin: () => redis.config('SET', 'maxmemory', '1'),
      end: () => redis.config('SET', 'maxmemory', '0'),
    }),
  ],
  [
    'may forget keys since it was connected to again',
    () => ({
      async begin() {
        await redis.config('SET', 'maxmemory-policy', 'allkeys-lru')
        await redis.config('SET', 'maxmemory', '100mb')
        await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
      },
      async end() {
        await redis.config('SET', 'maxmemory-policy', 'noeviction')
        await redis.config('SET', 'maxmemory', '0')
      },
    }),
  ],
]

describe.each(troubles)('while Redis %s', (_, make) => {
  test('owners answer, whoever wrote and wherever, and afterwards reads are shared again', async () => {
    const { one, other } = several
    const before = several.person()
    expect(await one.by(before, 'POST')).toBe('legacy')
    const trouble = make()
    await trouble.begin()
    try {
      // The very first request may be the one that finds out.
      expect(await other.by(before)).toBe('legacy')
      expect(await one.by(person, 'POST')).toBe('legacy')
      expect(await reads(other)).toEqual(['legacy'])
      for (const member of [one, other]) {
        await expect.poll(() => isUp(member), soon).toBe(false)
        expect(await member.by(several.person())).toBe('legacy')
        await saysSo(member)
      }
      await several.stand.bring('forward')
      await several.lagIsSmall()
      expect(await other.by(several.person())).toBe('legacy')
    } finally {
      await trouble.end()
    }
    const late = several.person()
    expect(await one.by(late, 'POST')).toBe('legacy')
    expect(await other.by(late)).toBe('legacy')
    for (const member of [one, other]) {
      await several.broughtTo(member, person)
      await several.broughtTo(member, late)
    }
  })
})

/** What a proxy says while it cannot share pins. */
async function saysSo({ proxy, log }: Member): Promise<void> {
  const ready = await ask(proxy.adminUrl, { path: '/readyz' })
  expect(ready.status).toBe(200)
  expect(ready.json).toEqual({
    ready: true,
    reasons: [],
    notes: [expect.stringMatching(/^pins are not shared \(.+\); owners answer reads$/)],
  })
  const metrics = await ask(proxy.adminUrl, { path: '/metrics' })
  expect(metrics.text).toContain('strangler_proxy_pin_store_up{store="redis"} 0')
  const told = log.filter((line) => line.includes('pins cannot be shared'))
  const ended = log.filter((line) => line.includes('pins are shared'))
  expect(told.length - ended.length).toBeLessThanOrEqual(1)
}

describe.each([
  ['starts again with nothing', async () => own.kill('redis')],
  ['is emptied', () => redis.flushall()],
])('when Redis %s', (_, lose) => {
  test('the owner answers who wrote before, until the other side has the write', async () => {
    const { one, other } = several
    const writers = Array.from({ length: 30 }, several.person)
    for (const writer of writers) expect(await one.by(writer, 'POST')).toBe('legacy')
    // Each reads once, for what the proxy showed somebody it remembers by itself.
    const read = () => other.by(writers.pop()!)
    await several.lagIsSmall()
    await lose()
    const early = [read()]
    await expect.poll(() => isUp(other), { ...soon, interval: 1 }).toBe(false)
    early.push(read())
    await expect.poll(() => isUp(other), { ...soon, interval: 1 }).toBe(true)
    await several.lagIsSmall()
    while (writers.length > 1) expect(await read()).toBe('legacy')
    expect(await Promise.all(early)).toEqual(['legacy', 'legacy'])
    await several.broughtTo(other, writers[0]!)
  })
})

describe('a proxy that alone cannot reach Redis', () => {
  /** Has somebody write who was never here, and measures how long that took. */
  async function write(streams: 'bring' | 'stand still') {
    const writer = several.person()
    const since = performance.now()
    const writing = several.one.by(writer, 'POST')
    let isAnswered = false
    void writing.then(() => (isAnswered = true))
    while (streams === 'bring' && !isAnswered) await several.stand.bring('forward')
    expect(await writing).toBe('legacy')
    return { writer, ms: performance.now() - since }
  }
  const comesBack = async () => {
    several.one.way.heal()
    const isUnshared = async () => {
      await several.stand.bring('forward')
      await several.stand.bring('reverse')
      return (await pinsOf(several.one)).isUnshared
    }
    await expect.poll(isUnshared, soon).toBe(false)
  }

  test('answers a write once it is everywhere', async () => {
    several.one.way.cut()
    const { ms } = await write('bring')
    expect(ms).toBeLessThan(proxyLeaseMs)
    await comesBack()
  })

  test('answers a write that is not everywhere once all others know, who then leave reads to owners', async () => {
    const { one, other } = several
    one.way.cut()
    const first = await write('stand still')
    expect(first.ms).toBeGreaterThan(proxyLeaseMs - 100)
    await several.lagIsSmall()
    expect(await isUp(other)).toBe(true)
    expect(await other.by(first.writer)).toBe('legacy')
    const second = await write('stand still')
    expect(second.ms).toBeLessThan(proxyLeaseMs - 100)
    one.way.heal()
    await expect.poll(() => isUp(one), soon).toBe(true)
    await several.lagIsSmall()
    expect(await other.by(second.writer)).toBe('legacy')
    await several.broughtTo(other, second.writer)
    await comesBack()
  })
})

test('a request to another database waits for all that anybody wrote, as long as pins are not known', async () => {
  const { one, other, stand } = several
  await stand.switchTo('patients', 'extracted')
  await expect
    .poll(async () => (await stateOf(other.proxy)).slices.patients.view.owner, soon)
    .toBe('extracted')
  expect(await one.by(person, 'POST')).toBe('patient')
  other.way.cut()
  expect(await other.by(person, 'POST', '/rooms')).toBe('503')
  const booking = other.by(person, 'POST', '/rooms')
  let isAnswered = false
  void booking.then(() => (isAnswered = true))
  while (!isAnswered) await stand.bring('reverse')
  expect(await booking).toBe('legacy')
  other.way.heal()
  await stand.switchTo('patients', 'legacy')
  await stand.shareReads('patients')
})

test('what a proxy shared that has ended since is not forgotten with Redis', async () => {
  const { one, other, stand } = several
  const writers = Array.from({ length: 5 }, several.person)
  for (const writer of writers) expect(await one.by(writer, 'POST')).toBe('legacy')
  await one.proxy[Symbol.asyncDispose]()
  await redis.flushall()
  await expect.poll(() => isUp(other), { ...soon, interval: 1 }).toBe(false)
  await expect.poll(() => isUp(other), { ...soon, interval: 1 }).toBe(true)
  await stand.reportLag('patients', 5)
  await refresh(other.proxy)
  for (const writer of writers.slice(1)) expect(await other.by(writer)).toBe('legacy')
  const answeredBy = async () => {
    await stand.reportLag('patients', 5)
    await refresh(other.proxy)
    await stand.bring('forward')
    return other.by(writers[0]!)
  }
  await expect.poll(answeredBy, soon).toBe('patient')
})
