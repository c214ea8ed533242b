import { type TestPostgres, startPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { RunningProxy } from '../../src/proxy.ts'
import { ask } from '../harness/client.ts'
import { testPlan } from '../harness/plan.ts'
import { createStand, type Stand } from '../harness/stand.ts'

let postgres: TestPostgres
let stand: Stand
let proxy: RunningProxy

// The service owns the slice, so that whoever answers tells whether a route was matched.
beforeAll(async () => {
  postgres = await startPostgres()
  stand = await createStand(postgres)
  await stand.switchTo('patients', 'extracted')
  proxy = await stand.start()
})
afterAll(async () => {
  await stand[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})
beforeEach(() => {
  stand.legacy.received.length = 0
  stand.patient.received.length = 0
})

/** For somebody else each time: nobody has written anything that has to arrive first. */
async function answeredBy(method: string, path: string): Promise<string> {
  const before = stand.patient.received.length + stand.legacy.received.length
  const { status } = await ask(proxy.url, {
    method,
    path,
    headers: { 'x-user': `${method} ${path}` },
  })
  expect(status).toBe(200)
  expect(stand.patient.received.length + stand.legacy.received.length).toBe(before + 1)
  return stand.patient.received.length > 0 ? 'patient' : 'legacy'
}

test.each([
  ['GET', '/api/pets'],
  ['HEAD', '/api/pets'],
  ['POST', '/api/pets'],
  ['GET', '/api/pets?owner=7'],
  ['GET', '/api/pets/'],
  ['GET', '/API/Pets'],
  ['GET', '/api/pets/7'],
  ['GET', '/api/pets/a%2Fb'],
  ['GET', '/api/pets/%2e%2e'],
  ['PATCH', '/api/pets/7'],
  ['POST', '/api/pets/search'],
])('%s %s is a route of the slice', async (method, path) => {
  expect(await answeredBy(method, path)).toBe('patient')
})

test.each([
  ['GET', '/'],
  ['GET', '/api/petsx'],
  ['GET', '/api/pet'],
  ['GET', '/api/pets/7/8'],
  ['GET', '/api/pets//'],
  ['GET', '//api/pets'],
  ['GET', '/api//pets'],
  ['GET', '/api%2Fpets'],
  ['GET', '/x?/api/pets'],
  ['DELETE', '/api/pets/7'],
  ['OPTIONS', '/api/pets'],
  ['PUT', '/api/pets'],
])('%s %s is none, and goes to the monolith', async (method, path) => {
  expect(await answeredBy(method, path)).toBe('legacy')
})

test.each(['x-http-method-override', 'x-http-method', 'x-method-override'])(
  'the header %s does not make another method of a request',
  async (name) => {
    await ask(proxy.url, {
      method: 'DELETE',
      path: '/api/pets',
      headers: { 'x-user': name, [name]: 'GET' },
    })
    expect(stand.patient.received).toEqual([])
    expect(stand.legacy.received).toMatchObject([{ method: 'DELETE' }])
  },
)

test('a plan can say that case and a slash at the end matter', async () => {
  const paths = { caseSensitive: true, trailingSlashMatters: true }
  await using strict = await createStand(postgres, testPlan({ paths }))
  await strict.switchTo('patients', 'extracted')
  const { url } = await strict.start()
  const by = async (path: string) => (await ask(url, { path })).json.by
  expect(await by('/api/pets')).toBe('patient')
  expect(await by('/api/Pets')).toBe('legacy')
  expect(await by('/api/pets/')).toBe('legacy')
})
