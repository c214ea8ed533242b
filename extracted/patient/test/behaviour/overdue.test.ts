import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type pg from 'pg'
import { runNightly } from '../../../../legacy/server/src/jobs/run-nightly.ts'
import { createPool } from '../../src/database/pool.ts'
import { markLate } from '../../src/jobs/mark-late.ts'
import { createLog, type Log } from '../../src/log.ts'
import { contents, loadService } from '../harness/conversion.ts'
import { run } from '../harness/process.ts'
import { silent } from '../harness/service.ts'
import { Postgres, serviceDatabase } from '../harness/sides.ts'

const today = '2025-06-02'
const stillAwaited = `select from immunizations where status = 'awaited' and due_on < '${today}'`

let postgres: Postgres
let legacyUrl: string
let url: string
let pool: pg.Pool
let nth = 0
let lines: string[]
let log: Log

beforeAll(async () => {
  postgres = await Postgres.open()
  legacyUrl = await postgres.seededDatabase('legacy')
})

afterAll(() => postgres[Symbol.asyncDispose]())

beforeEach(async () => {
  nth += 1
  url = await serviceDatabase(postgres, `patient_${nth}`)
  await loadService(legacyUrl, url)
  lines = []
  log = createLog(
    (line) => lines.push(line),
    () => new Date(0),
  )
  pool = createPool({ databaseUrl: url, size: 1, statementTimeoutMs: 10_000, log })
  return () => pool.end()
})

const breakTable = async () => {
  await postgres.sql(
    url,
    `create function fail() returns trigger language plpgsql as
     $$ begin raise exception 'the table is broken'; end $$`,
  )
  await postgres.sql(
    url,
    'create trigger broken before update on immunizations execute function fail()',
  )
}

test('what is past its day becomes late, once', async () => {
  expect((await postgres.sql(url, stillAwaited)).length).toBeGreaterThan(0)
  expect(await markLate(pool, log, today)).toBe(true)
  expect(await postgres.sql(url, stillAwaited)).toEqual([])
  expect(await markLate(pool, log, today)).toBe(true)
  expect(JSON.parse(lines[1]!)).toMatchObject({ message: 'immunizations marked late', rows: 0 })
})

test('its effect is that of the monolith’s night, and so are its audit entries', async () => {
  const legacy = await postgres.seededDatabase('nightly')
  const nightly = createPool({
    databaseUrl: legacy,
    size: 1,
    statementTimeoutMs: 10_000,
    log: silent,
  })
  expect(await runNightly(nightly, silent, today)).toEqual([])
  await nightly.end()
  await markLate(pool, log, today)
  const converted = await serviceDatabase(postgres, 'converted')
  await loadService(legacy, converted)
  expect(await contents(url, 'service')).toEqual(await contents(converted, 'service'))
  const entries = (url: string, table: string) =>
    postgres.sql(
      url,
      `select actor, table_name, row_key, action, change from ${table}
       where table_name = 'vaccinations' order by row_key`,
    )
  const written = await entries(url, 'audit_entries')
  expect(written.length).toBeGreaterThan(0)
  expect(written).toEqual(await entries(legacy, 'audit_log'))
})

test('a failure is logged, and the next run does what this one could not', async () => {
  await breakTable()
  expect(await markLate(pool, log, today)).toBe(false)
  expect(lines[0]).toContain('the table is broken')
  await postgres.sql(url, 'drop trigger broken on immunizations')
  expect(await markLate(pool, log, today)).toBe(true)
  expect(await postgres.sql(url, stillAwaited)).toEqual([])
})

test('the program tells by its exit code whether it worked', async () => {
  await using job = run('jobs/overdue.ts', { DATABASE_URL: url })
  expect(await job.exited()).toBe(0)
  expect(job.output()).toContain('"message":"immunizations marked late"')
  await breakTable()
  await using failing = run('jobs/overdue.ts', { DATABASE_URL: url })
  expect(await failing.exited()).toBe(1)
})
