import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { allThings, letters, synced, things, write } from '../letters.ts'
import { library } from '../library.ts'
import { createStand, patience, texts } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

test('a row that the target refuses is parked with all that is known of it, and the rest of its transaction arrives', async () => {
  await using stand = await synced(postgres)
  const { service } = stand
  const before = await stand.position('forward')
  await write(
    stand,
    `begin; insert into things values ('good', 1, 1, 'a'); insert into things values ('bad', 7, 100, null);
     insert into things values ('good', 2, 1, 'a'); commit`,
    "insert into things values ('later', 1, 1, 'b')",
  )
  expect(await texts(service, 'select k, n from things order by 1, 2')).toEqual([
    ['good', '1'],
    ['good', '2'],
    ['later', '1'],
  ])
  const { rows } = await service.superuser.query('select * from strangler.dead_letter')
  expect(rows).toEqual([
    expect.objectContaining({
      stream: `${stand.slice}:forward`,
      slice: stand.slice,
      epoch: '1',
      source_table: 'public.things',
      target_table: 'public.things',
      kind: 'put',
      key: ['bad', '7'],
      row: { k: 'bad', n: '7', v: '100', kind: null, parent: null, friend: null },
      reason: 'refused',
      sqlstate: '23514',
      constraint_name: 'small',
      message: expect.stringMatching(/violates check constraint.*Failing row/),
      attempts: 0,
    }),
  ])
  expect(rows[0].place >= before.place).toBe(true)
  expect(rows[0].xid).not.toBeNull()
  await expect
    .poll(() => stand.stream('forward'), patience)
    .toMatchObject({ state: 'streaming', detail: { deadLetters: 1 } })
})

test('later changes of a parked row park behind it in their order, those of others arrive', async () => {
  await using stand = await synced(postgres, things, "insert into things values ('a', 1, 1)")
  await write(
    stand,
    "update things set v = 100 where k = 'a'",
    "update things set v = 2 where k = 'a'; insert into things values ('b', 1, 1)",
    "delete from things where k = 'a'",
    "insert into things values ('a', 1, 3), ('c', 1, 1)",
  )
  expect(await letters(stand)).toEqual([
    ['put', 'a 1', null, 'refused', '23514'],
    ['put', 'a 1', null, 'behind', null],
    ['delete', 'a 1', null, 'behind', null],
    ['put', 'a 1', null, 'behind', null],
  ])
  expect(await texts(stand.service, 'select k, v from things order by k')).toEqual([
    ['a', '1'],
    ['b', '1'],
    ['c', '1'],
  ])
})

test('a change of the key parks under both keys, so that whatever gets one of them waits too', async () => {
  await using stand = await synced(postgres, things, "insert into things values ('a', 1, 1)")
  await write(
    stand,
    "update things set v = 100 where k = 'a'",
    "update things set n = 2 where k = 'a'",
    "insert into things values ('a', 1, 5)",
    "update things set v = 6 where (k, n) = ('a', 2)",
    "update things set n = 3, v = 100 where (k, n) = ('a', 1)",
  )
  expect(await letters(stand)).toEqual([
    ['put', 'a 1', null, 'refused', '23514'],
    ['rekey', 'a 1', 'a 2', 'behind', null],
    ['put', 'a 1', null, 'behind', null],
    ['put', 'a 2', null, 'behind', null],
    ['rekey', 'a 1', 'a 3', 'behind', null],
  ])
  expect(await texts(stand.service, 'select k, n, v from things')).toEqual([['a', '1', '1']])
})

test('rows that refer to a parked one park behind it, and theirs behind them; no row of the target refers to nothing', async () => {
  await using stand = await synced(postgres)
  await write(
    stand,
    "insert into parents values (1, 'a name too long'), (2, 'short')",
    "insert into things values ('of 1', 1, 1, 'a', 1), ('of 2', 1, 1, 'a', 2)",
    "update things set v = 2 where k = 'of 1'",
  )
  await write(
    stand,
    "begin; insert into parents values (3, 'a name too long'); insert into things values ('of 3', 1, 1, 'a', 3); update things set parent = 3 where k = 'of 2'; commit",
  )
  expect(await letters(stand)).toEqual([
    ['put', '1', null, 'refused', '22001'],
    ['put', 'of 1 1', null, 'behind', null],
    ['put', 'of 1 1', null, 'behind', null],
    ['put', '3', null, 'refused', '22001'],
    ['put', 'of 3 1', null, 'behind', null],
    ['put', 'of 2 1', null, 'behind', null],
  ])
  expect(await texts(stand.service, 'select k, parent from things')).toEqual([['of 2', '2']])
})

test('a row that a parked one still refers to is not deleted before it', async () => {
  await using stand = await synced(
    postgres,
    things,
    "insert into parents values (1, 'one'); insert into things values ('of 1', 1, 1, 'a', 1)",
  )
  await write(
    stand,
    "update things set v = 100 where k = 'of 1'",
    'delete from parents where id = 1',
  )
  expect(await letters(stand)).toEqual([
    ['put', 'of 1 1', null, 'refused', '23514'],
    ['delete', '1', null, 'behind', null],
    ['delete', 'of 1 1', null, 'behind', null],
  ])
  expect(await texts(stand.service, 'select count(*) from things join parents on true')).toEqual([
    ['1'],
  ])
})

test('a foreign key that only the target has parks the row that breaks it, or the deletion', async () => {
  await using stand = await synced(postgres, things, "insert into parents values (7, 'seven')")
  await write(
    stand,
    "insert into things values ('orphan', 1, 1, 'a', null, 42), ('friend', 1, 1, 'a', null, 7)",
    'delete from parents where id = 7',
  )
  expect(await letters(stand)).toEqual([
    ['put', 'orphan 1', null, 'refused', '23503'],
    ['delete', '7', null, 'refused', '23503'],
  ])
  const [[message, constraint]] = (await texts(
    stand.service,
    'select message, constraint_name from strangler.dead_letter order by id limit 1',
  )) as [[string, string]]
  expect(message).toContain(
    'public.things (friend) would refer with (42) to no row of public.parents',
  )
  expect(constraint).toBe('things_friend_fkey')
})

test('a value that the plan does not list, and one that a type cannot hold, park their rows', async () => {
  await using stand = await synced(postgres)
  await write(
    stand,
    "insert into things values ('odd', 1, 1, 'c'), ('fine', 1, 1, 'a')",
    "insert into parents values (1, 'a name too long')",
  )
  expect(await letters(stand)).toEqual([
    ['put', 'odd 1', null, 'refused', 'SF002'],
    ['put', '1', null, 'refused', '22001'],
  ])
})

test('an update that lacks its row is parked and never becomes an insert', async () => {
  await using stand = await synced(
    postgres,
    library,
    "insert into books (id, isbn, title) values (1, 'a', repeat('long', 5000)), (2, 'b', repeat('long', 5000))",
  )
  const { service } = stand
  await service.superuser.query(`
    set session_replication_role = replica; alter table books disable trigger all;
    delete from books where id = 1;
    alter table books enable always trigger strangler_fence; alter table books enable always trigger strangler_fence_truncate`)
  await write(stand, 'update books set pages = 7', 'update books set id = 101 where id = 1')
  expect(await letters(stand)).toEqual([
    ['put', '1', null, 'refused', null],
    ['rekey', '1', '101', 'behind', null],
  ])
  expect(await texts(service, 'select id, pages from books')).toEqual([['2', '7']])
  const [[hasTitle]] = (await texts(
    service,
    "select row::jsonb ? 'title' from strangler.dead_letter order by id limit 1",
  )) as [[string]]
  expect(hasTitle).toBe('f')
})

test('when the source empties a table its letters are void: discarded with the reason, before what comes next', async () => {
  await using stand = await synced(postgres)
  await write(
    stand,
    "insert into things values ('bad', 1, 100, 'a'); insert into parents values (1, 'a name too long')",
    "begin; insert into things values ('bad', 2, 100, 'a'); truncate things; insert into things values ('bad', 1, 1, 'a'); commit",
  )
  expect(await letters(stand)).toEqual([['put', '1', null, 'refused', '22001']])
  expect(await texts(stand.service, 'select k, n, v from things')).toEqual([['bad', '1', '1']])
  expect(
    await texts(
      stand.service,
      'select key::text, discarded_why from strangler.dead_letter where discarded_at is not null',
    ),
  ).toEqual([['{bad,1}', 'the source emptied the table']])
})

test('of a transaction of many thousand rows only those that are refused are parked, also where a foreign key tells late', async () => {
  await using stand = await synced(postgres)
  await write(
    stand,
    `begin; insert into parents select n, case when n in (3, 2700) then 'a name too long' else 'p' end from generate_series(1, 3000) n;
     insert into things select 'of', n, case when n = 2800 then 100 else 1 end, 'a', n, case when n = 50 then 123456 end from generate_series(1, 3000) n;
     commit`,
  )
  expect(await letters(stand)).toEqual([
    ['put', '3', null, 'refused', '22001'],
    ['put', '2700', null, 'refused', '22001'],
    ['put', 'of 3', null, 'behind', null],
    ['put', 'of 50', null, 'refused', '23503'],
    ['put', 'of 2700', null, 'behind', null],
    ['put', 'of 2800', null, 'refused', '23514'],
  ])
  expect(await texts(stand.service, 'select count(*) from things')).toEqual([['2996']])
})

test('rows that are refused while they are copied are parked, and the copy deletes no row that a letter is about', async () => {
  await using stand = await createStand(postgres, things)
  const { legacy, service } = stand
  await legacy.app.query(
    `insert into parents select n, 'p' from generate_series(1, 400) n;
     insert into things select 'row', n, case when n in (150, 151, 390) then 100 else 1 end, 'a', n from generate_series(1, 400) n`,
  )
  stand.startWorker()
  const answer = await stand.done('sync-start')
  expect(answer.result).toMatchObject({ certificate: { clean: false, deadLetters: 3 } })
  expect(answer.result!.message).toContain('dead-letters list')
  expect(await letters(stand)).toEqual(
    ['150', '151', '390'].map((n) => ['put', `row ${n}`, null, 'refused', '23514']),
  )
  expect(await texts(service, 'select count(*) from things')).toEqual([['397']])

  // Copied anew, with letters from before.
  await write(
    stand,
    'update things set n = 1001 where n = 1; update things set v = 100 where n in (2, 4); update things set v = 99 where n = 150',
  )
  await stand.done('sync-stop')
  await service.superuser.query('update strangler.copied set done = false, last_key = null')
  await legacy.app.query(
    'update things set v = 100, n = 1003 where n = 3; delete from things where n = 4',
  )
  await stand.done('sync-start', { again: true })
  const some = 'select n from things where n in (1, 2, 3, 4, 150, 1001, 1003) order by n'
  expect(await texts(service, some)).toEqual([['2'], ['4'], ['1001']])
  await service.app.query('alter table things drop constraint small')
  await stand.done('dead-letters-replay')
  expect(await texts(service, allThings)).toEqual(await texts(legacy, allThings))
  expect((await stand.done('verify')).result).toMatchObject({ certificate: { clean: true } })
})

test('a fence that is open keeps the stream waiting and parks nothing', async () => {
  await using stand = await synced(postgres)
  const { service } = stand
  await service.superuser.query('update strangler.fence set fenced = false')
  await stand.legacy.app.query("insert into things values ('bad', 1, 100, 'a')")
  await vi.waitFor(async () => {
    expect(await stand.stream('forward')).toMatchObject({ state: 'waiting' })
  }, patience)
  expect(await letters(stand)).toEqual([])
  await service.superuser.query('update strangler.fence set fenced = true')
  await stand.caughtUp('forward')
  expect(await letters(stand)).toHaveLength(1)
})
