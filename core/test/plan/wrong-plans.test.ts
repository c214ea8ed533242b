import { describe, expect, test } from 'vitest'
import {
  cast,
  type ColumnMapping,
  enumerated,
  env,
  type OutboxInput,
  type PlanInput,
  readPlan,
  rename,
  sharedSink,
  split,
  table,
} from '../../src/plan/index.ts'
import { databaseInput, planInput, problemsOf, sliceInput } from '../harness/plan.ts'

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

describe('Events', () => {
  const outbox = { subscriber: env('PATIENT_SUBSCRIBER_URL') }
  const database = databaseInput('PATIENT')
  const url = env('PATIENT_URL')
  const mails = { of: 'patient', at: 'patient', role: 'patient' }
  const events = (
    consumers: NonNullable<PlanInput['consumers']>,
    its: OutboxInput | undefined = outbox,
    service = 'patient',
  ) =>
    planInput(
      { patients: sliceInput({ service }) },
      { services: { [service]: { url, database, ...(its && { outbox: its }) } }, consumers },
    )

  test('of an outbox are declared by its table, and the rest has defaults', () => {
    const plan = readPlan(events({ mails }), 'migration.plan.ts')
    expect(plan.outboxes.get('patient')).toMatchObject({
      table: { schema: 'public', name: 'outbox' },
      columns: { id: 'id', aggregateType: 'aggregatetype', aggregateId: 'aggregateid' },
      partitions: 3,
      keepDays: 30,
    })
    expect(plan.consumers.get('mails')).toMatchObject({
      name: 'mails',
      retry: { attempts: 5, firstMs: 1000, longestMs: 60_000, timeoutMs: 30_000 },
      rememberDays: 60,
    })
  })

  test('of a service that is not there, has no outbox, or remembers nowhere, have no consumer', () => {
    const wrong = problemsOf(events({ mails: { ...mails, of: 'patent', at: 'mailer' } }))
    expect(wrong).toMatchObject([
      { path: 'consumers.mails.of', message: 'there is no service "patent"; known: patient' },
      { path: 'consumers.mails.at', message: expect.stringContaining('"mailer"') },
    ])
    expect(wrong[0]!.example).toContain('consumers: {')
    const { services: _services, ...rest } = events({ mails })
    const none = { ...rest, services: { patient: { url, database } } }
    expect(problemsOf(none)).toMatchObject([
      { path: 'consumers.mails.of', message: 'the service "patient" has no outbox' },
    ])
  })

  test.for<[string, NonNullable<PlanInput['consumers']>, OutboxInput, string]>([
    ['a slice of the name of a consumer', { patients: mails }, outbox, 'consumers.patients'],
    [
      'a memory that is shorter than the topic’s',
      { mails: { ...mails, rememberDays: 7 } },
      outbox,
      'consumers.mails.rememberDays',
    ],
    [
      'a longest pause below the first',
      { mails: { ...mails, retry: { longestMs: 1 } } },
      outbox,
      'consumers.mails.retry',
    ],
    ['nobody to read as', { mails }, {}, 'services.patient.outbox.subscriber'],
    ['a table of a slice', {}, { table: 'pets' }, 'services.patient.outbox.table'],
    ['a name that needs quotes', {}, { table: '"Out"' }, 'services.patient.outbox.table'],
    [
      'one column for two things',
      {},
      { columns: { type: 'id' } },
      'services.patient.outbox.columns',
    ],
  ])('are refused with %s', ([, consumers, its, path]) => {
    const problems = problemsOf(events(consumers, its))
    expect(problems.map((problem) => problem.path)).toEqual([path])
    expect(problems[0]!.example).toMatch(/outbox: \{|consumers: \{/)
  })

  test('of a service whose name no slot can have are refused', () => {
    const plan = events({}, outbox, 'Patient-Service')
    expect(at(plan)).toEqual(['services.Patient-Service.outbox'])
  })
})

test('A route that writes other slices names slices that are there', () => {
  const routes = [{ route: 'POST /api/merge', writes: ['visits'] }]
  expect(at(planInput({ patients: sliceInput({ routes }) }))).toEqual([
    'slices.patients.routes[0].writes',
  ])
})

test('A certificate for Kafka needs its key, and a key its certificate', () => {
  const plan = (tls: object) =>
    planInput(
      { patients: sliceInput() },
      { streams: { kafka: { brokers: 'a:1', connect: 'http://a:2', tls } } },
    )
  expect(at(plan({ ca: 'ca.pem' }))).toEqual([])
  expect(at(plan({ cert: 'me.pem', key: 'me.key' }))).toEqual([])
  for (const half of [{ cert: 'me.pem' }, { key: 'me.key' }]) {
    expect(problemsOf(plan(half))).toEqual([
      {
        path: 'streams.kafka.tls',
        message: 'a certificate needs its key, and a key its certificate',
        example: expect.stringContaining("cert: env('KAFKA_CERT_FILE')"),
      },
    ])
  }
})
