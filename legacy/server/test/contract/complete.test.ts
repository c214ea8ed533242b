import { expect, test } from 'vitest'
import type { Case } from '../../contract/case.ts'
import { complete } from '../../contract/complete.ts'
import type { RouteEntry } from '../../src/index.ts'

const table: readonly RouteEntry[] = [
  {
    method: 'GET',
    path: '/api/things',
    roles: ['admin', 'owner', 'anonymous'],
    statuses: [200, 404],
    body: 'none',
  },
]
const ask = (more: Partial<Case>): Case => ({
  name: 'one',
  route: 'GET /api/things',
  as: 'admin',
  expect: 404,
  ...more,
})
const completed = (...cases: Case[]) =>
  complete(cases, table).map(({ as, expect: status, name }) => `${as} ${String(status)} ${name}`)

test('what one caller is refused is asked by all others who may, right after', () => {
  expect(completed(ask({}), ask({ name: 'two' }))).toEqual([
    'admin 404 one',
    'owner 404 one (owner as well)',
    'anonymous 404 one (anonymous as well)',
    'admin 404 two',
  ])
})

test('a caller who has a case of their own is left out', () => {
  expect(completed(ask({}), ask({ as: 'owner', name: 'mine' }))).toEqual([
    'admin 404 one',
    'anonymous 404 one (anonymous as well)',
    'owner 404 mine',
  ])
})

test.each([
  ['is so for its caller alone', { isPersonal: true }],
  ['is sent by another method', { method: 'HEAD' }],
  ['is no status of the route', { expect: 409 }],
  ['is about no route of the table', { route: 'GET /api/nothing' }],
] as const)('what %s is left as it is', (_, more) => {
  expect(complete([ask(more)], table)).toEqual([ask(more)])
})

test('what is shown is asked for again with its tag, the first time', () => {
  const [, again, unchanged, last] = complete([ask({ expect: 200 }), ask({ expect: 200 })], table)
  expect(again).toMatchObject({ expect: 200, learn: { 'etag 1': '@etag' } })
  expect(unchanged).toMatchObject({ expect: 304, headers: { 'if-none-match': '{etag 1}' } })
  expect(last).toEqual(ask({ expect: 200 }))
})
