import { useRedis } from '@strangler/local/testing'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Exposure, holdsWrites, isFresh, noExposure } from '../../src/positions/exposure.ts'
import { MemoryPins } from '../../src/positions/memory-pins.ts'
import type { Pin, PinStore } from '../../src/positions/pins.ts'
import { Link } from '../../src/positions/redis/link.ts'
import { RedisPins } from '../../src/positions/redis/redis-pins.ts'
import { soon } from '../harness/soon.ts'

const stack = useRedis()

/** A store that pins are set in, and one that reads them: the same, or another proxy's. */
interface Stores extends Disposable {
  readonly setting: PinStore
  readonly reading: PinStore
}

function inMemory(): Stores {
  const store = new MemoryPins({ onForgotten() {} })
  return { setting: store, reading: store, [Symbol.dispose]() {} }
}

async function inRedis(): Promise<Stores> {
  const prefix = `test-${crypto.randomUUID()}:`
  const open = async (instance: string) => {
    const link = new Link({
      url: stack.redisUrl,
      prefix,
      proxy: instance,
      timeoutMs: 5000,
      log: pino({ level: 'silent' }),
      now: () => performance.now(),
      onChange() {},
      onLost() {},
    })
    await link.opened(20_000)
    const own = new MemoryPins({ onForgotten() {} })
    return { link, pins: new RedisPins({ link, instance, own, othersShare: () => true }) }
  }
  const [one, other] = await Promise.all([open('one'), open('other')])
  return {
    setting: one.pins,
    reading: other.pins,
    [Symbol.dispose]() {
      for (const { link, pins } of [one, other]) {
        pins.close()
        link.close()
      }
    },
  }
}

describe.each([
  ['memory, within one proxy', inMemory],
  ['Redis, between two', inRedis],
])('pins in %s', (_, open) => {
  let stores: Stores
  beforeEach(async () => void (stores = await open()))
  afterEach(() => stores?.[Symbol.dispose]())

  let made = 0
  const pin = (kind: Pin['kind'], principal = 'somebody'): Pin => ({
    id: `one.${++made}`,
    principal,
    database: 'legacy',
    kind,
  })

  async function known(principal = 'somebody'): Promise<Exposure> {
    const { own, others, isComplete } = await stores.reading.read({ principal })
    expect(isComplete).toBe(true)
    return { ...(own?.get('legacy') ?? others?.get('legacy') ?? noExposure()) }
  }
  test('nothing is known of who did nothing', async () => {
    expect(await known()).toEqual(noExposure())
  })

  test('a write is under way, then acknowledged, then before its mark', async () => {
    const write = pin('write')
    expect(await stores.setting.set(write)).toBe(true)
    expect(await known()).toEqual({ ...noExposure(), inFlight: 1 })
    expect(await stores.setting.acknowledge(write)).toBe(true)
    expect(await known()).toEqual({ ...noExposure(), unmarkedWrites: 1 })
    stores.setting.settle(write, 7)
    await expect.poll(() => known(), soon).toEqual({ ...noExposure(), written: 7 })
  })

  test('a pin is set in the step that reads, and told to nobody else', async () => {
    const write = pin('write')
    const { others } = await stores.setting.read(write)
    expect(others?.size ?? 0).toBe(0)
    expect((await known()).inFlight).toBe(1)
    expect(await known('somebody else')).toEqual(noExposure())
  })

  test('a late mark of an older write does not unpin a newer one', async () => {
    const [older, newer] = [pin('write'), pin('write')]
    await stores.setting.set(older)
    await stores.setting.set(newer)
    await stores.setting.acknowledge(newer)
    await stores.setting.acknowledge(older)
    stores.setting.settle(older, 3)
    await expect
      .poll(() => known(), soon)
      .toEqual({ ...noExposure(), written: 3, unmarkedWrites: 1 })
    expect(holdsWrites(await known(), 100)).toBe(false)
    stores.setting.settle(newer, 9)
    await expect.poll(() => known(), soon).toEqual({ ...noExposure(), written: 9 })
  })

  test('marks only rise, in whatever order they are learnt', async () => {
    const [older, newer] = [pin('read'), pin('read')]
    await stores.setting.set(older)
    await stores.setting.set(newer)
    expect(isFresh(await known(), Infinity)).toBe(false)
    stores.setting.settle(newer, 9)
    stores.setting.settle(older, 3)
    await expect.poll(() => known(), soon).toEqual({ ...noExposure(), seen: 9 })
  })

  test('a write that was never sent leaves nothing', async () => {
    const write = pin('write')
    await stores.setting.set(write)
    stores.setting.settle(write)
    await expect.poll(() => known(), soon).toEqual(noExposure())
  })

  test('what has arrived everywhere is forgotten, and nothing else', async () => {
    const [arrived, later] = [pin('write'), pin('write')]
    for (const write of [arrived, later]) await stores.setting.set(write)
    stores.setting.settle(arrived, 3)
    stores.setting.sweep((_, exposure) => isFresh(exposure, 3))
    await expect.poll(() => known(), soon).toEqual({ ...noExposure(), written: 3, inFlight: 1 })
    stores.setting.settle(later, 4)
    await expect.poll(() => known(), soon).toEqual({ ...noExposure(), written: 4 })
    stores.setting.sweep((_, exposure) => isFresh(exposure, 3))
    expect(stores.setting.count).toBe(1)
    expect(await known()).toEqual({ ...noExposure(), written: 4 })
    stores.setting.sweep((_, exposure) => isFresh(exposure, 4))
    expect(stores.setting.count).toBe(0)
    await expect.poll(() => known(), soon).toEqual(noExposure())
  })
})

test('a sweep that comes late does not take away what another proxy has set since', async () => {
  using stores = await inRedis()
  const write = (instance: string): Pin => ({
    id: `${instance}.1`,
    principal: 'somebody',
    database: 'legacy',
    kind: 'write',
  })
  const [first, second] = [write('one'), write('other')]
  await stores.setting.set(first)
  stores.setting.settle(first, 3)
  await stores.reading.set(second)
  stores.reading.settle(second, 9)
  stores.setting.sweep((_, exposure) => isFresh(exposure, 3))
  await expect
    .poll(
      async () => (await stores.setting.read({ principal: 'somebody' })).others?.get('legacy'),
      soon,
    )
    .toEqual({ ...noExposure(), written: 9 })
})
