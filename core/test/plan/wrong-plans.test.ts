import { describe, expect, test } from 'vitest'
import {
  cast,
  type ColumnMapping,
  enumerated,
  env,
  readPlan,
  rename,
  sharedSink,
  split,
  table,
} from '../../src/plan/index.ts'
import { planInput, problemsOf, sliceInput } from '../harness/plan.ts'

const at = (plan: unknown) => problemsOf(plan).map(({ path }) => path)

test('A plan in which nothing is wrong is taken, with its defaults filled in', () => {
  const plan = readPlan(planInput({ patients: sliceInput() }), 'migration.plan.ts')
  expect(plan.slices.get('patients')).toMatchObject({
    service: 'patient',
    gates: { lagMs: 2000, certificateAgeMinutes: 30 },
    routes: [{ method: 'GET', segments: ['api', 'pets'], effect: 'reads', writes: [] }],
    tables: [{ legacy: { schema: 'public', name: 'pets' }, sharedSink: false }],
  })
  expect(plan.legacy.requestTimeoutMs).toBe(30_000)
})

test('Everything that is wrong is said at once: where, what, and what would be right', () => {
  const wrong = planInput(
    {
      patients: sliceInput({ service: 'patent', routes: ['get /api/pets', 'GET /api/visits'] }),
      visits: sliceInput({ routes: ['GET /api/visits'], tables: [table('pets')] }),
    },
    { phases: [{ name: 'first', slices: ['patients', 'bills'] }] },
  )
  const problems = problemsOf(wrong)
  expect(problems.map(({ path }) => path).toSorted()).toEqual([
    'phases[0].slices',
    'slices.patients.routes[0]',
    'slices.patients.service',
    'slices.visits.routes[0]',
    'slices.visits.tables[0]',
  ])
  expect(problems.every(({ example }) => example.length > 10)).toBe(true)
  const service = problems.find(({ path }) => path === 'slices.patients.service')
  expect(service?.message).toBe('there is no service "patent"; known: patient')
  expect(() => readPlan(wrong, 'my.plan.ts')).toThrow(
    /my\.plan\.ts.*slices\.visits\.routes\[0\]: GET \/api\/visits.*for example: /s,
  )
})

test('What has not the shape of a plan is named by its path', () => {
  const { legacy, ...rest } = planInput({ patients: sliceInput() })
  expect(at({ ...rest })).toContain('legacy')
  expect(at(undefined)).toEqual([''])
  expect(at({ ...rest, legacy: { ...legacy, url: 'not a url' } })).toEqual(['legacy.url'])
  expect(at(planInput({ 'No Name': sliceInput() }))[0]).toMatch(/^slices/)
  expect(at(planInput({ patients: sliceInput({ routes: [] }) }))).toEqual([
    'slices.patients.routes',
  ])
  expect(at(planInput({ patients: { ...sliceInput(), speed: 'fast' } as never }))).toEqual([
    'slices.patients',
  ])
  expect(at(planInput({ patients: sliceInput({ gates: { lagMs: -1 } }) }))).toEqual([
    'slices.patients.gates.lagMs',
  ])
})

test('A connection string may not stand in the file itself', () => {
  const database = { coordinator: 'postgres://me:secret@db/x', applier: env('A'), reader: env('B') }
  const plan = planInput({ patients: sliceInput() })
  expect(at({ ...plan, legacy: { ...plan.legacy, database } })).toEqual([
    'legacy.database.coordinator',
  ])
})

describe('One route in two slices is refused', () => {
  const both = (one: string, two: string) =>
    at(
      planInput({
        patients: sliceInput({ routes: [one] }),
        visits: sliceInput({ routes: [two], tables: [table('visits')] }),
      }),
    )

  test.for([
    ['GET /api/pets', 'GET /api/pets'],
    ['GET /api/pets', 'GET /API/Pets'],
    ['GET /api/pets/:id', 'GET /api/pets/:pet'],
    ['* /api/pets', 'GET /api/pets'],
    ['GET /api/pets/', 'GET /api/pets'],
    ['GET /api/:kind/new', 'GET /api/:thing/new'],
    ['GET /api/*', 'GET /api/*'],
  ])('%s and %s', ([one, two]) => {
    expect(both(one!, two!)).toEqual(['slices.visits.routes[0]'])
  })

  test.for([
    ['GET /api/pets', 'POST /api/pets'],
    ['GET /api/pets/:id', 'GET /api/pets/search'],
    ['GET /api/pets', 'GET /api/pets/:id'],
    ['GET /api/pets/*', 'GET /api/pets/:id'],
  ])('but not %s and %s: one is more particular, or they differ', ([one, two]) => {
    expect(both(one!, two!)).toEqual([])
  })
})

describe('A table', () => {
  test('in two slices is refused, whatever its name is written like', () => {
    const plan = planInput({
      patients: sliceInput({ tables: [table('pets', { to: 'animals' })] }),
      visits: sliceInput({ routes: ['GET /v'], tables: [table('public."pets"', { to: 'other' })] }),
    })
    expect(problemsOf(plan)).toMatchObject([
      { path: 'slices.visits.tables[0]', message: expect.stringContaining('public.pets (legacy)') },
    ])
  })

  test('of a service that takes two of the monolith’s is refused', () => {
    const tables = [table('pets', { to: 'animals' }), table('cats', { to: 'animals' })]
    expect(at(planInput({ patients: sliceInput({ tables }) }))).toEqual([
      'slices.patients.tables[1]',
    ])
  })

  test('that two slices share as a sink is taken, but is not enough for a slice', () => {
    const sink = sharedSink('audit_log')
    const shared = planInput({
      patients: sliceInput({ tables: [table('pets'), sink] }),
      visits: sliceInput({ routes: ['GET /v'], tables: [table('visits'), sink] }),
    })
    expect(at(shared)).toEqual([])
    expect(at(planInput({ patients: sliceInput({ tables: [sink] }) }))).toEqual([
      'slices.patients.tables',
    ])
  })

  test('whose name cannot be read is refused', () => {
    const tables = [table('pets; drop table pets')]
    expect(at(planInput({ patients: sliceInput({ tables }) }))).toContain(
      'slices.patients.tables[0]',
    )
  })
})

describe('Columns', () => {
  const columns = (...columns: ColumnMapping[]) =>
    problemsOf(planInput({ patients: sliceInput({ tables: [table('pets', { columns })] }) }))

  test('that are mapped twice are refused, on either side', () => {
    expect(columns(rename('name', 'title'), cast('name', 'label'))).toMatchObject([
      { path: 'slices.patients.tables[0].columns[1]', message: expect.stringContaining('"name"') },
    ])
    expect(columns(rename('a', 'x'), split('b', ['x', 'y'], ' '))).toMatchObject([
      {
        path: 'slices.patients.tables[0].columns[1]',
        message: 'the service column "x" is mapped twice',
      },
    ])
  })

  test('of an enumeration without a way back are refused', () => {
    const sexes = enumerated('sex', 'sex', { M: 'male', m: 'male', F: 'female' })
    expect(columns(sexes)).toMatchObject([
      { path: 'slices.patients.tables[0].columns[0].values', message: /no way back/ },
    ])
  })
})

test('A route that writes other slices names slices that are there', () => {
  const routes = [{ route: 'POST /api/merge', writes: ['visits'] }]
  expect(at(planInput({ patients: sliceInput({ routes }) }))).toEqual([
    'slices.patients.routes[0].writes',
  ])
})
