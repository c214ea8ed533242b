import { cast, constant, sharedSink, table } from '@strangler/core'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { synced } from '../letters.ts'
import { type Stand, texts } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

const things = 'create table things (k int primary key, v int);'

function sinking(rows = ''): Promise<Stand> {
  const options = {
    legacy: `${things} create table audit (id int primary key, what text, cost numeric, more json)`,
    service: `${things} create table audit (
      id int primary key, said varchar(20), cost numeric(8,2), more json, side text not null default 'service')`,
    tables: [
      table('things'),
      sharedSink('audit', {
        columns: [cast('what', 'said'), cast('cost'), constant('service', 'side', 'legacy')],
      }),
    ],
  }
  return synced(postgres, options, rows)
}

const there = (stand: Stand) => texts(stand.service, 'select id, said, cost from audit order by id')
const here = (stand: Stand) => texts(stand.legacy, 'select id, what, cost from audit order by id')

test('what either side changes, deletes or empties in a shared sink stays its own matter, and holds nothing up', async () => {
  await using stand = await sinking("insert into audit values (1, 'one', 1, '{}')")
  const { legacy, service } = stand
  await service.app.query("insert into audit values (2, 'two')")
  await stand.caughtUp('reverse')
  await service.app.query('truncate audit')
  await service.app.query("insert into audit values (4, 'four')")
  await stand.caughtUp('reverse')
  await legacy.app.query(`
    insert into audit values (3, 'three'); update audit set what = 'else' where id = 3;
    delete from audit where id = 4; truncate things, audit; insert into audit values (5, 'five')`)
  await stand.caughtUp('forward')
  expect(await here(stand)).toEqual([['5', 'five', null]])
  expect(await there(stand)).toEqual([
    ['3', 'three', null],
    ['4', 'four', null],
    ['5', 'five', null],
  ])
  await stand.done('verify')
  await stand.done('switch', { to: 'extracted' })
  await stand.done('switch', { to: 'legacy', again: true })
})

test('a row of a shared sink whose key another row of the other side has waits as a dead letter', async () => {
  await using stand = await sinking("insert into audit values (1, 'one', 1.5, '{}')")
  const { legacy, service } = stand
  await service.app.query("insert into audit values (2, 'of the service', 2.5, '{}')")
  await stand.caughtUp('reverse')
  const client = await legacy.connect()
  await client.query(
    "begin; insert into audit values (4, 'of the monolith', 2.5, '{}'), (6, 'six', 6, '[1]')",
  )
  await service.app.query("insert into audit values (4, 'of the service', 2.5, '{}')")
  await client.query('commit')
  await stand.caughtUp('forward')
  await stand.caughtUp('reverse')
  const waiting =
    'select key[1], message from strangler.dead_letter where discarded_at is null order by id'
  for (const side of [legacy, service]) {
    expect(await texts(side, waiting)).toEqual([
      ['4', expect.stringMatching(/"audit" has another row.*\(4\).*set their sequences apart/)],
    ])
  }
  expect((await there(stand)).map(([id]) => id)).toEqual(['1', '2', '4', '6'])
  const { reasons } = (await stand.request('switch', { to: 'extracted' })).result!
  expect(reasons!.join()).toContain('1 dead letter waits')
})

test('rows that a shared sink holds already are taken again when a slice is synced anew', async () => {
  await using stand = await sinking(`insert into audit values (1, 'one', 1.50, '{"a":  1}')`)
  const { legacy, service } = stand
  await legacy.app.query('insert into audit values (3, null, null, null)')
  await service.app.query(
    "insert into audit values (2, 'two', 2.50, '[1,  2]'), (4, null, null, null)",
  )
  await stand.caughtUp('forward')
  await stand.caughtUp('reverse')
  await stand.done('sync-stop', { drop: true })
  await stand.done('sync-start', { again: true })
  const letters = 'select count(*) from strangler.dead_letter'
  for (const side of [legacy, service]) expect(await texts(side, letters)).toEqual([['0']])
  expect(await there(stand)).toEqual([
    ['1', 'one', '1.50'],
    ['2', 'two', '2.50'],
    ['3', null, null],
    ['4', null, null],
  ])
})
