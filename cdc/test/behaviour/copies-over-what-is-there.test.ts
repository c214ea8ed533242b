import { ask, table } from '@strangler/core'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { inLegacy, inService, library } from '../library.ts'
import { createStand, finished, patience, texts } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

/** Rooms, of which the service is stricter than the monolith: it has more that no two of them may share. */
const rooms = {
  legacy: 'create table rooms (id int primary key, code text unique, label text, during int4range)',
  service: `
    create table rooms (
      id int primary key, code text unique, label text, during int4range, note text default 'none yet',
      exclude using gist (during with &&)
    );
    create unique index on rooms (lower(label)) where label <> '' or code is null`,
  tables: [table('rooms', { columns: [{ kind: 'defaulted', side: 'service', column: 'note' }] })],
} as const

const allRooms = 'select id, code, label, during from rooms order by id'

test('what stands in the way of a copied row and is gone at the source gives way', async () => {
  await using stand = await createStand(postgres, rooms)
  const { legacy, service } = stand
  await legacy.app.query(`insert into rooms values
    (1, 'a', '', '[1,5)'), (2, 'b', 'Ada', '[5,9)'), (3, 'c', 'Bo', '[10,20)'), (4, 'd', '', null)`)
  // As they once were, and were left: values went from row to row since, and rows went.
  await service.app.query(`insert into rooms values
    (1, 'b', '', null, 'of 1'), (2, 'c', '', null, 'of 2'), (3, 'a', 'ADA', null, 'of 3'), (4, 'd', '', null, 'of 4'),
    (5, 'e', 'BO', null, 'of 5'), (6, 'f', '', '[4,6)', 'of 6')`)
  stand.startWorker()
  expect((await stand.done('sync-start')).result).toMatchObject({ certificate: { clean: true } })
  expect(await texts(service, allRooms)).toEqual(await texts(legacy, allRooms))
  // Columns of its own stay with a row that was in nobody's way.
  const notes = await texts(service, 'select note from rooms where id in (2, 4) order by id')
  expect(notes).toEqual([['of 2'], ['of 4']])
})

test('of rows that may not stand beside each other at all the later one waits as a dead letter', async () => {
  await using stand = await createStand(postgres, rooms)
  const { legacy, service } = stand
  await legacy.app.query(`insert into rooms values (1, 'a', 'Ada', null), (2, 'b', 'ADA', null)`)
  await service.app.query(`insert into rooms values (2, 'a', '', null)`)
  stand.startWorker()
  const { result } = await stand.done('sync-start')
  expect(result).toMatchObject({ certificate: { clean: false, deadLetters: 1 } })
  expect(await texts(service, 'select id, code, label from rooms')).toEqual([['1', 'a', 'Ada']])
})

test('what stands in the way gives way in a partition with a unique index of its own', async () => {
  await using stand = await createStand(postgres, {
    legacy: 'create table rooms (id int primary key, code numeric(6,2))',
    service: `
      create table rooms (id int primary key, code numeric(6,2)) partition by range (id);
      create table low partition of rooms for values from (0) to (100);
      create table high partition of rooms for values from (100) to (200);
      create unique index on low (code); create unique index on high (code)`,
    tables: [table('rooms')],
  })
  const { legacy, service } = stand
  await legacy.app.query('insert into rooms values (1, 5.10), (2, 6), (101, 6)')
  await service.app.query('insert into rooms values (2, 5.1), (50, 6), (102, 6), (103, 5.1)')
  stand.startWorker()
  expect((await stand.done('sync-start')).result).toMatchObject({ certificate: { clean: true } })
  const all = 'select * from rooms order by id'
  expect(await texts(service, all)).toEqual(await texts(legacy, all))
})

test('where nobody can tell what stands in the way the row waits as a dead letter, and the copy goes on', async () => {
  await using stand = await createStand(postgres, {
    legacy: 'create table rooms (id int primary key, code text)',
    service: `
      create domain mark as text not null;
      create table rooms (id int primary key, code text, mark mark default '-', unique (code, mark))`,
    tables: [table('rooms', { columns: [{ kind: 'defaulted', side: 'service', column: 'mark' }] })],
  })
  const { legacy, service } = stand
  await legacy.app.query(`insert into rooms select n, 'c' || n from generate_series(1, 150) n`)
  await service.app.query(`insert into rooms values (900, 'c1')`)
  stand.startWorker()
  const { result } = await stand.done('sync-start')
  expect(result).toMatchObject({ certificate: { clean: false, deadLetters: 1 } })
  await stand.done('dead-letters-replay')
  const all = 'select id, code from rooms order by id'
  expect(await texts(service, all)).toEqual(await texts(legacy, all))
})

test('a row whose key only looked otherwise is there, and looks as at its source', async () => {
  const tags = `create extension citext;
    create table tags (name citext primary key, price numeric not null); create table sizes (size numeric primary key)`
  await using stand = await createStand(postgres, {
    legacy: tags,
    service: tags,
    tables: [table('tags'), table('sizes')],
  })
  const { legacy, service } = stand
  // More than one chunk, of which the first has the one spelling, and the last the other.
  await legacy.app.query(`
    insert into tags values ('Aa', 1); insert into tags select 'B' || n, n from generate_series(1, 200) n;
    insert into sizes values (1.0), (2)`)
  await service.app.query(`insert into tags values ('aA', 2); insert into sizes values (1), (2.00)`)
  stand.startWorker()
  expect((await stand.done('sync-start')).result).toMatchObject({ certificate: { clean: true } })
  for (const all of ['select * from tags order by name', 'select * from sizes order by size']) {
    expect(await texts(service, all)).toEqual(await texts(legacy, all))
  }
})

test('a row that is moved meanwhile to where another one was left is there', async () => {
  await using stand = await createStand(postgres, library)
  const { legacy, service, control, slice } = stand
  await legacy.app.query(
    `insert into shelves values (1, 'a', 1); insert into books (id) values (6)`,
  )
  await service.app.query(`insert into books (id) values (4)`)
  // The copy of the shelves is held up; that of the books has not begun.
  const holder = await service.connect('superuser')
  await service.superuser.query(`
    create function wait() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(1); return null; end $$;
    create trigger wait after insert on shelves for each statement execute function wait();
    alter table shelves enable always trigger wait`)
  await holder.query('begin; select pg_advisory_xact_lock(1)')
  stand.startWorker()
  const starting = {
    kind: 'sync-start',
    slices: [slice],
    arguments: {},
    requestedBy: 'a test',
  } as const
  const { id } = await ask(control, starting)
  await vi.waitUntil(async () => {
    const waiting = `select from pg_stat_activity where application_name like 'strangler apply %' and wait_event_type = 'Lock'`
    return (await service.superuser.query(waiting)).rowCount === 1
  }, patience)
  await legacy.app.query('update books set pages = 5 where id = 6')
  await legacy.app.query('update books set id = 4 where id = 6')
  await holder.query('rollback')
  expect((await finished(control, id)).result).toMatchObject({ certificate: { clean: true } })
  expect(await texts(service, inService)).toEqual(await texts(legacy, inLegacy))
})
