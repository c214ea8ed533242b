import { expect, test } from 'vitest'
import { observedScope } from '../../src/observe/index.ts'
import {
  movesTogether,
  type PlanInput,
  readPlan,
  sharedSink,
  table,
  whyPlanned,
} from '../../src/plan/index.ts'
import { planInput, problemsOf, sliceInput } from '../harness/plan.ts'

type PlannedInput = NonNullable<PlanInput['planned']>[string]

const visits: PlannedInput = {
  service: 'visit',
  why: 'nobody has written its service yet',
  routes: ['GET /api/visits', 'POST /api/visits'],
  tables: ['visits', 'rooms."Room"'],
}
const withPlanned = (planned: Record<string, PlannedInput>, more: Partial<PlanInput> = {}) =>
  planInput({ patients: sliceInput() }, { planned, ...more })
const read = (plan: PlanInput) => readPlan(plan, 'a plan')
const at = (plan: PlanInput) => problemsOf(plan).map(({ path }) => path)

test('A slice can be planned before its service is there, and is none of those that can move', () => {
  const plan = read(withPlanned({ visits }, { phases: [{ name: 'one', slices: ['visits'] }] }))
  expect([...plan.slices.keys()]).toEqual(['patients'])
  const planned = plan.planned.get('visits')!
  expect(planned).toMatchObject({
    service: 'visit',
    tables: [
      { schema: 'public', name: 'visits' },
      { schema: 'rooms', name: 'Room' },
    ],
  })
  expect(whyPlanned(planned)).toContain('"visits" cannot move yet: nobody has written its service')
})

test('All of its tables are observed, and of a slice that can move those that are fenced', () => {
  const patients = sliceInput({ tables: [table('pets'), sharedSink('audit')] })
  const { slices, planned } = read(
    planInput({ patients }, { planned: { audit: { ...visits, tables: ['audit'] } } }),
  )
  const tables = [slices.get('patients')!, planned.get('audit')!].map((slice) =>
    observedScope(slice, 'applier').tables.map(({ name }) => name),
  )
  expect(tables).toEqual([['pets'], ['audit']])
})

test.each<[string, PlanInput, string]>([
  [
    'is one that can move, too',
    withPlanned({ patients: { ...visits, routes: ['GET /api/cats'], tables: ['cats'] } }),
    'planned.patients',
  ],
  [
    'has a table of another slice',
    withPlanned({ visits: { ...visits, tables: ['pets'] } }),
    'planned.visits.tables[0]',
  ],
  [
    'has a table of another planned one',
    withPlanned({ visits, rooms: { ...visits, routes: ['GET /api/rooms'] } }),
    'planned.rooms.tables[0]',
  ],
  [
    'has a route of another slice',
    withPlanned({ visits: { ...visits, routes: ['GET /api/pets'] } }),
    'planned.visits.routes[0]',
  ],
  [
    'has no readable route',
    withPlanned({ visits: { ...visits, routes: ['visits'] } }),
    'planned.visits.routes[0]',
  ],
  [
    'writes a slice that is not there',
    withPlanned({ visits: { ...visits, routes: [{ route: 'POST /x', writes: ['bills'] }] } }),
    'planned.visits.routes[0].writes',
  ],
  [
    'is written by a request of one that can move',
    planInput(
      { patients: sliceInput({ routes: [{ route: 'POST /x', writes: ['visits'] }] }) },
      { planned: { visits } },
    ),
    'slices.patients.routes[0].writes',
  ],
  [
    'gives no reason for what becomes of a writer',
    withPlanned({ visits: { ...visits, writers: [{ role: 'job', is: 'refused' }] } }),
    'planned.visits.writers[0].because',
  ],
])('A plan is wrong whose planned slice %s', (_, plan, path) => {
  expect(at(plan)).toContain(path)
})

test('Slices move together when one request writes them, and so do those that such slices share', () => {
  const bound = (route: string, ...writes: string[]) => ({ ...visits, routes: [{ route, writes }] })
  const plan = read(
    withPlanned({
      visits: { ...bound('POST /visits/:id/end', 'records'), tables: ['visits'] },
      records: { ...bound('POST /records', 'stock'), tables: ['records'] },
      stock: { ...visits, routes: ['POST /stock'], tables: ['stock'] },
      bills: { ...bound('POST /bills', 'dunning'), tables: ['bills'] },
      dunning: { ...visits, routes: ['POST /dunning'], tables: ['dunning'] },
    }),
  )
  expect(movesTogether(plan)).toEqual([
    {
      slices: ['records', 'stock', 'visits'],
      because: [
        { route: 'POST /visits/:id/end', writes: ['visits', 'records'] },
        { route: 'POST /records', writes: ['records', 'stock'] },
      ],
    },
    {
      slices: ['bills', 'dunning'],
      because: [{ route: 'POST /bills', writes: ['bills', 'dunning'] }],
    },
  ])
  expect(movesTogether(read(withPlanned({ visits })))).toEqual([])
})
