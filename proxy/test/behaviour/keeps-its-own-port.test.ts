import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask } from '../harness/client.ts'
import { adminToken, type Front, startFront } from '../harness/front.ts'

let front: Front
let admin: string

beforeAll(async () => {
  front = await startFront()
  admin = front.proxy.adminUrl
})
afterAll(() => front[Symbol.asyncDispose]())

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

test('both ports listen on loopback unless it is said otherwise', () => {
  expect(new URL(front.url).hostname).toBe('127.0.0.1')
  expect(new URL(admin).hostname).toBe('127.0.0.1')
})

test.each([
  ['no token', {}],
  ['another token', bearer('another token of that length')],
  ['the beginning of the token', bearer(adminToken.slice(0, -1))],
  ['the token and more', bearer(`${adminToken}x`)],
  ['an empty token', bearer('')],
  ['the token without a scheme', { authorization: adminToken }],
])('with %s the state is not shown, and nothing is changed', async (_, headers) => {
  for (const [method, path] of [
    ['GET', '/admin/state'],
    ['POST', '/admin/refresh'],
  ] as const) {
    const answer = await ask(admin, { method, path, headers })
    expect(answer.status).toBe(401)
    expect(answer.text).not.toContain('slices')
    expect(answer.text).not.toContain(adminToken)
  }
})

test('with the token the state is shown, slice by slice', async () => {
  const answer = await ask(admin, { path: '/admin/state', headers: bearer(adminToken) })
  expect(answer.status).toBe(200)
  expect(Object.keys(answer.json.slices)).toEqual(['patients', 'visits'])
  expect(answer.json.slices.patients).toMatchObject({
    view: { owner: 'legacy' },
    share: 0,
    held: 0,
  })
})

test('health and metrics need no token', async () => {
  expect((await ask(admin, { path: '/healthz' })).json).toEqual({ status: 'ok' })
  const metrics = await ask(admin, { path: '/metrics' })
  expect(metrics.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
})

test('a proxy that has never read the control store is alive and not ready, and says why', async () => {
  const answer = await ask(admin, { path: '/readyz' })
  expect(answer.status).toBe(503)
  expect(answer.json).toMatchObject({
    ready: false,
    reasons: [expect.stringContaining('control store')],
  })
})

test('metrics say which side answered, with which status, and what the proxy answered itself', async () => {
  await ask(front.url, { path: '/rooms' })
  await ask(front.url, { method: 'OPTIONS', path: '*' })
  const text = (await ask(admin, { path: '/metrics' })).text.replaceAll(/^[^s].*$/gm, '')
  expect(text).toContain(
    'strangler_requests_total{slice="",side="legacy",effect="reads",status="200"} 1',
  )
  expect(text).toContain(
    'strangler_requests_total{slice="",side="proxy",effect="reads",status="400"} 1',
  )
  expect(text).toContain('strangler_refused_total{slice="",code="BAD_TARGET"} 1')
})

test('the admin interface is not to be had on the port for clients', async () => {
  for (const path of ['/admin/state', '/metrics', '/healthz']) {
    const answer = await ask(front.url, { path, headers: bearer(adminToken) })
    expect(answer.json).toMatchObject({ by: 'legacy', url: path })
  }
})

test('an unknown path of the admin port says what there is', async () => {
  const answer = await ask(admin, { path: '/nothing' })
  expect(answer.status).toBe(404)
  expect(answer.json.error).toContain('/healthz')
})
