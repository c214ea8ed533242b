import { table } from '@strangler/core'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createStand } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

const types = `
  create type mood as enum ('good', 'bad'); create type tone as enum ('high', 'low');
  create type pitch as enum ('sharp', 'flat'); create domain sound as pitch`
const columns = 'id int primary key, note text, mood mood, tones tone[], sound sound'

const things = {
  legacy: `${types};
    create table things (${columns}) partition by range (id);
    create table few partition of things for values from (0) to (10);
    create table many partition of things for values from (10) to (1000);
    create table loose (${columns});
    insert into things select n, 'row', 'good', '{low}', 'flat' from generate_series(1, 20) n;
    insert into loose values (1000, 'attached')`,
  service: `${types}; create table things (${columns})`,
  tables: [table('things')],
}

interface Case {
  readonly what: string
  readonly sql: string
  readonly side?: 'legacy' | 'service'
}

const cases: readonly Case[] = [
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
  {
    what: 'rewrites values where they were copied to',
    sql: `alter table things alter column note type text using note || '!'`,
    side: 'service',
  },
  { what: 'renames a column', sql: 'alter table things rename column note to remark' },
  { what: 'renames a value of a type', sql: `alter type mood rename value 'good' to 'well'` },
  {
    what: 'renames a value of the type of what arrays hold',
    sql: `alter type tone rename value 'low' to 'deep'`,
  },
  {
    what: 'renames a value of the type below a domain',
    sql: `alter type pitch rename value 'flat' to 'even'`,
  },
]

test.for(cases)('A switch is refused after DDL that $what', async ({ sql, side = 'legacy' }) => {
  await using stand = await createStand(postgres, things)
  stand.startWorker()
  await stand.done('sync-start')
  expect(await stand.request('switch', { to: 'extracted', dryRun: true })).toMatchObject({
    state: 'done',
  })
  await stand[side].app.query(sql)
  const answer = await stand.request('switch', { to: 'extracted' })
  expect(answer.state).toBe('refused')
  expect(answer.result!.reasons!.join()).toMatch(/partitions came or went/)
})

test('The worker tells of DDL before anybody asks for a switch, until a verification has looked at it', async () => {
  await using stand = await createStand(postgres, things)
  stand.startWorker()
  await stand.done('sync-start')
  const told = async () => (await stand.stream('forward'))?.detail['altered']
  await expect.poll(told, { timeout: 20_000 }).toEqual([])
  await stand.legacy.app.query(
    'create table more partition of things for values from (2000) to (3000)',
  )
  await expect
    .poll(told, { timeout: 20_000 })
    .toEqual([expect.stringContaining('partitions came or went')])
  await stand.done('verify')
  await expect.poll(told, { timeout: 20_000 }).toEqual([])
})

test.for([
  [
    'has a new column',
    'alter table things add column price int default 1',
    /things\.price|"price"/,
  ],
  ['has a column of another type', 'alter table things alter column note type varchar(9)', /note/],
] as const)('No certificate is given once a table %0', async ([, sql, why]) => {
  await using stand = await createStand(postgres, things)
  stand.startWorker()
  await stand.done('sync-start')
  await stand.legacy.app.query(sql)
  const { state, result } = await stand.request('verify')
  expect([state, result!.message]).toEqual(['failed', `"verify ${stand.slice}" failed.`])
  expect(result!.reasons!.join()).toMatch(why)
  expect(await stand.request('switch', { to: 'extracted' })).toMatchObject({ state: 'refused' })
})
