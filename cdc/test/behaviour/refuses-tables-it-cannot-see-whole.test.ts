import { table } from '@strangler/core'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createStand } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

const things = 'create table things (id int primary key, note text)'

const cases = [
  {
    what: 'A table of which a policy shows the toolkit only some rows',
    legacy: `${things}; alter table things enable row level security;
      create policy newer on things for select using (id > 10);
      insert into things select n, 'row' from generate_series(1, 20) n`,
    says: /row-level security policy/,
  },
  {
    what: 'A table with rows in tables that inherit from it, whose changes are logged under their own names',
    legacy: `${things}; create table old_things (primary key (id)) inherits (things);
      insert into old_things values (1, 'old')`,
    says: /public\.things has public\.old_things inherit from it/,
  },
  {
    what: 'A table that is part of another, through which writes pass its fence by',
    legacy: `create table all_things (id int primary key, note text) partition by range (id);
      create table things partition of all_things for values from (0) to (100);
      insert into all_things values (1, 'routed')`,
    says: /public\.things is a part of another table/,
  },
]

test.for(cases)('$what, is refused', async ({ legacy, says }) => {
  const service = things
  await using stand = await createStand(postgres, { legacy, service, tables: [table('things')] })
  stand.startWorker()
  const answer = await stand.request('sync-start')
  expect(answer).toMatchObject({ state: 'failed' })
  expect(answer.result!.reasons!.join()).toMatch(says)
})
