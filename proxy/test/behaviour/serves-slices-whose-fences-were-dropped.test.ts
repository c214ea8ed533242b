import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { stateOf } from '../harness/admin.ts'
import { ask } from '../harness/client.ts'
import { createStand } from '../harness/stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

test('A write of a slice whose streams were dropped goes to the monolith, also without the control store', async () => {
  await using stand = await createStand(postgres)
  const proxy = await stand.start()
  for (const { url } of [stand.ways.legacy, stand.ways.patient]) {
    const client = new pg.Client(postgres.url(new URL(url).pathname.slice(1)))
    await client.connect()
    await client.query("delete from strangler.fence where slice = 'visits'")
    await client.end()
  }
  stand.ways.control.cut()
  await vi.waitUntil(async () => (await stateOf(proxy)).leaseMs <= 0, { timeout: 8000 })
  const written = await ask(proxy.url, { method: 'POST', path: '/api/visits' })
  expect(written.json.by).toBe('legacy')
})
