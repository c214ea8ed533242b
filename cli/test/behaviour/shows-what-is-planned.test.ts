import { addSlices } from '@strangler/core'
import {
  createTestControlStore,
  startPostgres,
  type TestControlStore,
  type TestDatabase,
} from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Place, run } from '../harness/command.ts'
import { createFolder, planText } from '../harness/plan.ts'

const opened = new AsyncDisposableStack()
let legacy: TestDatabase
let control: TestControlStore
let place: Place

const planned = `planned: {
    visits: {
      service: 'visit',
      why: 'nobody has written its service',
      routes: ['GET /api/visits', { route: 'POST /api/visits', writes: ['bills'] }],
      tables: ['visits'],
    },
    bills: {
      service: 'bill',
      why: 'it waits for visits',
      routes: ['GET /api/bills'],
      tables: ['bills'],
      writers: [{ application: 'desk', is: 'routes' }],
    },
  },
  phases: [{ name: 'later', slices: ['visits', 'bills'] },`

beforeAll(async () => {
  const postgres = opened.use(await startPostgres())
  legacy = opened.use(
    await postgres.createDatabase(`
      create table pets (id int primary key, name text);
      create table visits (id int primary key, pet int references pets);
      create table bills (id int primary key, visit int references visits)`),
  )
  control = opened.use(await createTestControlStore(postgres))
  await addSlices(control.pool, ['patients'])
  const folder = opened.use(createFolder())
  folder.write('migration.plan.ts', planText.replace('phases: [', `${planned} `))
  const env = {
    LEGACY_COORDINATOR_URL: legacy.url('coordinator'),
    LEGACY_APPLIER_URL: legacy.url('applier'),
    CONTROL_URL: control.url,
  }
  place = { cwd: folder.path, env }
})
afterAll(() => opened.disposeAsync())

const strangler = (...args: string[]) => run(args, place)

test('the plan tells which slices cannot move yet and why, which move together, and which keys cross', async () => {
  const [text, json] = await Promise.all([strangler('plan'), strangler('plan', '--json')])
  for (const line of [
    'visits -> service visit, not yet: nobody has written its service',
    'These have to move together, for one request writes several of them: bills, visits',
    '  - POST /api/visits writes visits, bills',
    'public.visits (pet) in visits -> public.pets in patients',
    'public.bills (visit) in bills -> public.visits in visits',
  ]) {
    expect(text.stdout).toContain(line)
  }
  expect(json.json).toMatchObject({
    slices: [{ name: 'patients' }],
    planned: [{ name: 'visits', why: 'nobody has written its service' }, { name: 'bills' }],
    together: [{ slices: ['bills', 'visits'] }],
    writers: [{ slice: 'patients' }, { slice: 'visits' }, { slice: 'bills' }],
  })
})

test('the status shows them with the monolith, and why they stay there', async () => {
  const [text, json] = await Promise.all([strangler('status'), strangler('status', '--json')])
  expect(text.stdout).toMatch(/^visits +legacy .* not yet: nobody has written its service$/m)
  expect(json.json.planned).toEqual([
    { slice: 'visits', service: 'visit', why: 'nobody has written its service' },
    { slice: 'bills', service: 'bill', why: 'it waits for visits' },
  ])
})

test.each([
  ['sync', 'start', 'bills'],
  ['sync', 'start', 'bills', '--dry-run'],
  ['switch', 'bills', '--to', 'extracted'],
  ['switch', 'patients', 'bills', '--to', 'extracted'],
  ['shift', 'bills', '--reads', '10'],
  ['verify', 'bills'],
])('%s %s %s %s is refused with the reason', async (...args) => {
  const { code, stderr } = await strangler(...args)
  expect(code).toBe(3)
  expect(stderr).toContain(
    'Slice "bills" cannot move yet: it waits for visits. It is only planned, and stays with the monolith. When service "bill" takes it, declare it under slices, in place of planned.',
  )
})

test('who writes its tables can be observed already', async () => {
  expect((await strangler('observe', 'start', 'bills')).code).toBe(0)
  const session = await legacy.connect('app', '-c application_name=desk')
  await session.query('insert into bills values (1)')
  const { json } = await strangler('observe', 'status', 'bills', '--json')
  expect(json).toMatchObject({
    state: 'on',
    writers: [{ application: 'desk', declared: { is: 'routes' } }],
    reasons: [],
  })
})
