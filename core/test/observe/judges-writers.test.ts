import { expect, test } from 'vitest'
import {
  judgeWriters,
  type ObservedWriter,
  reasonsAgainstWriters,
} from '../../src/observe/index.ts'
import type { WriterInput } from '../../src/plan/index.ts'
import { readPlan } from '../../src/plan/index.ts'
import { planInput, problemsOf, sliceInput } from '../harness/plan.ts'

const job: ObservedWriter = {
  role: 'shop',
  application: 'nightly',
  statement: 'update pets set status = ? where due_on < ?',
  tables: ['public.pets'],
  commands: ['update'],
  firstAt: new Date('2026-03-01T02:00:00Z'),
  lastAt: new Date('2026-03-03T02:00:00Z'),
  times: 3,
}
const routes: WriterInput = { role: 'shop', application: 'shop', is: 'routes' }

function sliceWith(...writers: WriterInput[]) {
  return readPlan(planInput({ patients: sliceInput({ writers }) }), 'a plan').slices.get(
    'patients',
  )!
}
const reasons = (observed: readonly ObservedWriter[], ...writers: WriterInput[]) =>
  reasonsAgainstWriters(sliceWith(...writers), {
    state: 'on',
    since: job.firstAt,
    stoppedAt: null,
    gaps: [],
    writers: observed,
  })

test('A writer that the plan does not name is a reason, with all that tells who it is and what would accept it', () => {
  const [reason, ...others] = reasons([job], routes)
  expect(others).toEqual([])
  for (const part of [
    'shop',
    'nightly',
    'public.pets',
    '3 times',
    '2026-03-03T02:00:00.000Z',
    job.statement,
  ]) {
    expect(reason).toContain(part)
  }
  const { role, application, statement } = job
  expect(reason).toContain(
    `add { role: '${role}', application: '${application}', statement: '${statement}', is: 'refused', because: '...' } to slices.patients.writers`,
  )
  const writer: WriterInput = { role, application, statement, is: 'refused', because: '...' }
  expect(reasons([job], routes, writer)).toEqual([])
})

test.each<[string, WriterInput]>([
  ['its application', { application: 'nightly', is: 'moves', because: 'the service has its own' }],
  ['its role', { role: 'shop', is: 'refused', because: 'it tries again' }],
  ['its statement', { statement: 'UPDATE  pets set *', is: 'refused', because: 'it tries again' }],
  [
    'one of several statements',
    { statement: ['insert *', '*due_on < ?'], is: { drainSeconds: 1 }, because: 'mail' },
  ],
])('It is accepted by %s', (_, writer) => {
  expect(reasons([job], writer)).toEqual([])
})

test.each<[string, WriterInput]>([
  ['another application', { application: 'night', is: 'refused', because: 'x' }],
  ['another role', { role: 'sho', application: 'nightly', is: 'refused', because: 'x' }],
  ['a part of its statement', { statement: 'update pets', is: 'refused', because: 'x' }],
  [
    'a pattern whose signs mean something elsewhere',
    { statement: 'update pet. set *', is: 'refused', because: 'x' },
  ],
])('It is not accepted by %s', (_, writer) => {
  expect(reasons([job], writer)).toHaveLength(1)
})

test('The first that fits says what becomes of it', () => {
  const narrow: WriterInput = { statement: '*due_on*', is: 'moves', because: 'x' }
  const wide: WriterInput = { role: 'shop', is: 'routes' }
  expect(judgeWriters(sliceWith(narrow, wide), [job])[0]!.declared?.is).toBe('moves')
  expect(judgeWriters(sliceWith(wide, narrow), [job])[0]!.declared?.is).toBe('routes')
})

test('One that was to stop must not have been seen since', () => {
  const stops = (time: string): WriterInput => ({
    application: 'nightly',
    is: { stops: time },
    because: 'x',
  })
  expect(reasons([job], stops('2026-03-03T02:00:01Z'))).toEqual([])
  expect(reasons([job], stops('2026-03-03T02:00:00Z'))[0]).toContain('though the plan has it stop')
  expect(reasons([job], stops('2026-03-03T03:00:00+01:00'))).toHaveLength(1)
})

test('Partitions that nobody observes, and notes that were lost, are reasons; never having looked is none', () => {
  const seen = { since: null, stoppedAt: null, gaps: ['public.late'], writers: [] }
  expect(reasonsAgainstWriters(sliceWith(), { state: 'on', ...seen })[0]).toContain('public.late')
  expect(reasonsAgainstWriters(sliceWith(), { ...seen, state: 'lost', gaps: [] })[0]).toContain(
    'lost',
  )
  expect(reasonsAgainstWriters(sliceWith(), { ...seen, state: 'never', gaps: [] })).toEqual([])
})

test('A plan that names nobody, gives no reason, or waits too long is wrong', () => {
  const at = (writer: WriterInput) =>
    problemsOf(planInput({ patients: sliceInput({ writers: [writer] }) })).map(({ path }) => path)
  expect(at({ is: 'routes' })).toEqual(['slices.patients.writers[0]'])
  expect(at({ role: 'shop', is: 'moves' })).toEqual(['slices.patients.writers[0].because'])
  expect(at({ role: 'shop', is: { drainSeconds: 60 }, because: 'x' })[0]).toMatch(
    /^slices\.patients\.writers\[0\]/,
  )
  expect(at({ role: 'shop', is: { stops: 'tomorrow' }, because: 'x' })[0]).toMatch(
    /^slices\.patients\.writers\[0\]/,
  )
})
