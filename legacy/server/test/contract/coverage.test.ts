import { expect, test } from 'vitest'
import { type Observation, uncovered, undeclared } from '../../contract/coverage.ts'
import { type RouteEntry, roles, routes } from '../../src/index.ts'

const table: readonly RouteEntry[] = [
  { method: 'GET', path: '/api/things', roles: ['admin', 'anonymous'], statuses: [200, 404, 403] },
]
const seen = (caller: Observation['caller'], status: number): Observation => ({
  route: 'GET /api/things',
  caller,
  status,
})
const all = [
  seen('admin', 200),
  seen('anonymous', 200),
  seen('veterinarian', 403),
  seen('receptionist', 403),
  seen('owner', 403),
  seen('admin', 404),
]

test('nothing is missing when every caller and every status was seen', () => {
  expect(uncovered(table, all)).toEqual([])
})

test.each([
  [0, ['GET /api/things as admin']],
  [1, ['GET /api/things as anonymous']],
  [2, ['GET /api/things as veterinarian']],
  [5, ['GET /api/things answering 404']],
])('without observation %i its tuple is named', (index, expected) => {
  expect(uncovered(table, all.toSpliced(index, 1))).toEqual(expected)
})

test('a caller who was refused has not shown that they may', () => {
  const observations = [...all.toSpliced(0, 1), seen('admin', 403)]
  expect(uncovered(table, observations)).toEqual(['GET /api/things as admin'])
})

test('of the real table, everything is missing before the first case', () => {
  const callers = roles.length + 1
  const expected = routes.reduce((sum, { statuses }) => sum + callers + statuses.length, 0)
  expect(uncovered(routes, [])).toHaveLength(expected)
})

test('a status that the route does not declare is found', () => {
  expect(undeclared(table, [...all, seen('admin', 418)])).toEqual([seen('admin', 418)])
})
