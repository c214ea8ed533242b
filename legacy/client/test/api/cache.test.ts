import { expect, test } from 'vitest'
import { createCache } from '../../src/api/cache.ts'

const settled = () => new Promise((resolve) => setImmediate(resolve))

function setUp() {
  let now = 0
  return { cache: createCache(() => now), pass: (ms: number) => void (now += ms) }
}

test('two views of one thing ask once', async () => {
  const { cache } = setUp()
  let asked = 0
  const load = async () => ++asked
  cache.watch('/pets/1', load, () => {}, 1000)
  cache.watch('/pets/1', load, () => {}, 1000)
  expect(cache.entry('/pets/1').isLoading).toBe(true)
  await settled()
  expect(cache.entry('/pets/1')).toEqual({ value: 1, error: undefined, isLoading: false })
})

test('what is shown is loaded again when it is out of date, the rest is forgotten', async () => {
  const { cache } = setUp()
  let asked = 0
  cache.watch(
    '/pets?page=1',
    async () => ++asked,
    () => {},
    1000,
  )
  const leave = cache.watch(
    '/pets?page=2',
    async () => 'two',
    () => {},
    1000,
  )
  await settled()
  leave()
  cache.invalidate('/pets')
  await settled()
  expect(cache.entry('/pets?page=1').value).toBe(2)
  expect(cache.entry('/pets?page=2').value).toBeUndefined()
})

test('a value that could not be loaded again stays, with the reason', async () => {
  const { cache } = setUp()
  const answers = [async () => 'old', () => Promise.reject(new Error('down')), async () => 'new']
  cache.watch(
    '/pets',
    () => answers.shift()!(),
    () => {},
    1000,
  )
  await settled()
  cache.invalidate('/pets')
  await settled()
  expect(cache.entry('/pets')).toMatchObject({ value: 'old', error: { name: 'ApiError' } })
  cache.retryFailed()
  await settled()
  expect(cache.entry('/pets')).toMatchObject({ value: 'new', error: undefined })
})

test('an answer that was overtaken by a change is dropped', async () => {
  const { cache } = setUp()
  let answer: (value: string) => void = () => {}
  cache.watch(
    '/pets',
    async () => 'first',
    () => {},
    1000,
  )
  await settled()
  cache.watch(
    '/pets',
    () => new Promise<string>((resolve) => (answer = resolve)),
    () => {},
    -1,
  )
  cache.revise('/pets', (value: string) => `${value}, revised`)
  answer('from before the change')
  await settled()
  expect(cache.entry('/pets').value).toBe('first, revised')
})

test('only what is old and on the screen is refreshed', async () => {
  const { cache, pass } = setUp()
  let asked = 0
  cache.watch(
    '/pets',
    async () => ++asked,
    () => {},
    1000,
  )
  await settled()
  pass(10_000)
  cache.refresh(30_000)
  pass(30_000)
  cache.refresh(30_000)
  await settled()
  expect(asked).toBe(2)
})

test('after a clearing, nothing that was on its way comes back', async () => {
  const { cache } = setUp()
  cache.watch(
    '/me',
    async () => 'somebody else',
    () => {},
    1000,
  )
  cache.clear()
  await settled()
  expect(cache.entry('/me').value).toBeUndefined()
})
