import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  createTestControlStore,
  startPostgres,
  type TestControlStore,
  type TestPostgres,
} from '../../../local/src/testing/index.ts'
import {
  ask,
  askToAbort,
  finish,
  openRequests,
  readRequest,
  setProgress,
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
beforeEach(() => store.pool.query('truncate request'))

const wanted = {
  kind: 'switch',
  slices: ['pets'],
  arguments: { to: 'extracted' },
  requestedBy: 'ann',
} as const

test('Asking again for what is not finished attaches to it', async () => {
  const first = await ask(store.pool, wanted)
  expect(first).toMatchObject({ ...wanted, state: 'waiting', abort: false, result: null })
  expect((await ask(store.pool, { ...wanted, requestedBy: 'bob' })).id).toBe(first.id)
  await setProgress(store.pool, first.id, { step: 'hold' })
  expect(await ask(store.pool, wanted)).toMatchObject({
    id: first.id,
    state: 'running',
    progress: { step: 'hold' },
  })
})

test('Asking for something else, for other slices or with other arguments, is a new request', async () => {
  const { id } = await ask(store.pool, wanted)
  const others = [
    { ...wanted, kind: 'verify' as const },
    { ...wanted, slices: ['pets', 'visits'] },
    { ...wanted, arguments: { to: 'legacy' } },
  ]
  const ids = await Promise.all(others.map(async (other) => (await ask(store.pool, other)).id))
  expect(new Set([id, ...ids]).size).toBe(4)
})

test('Asking at once from two terminals makes one request', async () => {
  const times = Array.from({ length: 6 })
  await Promise.all(times.map(() => store.pool.query('select pg_sleep(0.05)'))) // Six connections.
  const asked = await Promise.all(times.map(() => ask(store.pool, wanted)))
  expect(new Set(asked.map(({ id }) => id)).size).toBe(1)
})

test('A finished request keeps its first result, and asking again begins anew', async () => {
  const { id } = await ask(store.pool, wanted)
  await finish(store.pool, id, 'refused', { message: 'not now', reasons: ['no certificate'] })
  await finish(store.pool, id, 'done', { message: 'a late one' })
  expect(await readRequest(store.pool, id)).toMatchObject({
    state: 'refused',
    result: { message: 'not now', reasons: ['no certificate'] },
  })
  expect(await openRequests(store.pool)).toEqual([])
  expect((await ask(store.pool, wanted)).id).not.toBe(id)
})

test('A report of progress that comes after the end does not reopen a request', async () => {
  const { id } = await ask(store.pool, wanted)
  await finish(store.pool, id, 'done', { message: 'it is' })
  await setProgress(store.pool, id, { step: 'late' })
  expect((await readRequest(store.pool, id))?.state).toBe('done')
})

test('An abort reaches every open request of the slice, and no other', async () => {
  const pets = await ask(store.pool, wanted)
  const both = await ask(store.pool, { ...wanted, slices: ['pets', 'visits'] })
  const visits = await ask(store.pool, { ...wanted, slices: ['visits'] })
  const over = await ask(store.pool, { ...wanted, kind: 'verify' })
  await finish(store.pool, over.id, 'done', { message: 'clean' })
  expect(await askToAbort(store.pool, 'pets')).toBe(2)
  const aborted = (await openRequests(store.pool)).filter(({ abort }) => abort)
  expect(aborted.map(({ id }) => id)).toEqual([pets.id, both.id])
  expect((await readRequest(store.pool, visits.id))?.abort).toBe(false)
  expect((await readRequest(store.pool, over.id))?.abort).toBe(false)
})
