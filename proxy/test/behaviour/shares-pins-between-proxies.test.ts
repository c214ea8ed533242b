import { useRedis } from '@strangler/local/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { refresh, stateOf } from '../harness/admin.ts'
import { type Member, type Several, startSeveral } from '../harness/several.ts'
import { soon } from '../harness/soon.ts'
import { readAll } from '../harness/upstream.ts'

const stack = useRedis()
let several: Several
let person = ''

beforeAll(async () => {
  if (stack.missing !== undefined) return
  several = await startSeveral(stack.redisUrl)
})
afterAll(() => several?.[Symbol.asyncDispose]())
beforeEach(async () => {
  several.stand.legacy.answer()
  person = several.person()
  await several.inStep()
})

/** Who answers a number of reads, each of them a chance to go to the other side. */
async function reads(member: Member): Promise<string[]> {
  const answers = new Set<string>()
  for (let times = 0; times < 10; times += 1) answers.add(await member.by(person))
  return [...answers]
}

/** The other proxy relies on Redis, so that what it answers comes from what is in there. */
async function reliesOnRedis(member: Member): Promise<void> {
  expect((await stateOf(member.proxy)).pins).toEqual({
    store: 'redis',
    isUp: true,
    isUnshared: false,
  })
  expect(await member.by(several.person())).toBe('patient')
}

describe.each([
  ['the second', 'the first', () => [several.one, several.other] as const],
  ['the first', 'the second', () => [several.other, several.one] as const],
])('who writes through one proxy and reads through %s after %s', (_, __, pair) => {
  test('is answered by the owner until the other side has the write', async () => {
    const [one, other] = pair()
    expect(await other.by(person)).toBe('patient')
    expect(await one.by(person, 'POST')).toBe('legacy')
    expect(await reads(other)).toEqual(['legacy'])
    await reliesOnRedis(other)
    await several.broughtTo(other, person)
  })
})

test('a write that is under way at one proxy keeps reads through another with the owner', async () => {
  const { one, other, stand } = several
  const arrived = Promise.withResolvers<void>()
  const mayEnd = Promise.withResolvers<void>()
  stand.legacy.answer(async (req, res) => {
    stand.legacy.answer()
    await readAll(req)
    arrived.resolve()
    await mayEnd.promise
    res.end('{"by":"legacy"}')
  })
  const writing = one.by(person, 'POST')
  await arrived.promise
  await stand.bring('forward')
  expect(await reads(other)).toEqual(['legacy'])
  await reliesOnRedis(other)
  mayEnd.resolve()
  expect(await writing).toBe('legacy')
})

test('a write whose answer one proxy lost keeps reads through another with the owner for as long', async () => {
  const { one, other, stand } = several
  const since = performance.now()
  stand.legacy.answer((req) => {
    stand.legacy.answer()
    req.socket.destroy()
  })
  expect(await one.by(person, 'POST')).toBe('502')
  await stand.bring('forward')
  expect(await reads(other)).toEqual(['legacy'])
  await several.broughtTo(other, person)
  expect(performance.now() - since).toBeGreaterThan(1000)
})

test('a read that the owner answered through one proxy is not followed by an older one through another', async () => {
  const { one, other } = several
  one.flags.set('patients', 0)
  await expect.poll(async () => (await stateOf(one.proxy)).slices.patients.share, soon).toBe(0)
  expect(await one.by(person)).toBe('legacy')
  expect(await reads(other)).toEqual(['legacy'])
  await reliesOnRedis(other)
  await several.broughtTo(other, person)
})

test('a write to the service through one proxy is waited for by a request to the monolith through another', async () => {
  const { one, other, stand } = several
  await stand.switchTo('patients', 'extracted')
  for (const { proxy } of [one, other]) await refresh(proxy)
  expect(await one.by(person, 'POST')).toBe('patient')
  expect(await other.by(person, 'POST', '/rooms')).toBe('503')
  const booking = other.by(person, 'POST', '/rooms')
  expect(await other.by(several.person(), 'GET', '/rooms')).toBe('legacy')
  await stand.bring('reverse')
  expect(await booking).toBe('legacy')
  await stand.switchTo('patients', 'legacy')
  await stand.shareReads('patients')
})

describe('what lies in Redis', () => {
  let redis: Redis
  beforeAll(() => {
    if (stack.missing !== undefined) return
    redis = new Redis(stack.redisUrl)
  })
  afterAll(() => redis?.disconnect())
  const pins = () => redis.keys(`${several.prefix}pins:*`)

  test('names no principal, lives for a bounded time, and goes once it has arrived everywhere', async () => {
    await several.one.by(person, 'POST')
    const keys = await pins()
    expect(keys.length).toBeGreaterThan(0)
    for (const key of keys) {
      const fields = await redis.hgetall(key)
      expect(JSON.stringify([key, fields])).not.toContain('person')
      const lastsMs = await redis.pttl(key)
      expect(lastsMs).toBeGreaterThan(10 * 60_000)
      expect(lastsMs).toBeLessThanOrEqual(15 * 60_000)
    }
    const left = async () => {
      await several.stand.bring('forward')
      return pins()
    }
    await expect.poll(left, soon).toEqual([])
  })
})
