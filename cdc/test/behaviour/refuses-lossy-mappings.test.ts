import { cast, enumerated, jsonPath, join, table, type ColumnMapping } from '@strangler/core'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabases } from '../../src/databases.ts'
import { fitTables } from '../../src/slice/setup.ts'
import { findLossy } from '../../src/verify/lossless.ts'
import { amidstSwitch } from '../amidst.ts'
import { createStand, type Stand, texts } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

interface Case {
  readonly what: string
  readonly legacy: string
  readonly service: string
  readonly mapping: ColumnMapping
  readonly good: string
  readonly bad: string
  readonly says: RegExp
}

const cases: readonly Case[] = [
  {
    what: 'a number that loses digits',
    legacy: 'v numeric',
    service: 'v numeric(6,2)',
    mapping: cast('v'),
    good: "'10.50'",
    bad: "'1.005'",
    says: /"k" = bad, "n" = 7, v is '1.005' and would come back as '1.01'/,
  },
  {
    what: 'a text that is no number',
    legacy: 'v text',
    service: 'v int',
    mapping: cast('v'),
    good: "'12'",
    bad: "'012'",
    says: /"k" = bad, "n" = 7, v is '012' and would come back as '12'/,
  },
  {
    what: 'a text that is no date',
    legacy: 'v text',
    service: 'v date',
    mapping: cast('v'),
    good: "'2024-02-29'",
    bad: "'2023-02-29'",
    says: /"k" = bad, "n" = 7, v is '2023-02-29' and would come back as NULL/,
  },
  {
    what: 'a first part that holds the separator',
    legacy: 'v text, w text',
    service: 'a text',
    mapping: join(['v', 'w'], 'a', '-'),
    good: "'x'",
    bad: "'x-y'",
    says: /"k" = bad, "n" = 7, v is 'x-y' and would come back as 'x'/,
  },
  {
    what: 'an object whose lifted value is no text',
    legacy: 'v jsonb',
    service: 'v jsonb, mail text',
    mapping: jsonPath('v', { mail: 'mail' }),
    good: `'{"mail": "x"}'`,
    bad: `'{"mail": 1}'`,
    says: /"k" = bad, "n" = 7, v is '{"mail": 1}' and would come back as '{"mail": "1"}'/,
  },
  {
    what: 'a value that the enumeration does not list',
    legacy: 'v text',
    service: 'v text',
    mapping: enumerated('v', 'v', { a: 'b' }),
    good: "'a'",
    bad: "'z'",
    says: /public.things.v holds 'z', which the plan does not list/,
  },
]

test.for(cases)('$what is named with its row before anything is copied', async (each) => {
  await using stand = await createStand(postgres, {
    legacy: `create table things (k text, n int, ${each.legacy}, primary key (k, n))`,
    service: `create table things (k text, n int, ${each.service}, primary key (k, n))`,
    tables: [table('things', { columns: [each.mapping] })],
  })
  const { legacy, service } = stand
  await legacy.app.query(`
    insert into things (k, n, v) select 'good', n, ${each.good} from generate_series(1, 50) n;
    insert into things (k, n, v) values ('bad', 7, ${each.bad})`)
  stand.startWorker()
  const answer = await stand.request('sync-start')
  expect(answer.state).toBe('failed')
  const [reason] = answer.result!.reasons!
  expect(reason).toMatch(each.says)
  expect(await texts(service, 'select count(*) from things')).toEqual([['0']])

  await legacy.app.query(`update things set v = ${each.good} where k = 'bad'`)
  await stand.done('sync-start')
  expect(await texts(service, 'select count(*) from things')).toEqual([['51']])
})

/** Two dozen rows, of which one cannot go to the service, and a check that reads ten at a time. */
async function openLarge() {
  await using opened = new AsyncDisposableStack()
  const stand = opened.use(
    await createStand(postgres, {
      legacy: 'create table things (k int primary key, v text, w text)',
      service: 'create table things (k int primary key, v int, w int)',
      tables: [table('things', { columns: [cast('v'), cast('w')] })],
    }),
  )
  await stand.legacy.app.query(`insert into things
    select k, case k when 23 then '007' else k::text end, k::text from generate_series(1, 24) k`)
  const now = () => performance.now()
  const databases = opened.use(createDatabases(stand.plan, stand.environment, 'a test', now))
  const [pair] = await fitTables(stand.plan.slices.get(stand.slice)!, {
    legacy: databases.legacy,
    extracted: databases.services.get('service')!,
  })
  const closing = opened.move()
  const seen: number[] = []
  const check = (signal = new AbortController().signal) =>
    findLossy(
      stand.legacy.superuser,
      pair!,
      { signal, onProgress: (rows) => void seen.push(rows) },
      10,
    )
  return { stand, seen, check, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}

test('a large table is checked part by part to its end, and it is told how far', async () => {
  await using large = await openLarge()
  expect((await large.check())?.message).toMatch(/"k" = 23, v is '007' and would come back as '7'/)
  expect(large.seen).toEqual([10, 20])
  await large.stand.legacy.app.query("update things set v = '7' where k = 23")
  expect(await large.check()).toBeUndefined()
  expect(large.seen).toEqual([10, 20, 10, 20])
})

test('a check of a large table ends when somebody stops it', async () => {
  await using large = await openLarge()
  await expect(large.check(AbortSignal.abort())).rejects.toThrow('aborted')
  expect(large.seen).toEqual([])
})

/** A slice in step, whose texts are numbers for the service. */
async function syncedNumbers(): Promise<Stand> {
  await using opened = new AsyncDisposableStack()
  const stand = opened.use(
    await createStand(postgres, {
      legacy: 'create table things (k text, n int, v text, primary key (k, n))',
      service: 'create table things (k text, n int, v int, primary key (k, n))',
      tables: [table('things', { columns: [cast('v')] })],
    }),
  )
  await stand.legacy.app.query(
    "insert into things select 'good', n, n::text from generate_series(1, 9) n",
  )
  stand.startWorker()
  await stand.done('sync-start')
  opened.move()
  return stand
}

const lost = /"k" = late, "n" = 7, v is '007' and would come back as '7'/

test('a row that was written later and would not come back equal makes a certificate void', async () => {
  await using stand = await syncedNumbers()
  await stand.legacy.app.query("insert into things values ('late', 7, '007')")
  await stand.caughtUp('forward')
  const answer = await stand.request('verify')
  expect(answer).toMatchObject({
    state: 'failed',
    result: {
      certificate: { clean: false, deadLetters: 0 },
      reasons: [expect.stringMatching(lost)],
    },
  })
  await stand.legacy.app.query("update things set v = '7' where k = 'late'")
  await stand.done('verify', { again: true })
  await stand.done('switch', { to: 'extracted' })
})

test('such a row refuses a switch that finds it after the certificate, until it is corrected', async () => {
  await using stand = await syncedNumbers()
  await stand.legacy.app.query("insert into things values ('late', 7, '007')")
  for (const again of [1, 2]) {
    const answer = await stand.request('switch', { to: 'extracted', again })
    expect(answer).toMatchObject({
      state: 'refused',
      result: { reasons: [expect.stringMatching(lost)] },
    })
  }
  await stand.legacy.app.query("update things set v = '7' where k = 'late'")
  await stand.done('switch', { to: 'extracted' })
})

test('such a row that is written while the switch is under way undoes it', async () => {
  await using stand = await syncedNumbers()
  const write = "insert into things values ('late', 7, '007')"
  expect(await amidstSwitch(stand, () => stand.legacy.app.query(write))).toMatchObject({
    state: 'failed',
    result: { reasons: [expect.stringMatching(lost)], owner: 'legacy' },
  })
})
