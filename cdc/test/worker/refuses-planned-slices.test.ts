import { whyPlanned } from '@strangler/core'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { library } from '../library.ts'
import { createStand } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

test('a slice that has become planned again is neither synced nor switched, and the worker says why', async () => {
  await using stand = await createStand(postgres, {
    ...library,
    // The slice that the test asks about; the control store may know it from an earlier plan.
    plan({ slices, ...plan }) {
      const [[name, { routes }]] = Object.entries(slices) as [[string, (typeof slices)[string]]]
      const planned = {
        [name]: { service: 'service', why: 'it is written anew', routes, tables: ['books'] },
      }
      return { ...plan, slices: {}, planned }
    },
  })
  stand.startWorker()
  for (const kind of ['sync-start', 'switch'] as const) {
    const { state, result } = await stand.request(kind, { to: 'extracted' })
    expect(state).toBe('refused')
    expect(result!['reasons']).toEqual([whyPlanned(stand.plan.planned.get(stand.slice)!)])
  }
})
