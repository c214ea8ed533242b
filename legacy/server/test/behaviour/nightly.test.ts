import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type pg from 'pg'
import { createPool } from '../../src/db/pool.ts'
import { runNightly } from '../../src/jobs/run-nightly.ts'
import { createLog, type Log } from '../../src/log.ts'
import { defaultToday } from '../../src/seed/seed.ts'
import { Postgres } from '../harness/postgres.ts'
import { run } from '../harness/process.ts'

let postgres: Postgres
let url: string
let pool: pg.Pool
let nth = 0
let lines: string[]
let log: Log

beforeAll(async () => {
  postgres = await Postgres.open()
  await postgres.seededDatabase('template_of_all')
})

afterAll(() => postgres[Symbol.asyncDispose]())

beforeEach(async () => {
  nth += 1
  url = await postgres.emptyDatabase(`nightly_${nth} template template_of_all`)
  url = postgres.url(`nightly_${nth}`)
  lines = []
  log = createLog(
    (line) => lines.push(line),
    () => new Date(0),
  )
  pool = createPool({ databaseUrl: url, size: 1, statementTimeoutMs: 10_000, log })
  return () => pool.end()
})

const stillDue = `select id from vaccinations where status = 'due' and due_on < '${defaultToday}'`
const tomorrows = `select r.id from appointment_reminders r where r.remind_on = '${defaultToday}'`
const bookedTomorrow = `select a.id from appointments a join clinics c on c.id = a.clinic_id
  where a.status = 'booked'
    and (lower(a.during) at time zone c.timezone)::date = date '${defaultToday}' + 1`

/** Makes every write to a table fail, as a full disk or a broken trigger would. */
const breakTable = async (table: string) => {
  await postgres.sql(
    url,
    `create function fail() returns trigger language plpgsql as
     $$ begin raise exception '% is broken', tg_table_name; end $$`,
  )
  await postgres.sql(
    url,
    `create trigger broken before insert or update on ${table} execute function fail()`,
  )
}

test('what is past its day becomes overdue, and tomorrow is reminded of', async () => {
  const booked = await postgres.sql(url, bookedTomorrow)
  expect((await postgres.sql(url, stillDue)).length).toBeGreaterThan(0)
  expect(booked.length).toBeGreaterThan(0)
  expect(await runNightly(pool, log, defaultToday)).toEqual([])
  expect(await postgres.sql(url, stillDue)).toEqual([])
  expect(await postgres.sql(url, tomorrows)).toHaveLength(booked.length)
  const audited = await postgres.sql(url, "select 1 from audit_log where actor = 'nightly'")
  expect(audited.length).toBeGreaterThan(0)
})

test('a second run on the same day changes nothing', async () => {
  await runNightly(pool, log, defaultToday)
  const reminders = await postgres.sql(url, tomorrows)
  lines = []
  expect(await runNightly(pool, log, defaultToday)).toEqual([])
  expect(await postgres.sql(url, tomorrows)).toEqual(reminders)
  expect(lines.map((line) => /"rows":(\d+)/.exec(line)?.[1])).toEqual(['0', '0'])
})

describe('when one part fails', () => {
  test('reminders are written though vaccinations cannot be marked', async () => {
    await breakTable('vaccinations')
    expect(await runNightly(pool, log, defaultToday)).toEqual(['vaccinations overdue'])
    expect((await postgres.sql(url, stillDue)).length).toBeGreaterThan(0)
    expect((await postgres.sql(url, tomorrows)).length).toBeGreaterThan(0)
    expect(lines[0]).toContain('vaccinations is broken')
  })

  test('vaccinations are marked though reminders cannot be written', async () => {
    await breakTable('appointment_reminders')
    expect(await runNightly(pool, log, defaultToday)).toEqual(['appointment reminders'])
    expect(await postgres.sql(url, stillDue)).toEqual([])
    expect(await postgres.sql(url, tomorrows)).toEqual([])
    expect(lines.at(-1)).toContain('appointment_reminders is broken')
  })

  test('the program says so with its exit code', async () => {
    await breakTable('vaccinations')
    await using nightly = run('jobs/nightly.ts', { DATABASE_URL: url })
    expect(await nightly.exited()).toBe(1)
    expect(nightly.output()).toContain('"message":"nightly part done"')
  })
})

test('the program ends well when all is well', async () => {
  await using nightly = run('jobs/nightly.ts', { DATABASE_URL: url })
  expect(await nightly.exited()).toBe(0)
})
