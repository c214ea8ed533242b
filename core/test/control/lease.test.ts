import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  createTestControlStore,
  startPostgres,
  type TestControlStore,
  type TestPostgres,
} from '../../../local/src/testing/index.ts'
import { holdLease, readLease, releaseLease } from '../../src/control/index.ts'

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
beforeEach(() => store.pool.query('truncate lease'))

const pass = (ms: number) =>
  store.pool.query(`update lease set renewed_at = renewed_at - interval '${ms} ms'`)

test('The coordinator’s lease is held by who asks first, and by nobody else while it runs', async () => {
  expect(await holdLease(store.pool, 'one')).toEqual({ held: true, predecessor: undefined })
  expect(await holdLease(store.pool, 'two')).toEqual({ held: false, holder: 'one' })
  expect(await readLease(store.pool)).toEqual({ holder: 'one', live: true })
})

test('A lease is held by one only of many that ask at once', async () => {
  const names = Array.from({ length: 8 }, (_, at) => String(at))
  const asked = await Promise.all(names.map((name) => holdLease(store.pool, name)))
  expect(asked.filter(({ held }) => held)).toHaveLength(1)
})

test('A lease that is renewed runs on', async () => {
  await holdLease(store.pool, 'one')
  await pass(2500)
  expect(await holdLease(store.pool, 'one')).toEqual({ held: true, predecessor: undefined })
  await pass(2500)
  expect(await holdLease(store.pool, 'two')).toEqual({ held: false, holder: 'one' })
})

test('A lease that ran out is taken over, and its successor learns whose sessions to end', async () => {
  await holdLease(store.pool, 'one')
  await pass(3100)
  expect(await readLease(store.pool)).toEqual({ holder: 'one', live: false })
  expect(await holdLease(store.pool, 'two')).toEqual({ held: true, predecessor: 'one' })
  expect(await holdLease(store.pool, 'one')).toEqual({ held: false, holder: 'two' })
})

test('A lease that is given back is free at once, and only its holder can give it back', async () => {
  await holdLease(store.pool, 'one')
  await releaseLease(store.pool, 'two')
  expect(await holdLease(store.pool, 'two')).toEqual({ held: false, holder: 'one' })
  await releaseLease(store.pool, 'one')
  expect(await holdLease(store.pool, 'two')).toEqual({ held: true, predecessor: undefined })
})
