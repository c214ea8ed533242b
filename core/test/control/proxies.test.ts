import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  createTestControlStore,
  startPostgres,
  type TestControlStore,
  type TestPostgres,
} from '../../../local/src/testing/index.ts'
import {
  acknowledgeHold,
  forgetProxies,
  forgetStreams,
  proxyRows,
  readProxies,
  readStreams,
  removeProxy,
  renewProxy,
  reportStream,
} from '../../src/control/index.ts'

let postgres: TestPostgres
let store: TestControlStore
beforeAll(async () => {
  postgres = await startPostgres()
  store = await createTestControlStore(postgres)
})
afterAll(async () => {
  await store[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})
beforeEach(() => store.pool.query('truncate proxy, stream'))

const report = { shares: { pets: 5 }, writesInFlight: { pets: 1 }, held: {} }
const proxy = (id: string) => ({ id, address: `http://${id}`, report })
const pass = (interval: string) =>
  store.pool.query(`update proxy set renewed_at = renewed_at - interval '${interval}'`)

test('A proxy’s lease runs five seconds from its last renewal', async () => {
  await renewProxy(store.pool, proxy('one'))
  await pass('4 s')
  expect(await readProxies(store.pool)).toMatchObject([
    { id: 'one', address: 'http://one', expired: false, report },
  ])
  await pass('1100 ms')
  const [late] = await readProxies(store.pool)
  expect(late?.expired).toBe(true)
  expect(late?.silentForMs).toBeGreaterThan(5000)
  await renewProxy(store.pool, proxy('one'))
  expect((await readProxies(store.pool))[0]?.expired).toBe(false)
})

test('An acknowledgement counts for its slice and epoch, and outlives a renewal', async () => {
  await renewProxy(store.pool, proxy('one'))
  await acknowledgeHold(store.pool, { id: 'one', slice: 'pets', epoch: 4 })
  await acknowledgeHold(store.pool, { id: 'one', slice: 'visits', epoch: 2 })
  await acknowledgeHold(store.pool, { id: 'one', slice: 'pets', epoch: 6 })
  await renewProxy(store.pool, proxy('one'))
  const proxies = await readProxies(store.pool)
  expect(proxyRows(proxies, 'pets')).toEqual([{ id: 'one', expired: false, acknowledged: 6 }])
  expect(proxyRows(proxies, 'visits')).toMatchObject([{ acknowledged: 2 }])
  expect(proxyRows(proxies, 'invoices')).toMatchObject([{ acknowledged: 0 }])
})

test('An acknowledgement of a proxy that is gone does not bring it back', async () => {
  await renewProxy(store.pool, proxy('one'))
  await removeProxy(store.pool, 'one')
  await acknowledgeHold(store.pool, { id: 'one', slice: 'pets', epoch: 4 })
  expect(await readProxies(store.pool)).toEqual([])
})

test('A proxy is forgotten an hour after it was last heard of', async () => {
  await renewProxy(store.pool, proxy('old'))
  await pass('61 minutes')
  await renewProxy(store.pool, proxy('new'))
  await forgetProxies(store.pool)
  expect((await readProxies(store.pool)).map(({ id }) => id)).toEqual(['new'])
})

test('A stream’s last report is what is read of it, until it is forgotten', async () => {
  const stream = { slice: 'pets', direction: 'forward', lagMs: null, detail: {} } as const
  await reportStream(store.pool, { ...stream, state: 'copying' })
  await reportStream(store.pool, { ...stream, state: 'streaming', lagMs: 12.5 })
  await reportStream(store.pool, { ...stream, slice: 'visits', state: 'stopped' })
  expect(await readStreams(store.pool)).toMatchObject([
    { slice: 'pets', state: 'streaming', lagMs: 12.5 },
    { slice: 'visits', state: 'stopped' },
  ])
  await forgetStreams(store.pool, 'pets')
  expect(await readStreams(store.pool)).toHaveLength(1)
})
