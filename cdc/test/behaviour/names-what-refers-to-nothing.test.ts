import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { letters, synced, things, write } from '../letters.ts'
import { createStand, texts } from '../stand.ts'
import { table } from '@strangler/core'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

test('a row that refers to nothing at its source either is named, and once it is corrected there the rest is replayed', async () => {
  await using stand = await synced(
    postgres,
    things,
    "insert into parents values (1, 'one'); insert into things values ('a', 1, 1, 'a', 1)",
  )
  await write(stand, "update parents set name = 'longer than ten' where id = 1")
  await stand.legacy.superuser.query(
    'begin; set local session_replication_role = replica; delete from parents where id = 1; commit',
  )
  await stand.caughtUp('forward')
  await stand.service.app.query('alter table parents alter name type varchar(20)')
  const { result } = await stand.request('dead-letters-replay')
  expect(result!.reasons!.join('\n')).toMatch(
    /things \(parent\) would refer with \(1\) to no row of public\.parents.*or correct the row at its source/,
  )
  expect(await letters(stand)).toHaveLength(2)
  await write(stand, 'delete from things')
  const replayed = await stand.done('dead-letters-replay', { again: true })
  expect(replayed.result).toMatchObject({ applied: 2, waiting: 0 })
  expect(await texts(stand.service, 'select from parents')).toEqual([])
})

test('rows that refer to nothing in the target make a certificate void, whatever key they break', async () => {
  const people = 'create table people (id int primary key, mail text unique)'
  const letters = 'create table letters (id int primary key, mail text)'
  const kept = 'alter table letters add constraint sent foreign key (mail) references people (mail)'
  await using stand = await synced(
    postgres,
    {
      legacy: `${people}; ${letters}`,
      service: `${people}; ${letters}; create table badges (person int constraint worn references people)`,
      tables: [table('people'), table('letters')],
    },
    "insert into people select n, 'mail ' || n from generate_series(1, 3) n; insert into letters select n, 'mail ' || n from generate_series(1, 3) n",
  )
  const { legacy, service } = stand
  await service.app.query(`${kept}; insert into badges values (3), (null)`)
  await stand.done('verify')
  // Each side by itself has nothing against it, and no applied row is checked by its database.
  await write(stand, "update people set mail = 'new' where id = 1; delete from people where id = 2")
  await service.superuser.query(
    'begin; set local session_replication_role = replica; insert into badges values (7); commit',
  )
  const { state, result } = await stand.request('verify', { again: true })
  expect(state).toBe('failed')
  expect(result).toMatchObject({
    certificate: { clean: false },
    reasons: [
      expect.stringMatching(
        /public\.letters: rows refer by \(mail\) to no row of public\.people, as with \(mail [12]\), \(mail [12]\): the foreign key sent/,
      ),
      expect.stringMatching(/badges: rows refer by \(person\).*as with \(7\): .* worn/),
    ],
  })
  await legacy.app.query("update letters set mail = 'new' where id < 3")
  await service.app.query('delete from badges where person = 7')
  await stand.caughtUp('forward')
  await stand.done('verify', { again: 2 })
})

test('a foreign key that was not validated is taken for what it is: one of new rows', async () => {
  const tables =
    'create table parents (id int primary key); create table children (id int primary key, parent int)'
  await using stand = await createStand(postgres, {
    legacy: tables,
    service: `${tables}; alter table children add foreign key (parent) references parents not valid`,
    tables: [table('parents'), table('children')],
  })
  await stand.legacy.app.query('insert into children values (1, 42)')
  stand.startWorker()
  await stand.done('sync-start')
  expect(await stand.row()).toMatchObject({ certificate: { clean: true } })
})
