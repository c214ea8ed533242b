import { expect, test } from 'vitest'
import { type Observation, uncovered, undeclared } from '../../contract/coverage.ts'
import { furtherRoutes, type RouteEntry, roles, routes } from '../../src/index.ts'

const table: readonly RouteEntry[] = [
  {
    method: 'GET',
    path: '/api/things',
    roles: ['admin', 'anonymous'],
    statuses: [200, 404, 403],
    body: 'json',
  },
]
const seen = (caller: Observation['caller'], status: number): Observation => ({
  route: 'GET /api/things',
  caller,
  status,
})
const all = [
  seen('admin', 200),
  seen('admin', 404),
  seen('anonymous', 200),
  seen('anonymous', 404),
  seen('veterinarian', 403),
  seen('receptionist', 403),
  seen('owner', 403),
  seen('admin', 304),
  seen('anonymous', 413),
  seen('admin', 415),
]

test('nothing is missing when every caller got every status, or was turned away', () => {
  expect(uncovered(table, all)).toEqual([])
})

test.each([
  [0, ['GET /api/things as admin answering 200']],
  [1, ['GET /api/things as admin answering 404']],
  [3, ['GET /api/things as anonymous answering 404']],
  [4, ['GET /api/things as veterinarian answering 403']],
  [7, ['GET /api/things answering 304']],
  [8, ['GET /api/things answering 413']],
  [9, ['GET /api/things answering 415']],
])('without observation %i what only it has shown is named', (index, expected) => {
  expect(uncovered(table, all.toSpliced(index, 1))).toEqual(expected)
})

test('a caller who was refused has not shown that they may', () => {
  const observations = [...all.toSpliced(0, 1), seen('admin', 403)]
  expect(uncovered(table, observations)).toEqual(['GET /api/things as admin answering 200'])
})

test('of the real table, everybody is missing at every route before the first case', () => {
  const missing = uncovered([...routes, ...furtherRoutes], [])
  const callers = [...roles, 'anonymous']
  for (const { method, path } of [...routes, ...furtherRoutes]) {
    const named = callers.filter((caller) =>
      missing.some((each) => each.startsWith(`${method} ${path} as ${caller} answering `)),
    )
    expect(named).toEqual(callers)
  }
})

test('a status that the route does not declare is found', () => {
  expect(undeclared(table, [...all, seen('admin', 418)])).toEqual([seen('admin', 418)])
})
