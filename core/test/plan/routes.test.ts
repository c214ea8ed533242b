import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRouteTable, effectOf, parseRoute } from '../../src/plan/index.ts'

const rules = { caseSensitive: false, trailingSlashMatters: false }

function find(routes: string[], method: string, path: string, given = rules): string | undefined {
  const entries = routes.map((text) => ({ ...parseRoute(text)!, text }))
  return createRouteTable(entries, given)(method, path)?.text
}

describe('A request', () => {
  const routes = [
    'GET /api/pets/:id',
    'GET /api/pets/search',
    'POST /api/pets',
    'GET /api/*',
    '* /any/:x',
    'GET /api/pets/:id/visits',
  ]

  test.for([
    ['GET', '/api/pets/7', 'GET /api/pets/:id'],
    ['GET', '/api/pets/search', 'GET /api/pets/search'],
    ['GET', '/API/Pets/Search', 'GET /api/pets/search'],
    ['GET', '/api/pets/search/', 'GET /api/pets/search'],
    ['HEAD', '/api/pets/7', 'GET /api/pets/:id'],
    ['GET', '/api/pets/7/visits', 'GET /api/pets/:id/visits'],
    ['GET', '/api/visits/9/bill', 'GET /api/*'],
    ['DELETE', '/any/thing', '* /any/:x'],
    ['POST', '/api/pets', 'POST /api/pets'],
  ])('%s %s goes by %s', ([method, path, route]) => {
    expect(find(routes, method!, path!)).toBe(route)
  })

  test.for([
    ['PUT', '/api/pets/7'],
    ['GET', '/apix/pets'],
    ['GET', '/any'],
    ['DELETE', '/any/'],
    ['DELETE', '/any/a/b'],
    ['GET', '//api/pets/7'],
  ])('%s %s goes by none', ([method, path]) => {
    expect(find(routes, method!, path!)).toBeUndefined()
  })

  test('is told apart by case and by its last slash where the monolith does so', () => {
    const strict = { caseSensitive: true, trailingSlashMatters: true }
    expect(find(['GET /Pets'], 'GET', '/pets', strict)).toBeUndefined()
    expect(find(['GET /Pets'], 'GET', '/Pets/', strict)).toBeUndefined()
    expect(find(['GET /Pets'], 'GET', '/Pets', strict)).toBe('GET /Pets')
  })
})

test('A more particular route wins in whatever order the plan has them', () => {
  const routes = ['GET /a/:x/c', 'GET /a/b/*', 'GET /a/b/c', 'GET /*', 'GET /a/:x/:y']
  const order = fc.shuffledSubarray(routes, { minLength: routes.length })
  fc.assert(
    fc.property(order, (routes) => {
      expect(find(routes, 'GET', '/a/b/c')).toBe('GET /a/b/c')
      expect(find(routes, 'GET', '/a/b/d')).toBe('GET /a/b/*')
      expect(find(routes, 'GET', '/a/x/c')).toBe('GET /a/:x/c')
      expect(find(routes, 'GET', '/a/x/d')).toBe('GET /a/:x/:y')
      expect(find(routes, 'GET', '/b')).toBe('GET /*')
    }),
  )
})

test('A route reads or writes as its method says', () => {
  expect(['GET', 'HEAD', 'OPTIONS'].map(effectOf)).toEqual(['reads', 'reads', 'reads'])
  expect(['POST', 'PUT', 'PATCH', 'DELETE', '*'].map(effectOf)).toEqual(
    Array.from({ length: 5 }, () => 'writes'),
  )
})

test('A text that is no route is not read as one', () => {
  for (const text of ['GET', '/pets', 'get /pets', 'GET pets', 'GET /a/*/b', 'GET  /pets', '']) {
    expect(parseRoute(text)).toBeUndefined()
  }
})
