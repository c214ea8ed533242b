import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import type { RunningProxy } from '../../src/proxy.ts'
import { stateOf } from './admin.ts'
import { type Answered, ask } from './client.ts'
import { soon } from './soon.ts'
import { createStand, type SliceName, type Stand } from './stand.ts'

export interface Holding {
  readonly stand: Stand
  readonly proxy: RunningProxy
  /** A write to patients of somebody new. */
  write(
    body?: string,
    more?: { path?: string; headers?: Record<string, string> },
  ): Promise<Answered>
  /** Waits until a proxy holds so many writes of a slice. */
  untilHeld(count: number, slice?: SliceName, on?: RunningProxy): Promise<void>
  /** Begins a hold that the proxy has heard of. */
  announce(slice?: SliceName): Promise<number>
  /** Begins a hold that all proxies have acknowledged. */
  hold(slice?: SliceName): Promise<number>
}

/** For a test file about holds: a stand and a proxy; before each test the monolith owns both slices. */
export function useHolding(): Holding {
  let postgres: TestPostgres
  let stand: Stand
  let proxy: RunningProxy
  let people = 0

  beforeAll(async () => {
    postgres = await startPostgres()
    stand = await createStand(postgres)
    proxy = await stand.start()
  })
  afterAll(async () => {
    await stand[Symbol.asyncDispose]()
    await postgres[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    for (const upstream of [stand.legacy, stand.patient]) {
      upstream.received.length = 0
      upstream.answer()
    }
    for (const slice of ['patients', 'visits'] as const) await stand.switchTo(slice, 'legacy')
    await knows(await stand.row('patients'))
  })

  /** Waits until the proxy has heard of a slice's epoch. */
  const knows = async ({ name, epoch }: { name: string; epoch: number }) =>
    await expect.poll(async () => (await stateOf(proxy)).slices[name].view.epoch, soon).toBe(epoch)

  const holding: Holding = {
    get stand() {
      return stand
    },
    get proxy() {
      return proxy
    },
    write: (body = '', { path = '/api/pets', headers = {} } = {}) =>
      ask(proxy.url, {
        method: 'POST',
        path,
        headers: { 'x-user': `person ${++people}`, ...headers },
        body,
      }),
    untilHeld: async (count, slice = 'patients', on = proxy) =>
      await expect.poll(async () => (await stateOf(on)).slices[slice].held, soon).toBe(count),
    async announce(slice = 'patients') {
      const epoch = await stand.announceHold(slice)
      await knows({ name: slice, epoch })
      return epoch
    },
    async hold(slice = 'patients') {
      const epoch = await holding.announce(slice)
      await expect.poll(() => stand.isAcknowledged(slice, epoch), soon).toBe(true)
      return epoch
    },
  }
  return holding
}
