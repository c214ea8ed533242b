import { table } from '@strangler/core'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createStand } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

const things = {
  legacy: `
    create table things (id int primary key, note text) partition by range (id);
    create table few partition of things for values from (0) to (10);
    create table many partition of things for values from (10) to (1000);
    create table loose (id int primary key, note text);
    insert into things select n, 'row' from generate_series(1, 20) n; insert into loose values (1000, 'attached')`,
  service: 'create table things (id int primary key, note text)',
  tables: [table('things')],
}

const cases = [
  { what: 'truncates a partition', sql: 'truncate few' },
  { what: 'drops a partition', sql: 'drop table few' },
  {
    what: 'attaches a partition with rows',
    sql: 'alter table things attach partition loose for values from (1000) to (2000)',
  },
  {
    what: 'rewrites values',
    sql: `alter table things alter column note type text using note || '!'`,
  },
]

test.for(cases)('A switch is refused after DDL that $what', async ({ sql }) => {
  await using stand = await createStand(postgres, things)
  stand.startWorker()
  await stand.done('sync-start')
  expect(await stand.request('switch', { to: 'extracted', dryRun: true })).toMatchObject({
    state: 'done',
  })
  await stand.legacy.app.query(sql)
  const answer = await stand.request('switch', { to: 'extracted' })
  expect(answer.state).toBe('refused')
  expect(answer.result!.reasons!.join()).toMatch(/partitions came or went/)
})
