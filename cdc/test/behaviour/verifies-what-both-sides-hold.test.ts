import { type Certificate } from '@strangler/core'
import { startPostgres, type TestDatabase, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { library } from '../library.ts'
import { createStand, patience, type Stand } from '../stand.ts'
import { startWriters } from '../writers.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

const often = { ...patience, interval: 10 }

/** Changes the target's rows behind the toolkit's back, as nobody should. */
async function tamper({ superuser }: TestDatabase, sql: string): Promise<void> {
  const client = await superuser.connect()
  try {
    await client.query('begin')
    const tables = ['shelves', 'books', 'lent']
    for (const table of tables) await client.query(`alter table ${table} disable trigger all`)
    await client.query(sql)
    for (const table of tables) {
      await client.query(`alter table ${table} enable trigger all`)
      for (const fence of ['strangler_fence', 'strangler_fence_truncate']) {
        await client.query(`alter table ${table} enable always trigger ${fence}`)
      }
    }
    await client.query('commit')
  } finally {
    client.release()
  }
}

async function synced(count: number): Promise<Stand> {
  await using opened = new AsyncDisposableStack()
  const stand = opened.use(await createStand(postgres, library))
  await stand.legacy.app.query(`
    insert into shelves values (1, 'a', 1);
    insert into books (id, shelf, isbn, title) select n, 1, 'isbn ' || n, 'x' from generate_series(1, ${count}) n;
    insert into loans select n, '2024-01-01 00:00:00.5+00', 'Ann' from generate_series(1, 9) n;
    select setval('books_id_seq', 1000000)`)
  stand.startWorker()
  await stand.done('sync-start')
  opened.move()
  return stand
}

test('equal rows get a clean certificate that counts them and has the same digest each time', async () => {
  await using stand = await synced(6000)
  const one = (await stand.done('verify')).result!['certificate'] as Certificate
  expect(one).toMatchObject({ clean: true, rows: 6010 })
  expect(one.tables).toMatchObject([
    { table: 'public.shelves', rows: 1, mismatches: 0, inconclusive: 0 },
    { table: 'public.books', rows: 6000, mismatches: 0, inconclusive: 0 },
    { table: 'public.loans', rows: 9, mismatches: 0, inconclusive: 0 },
  ])
  expect((await stand.row()).certificate).toMatchObject({ clean: true, at: one.at })
  const two = (await stand.done('verify', { again: true })).result!['certificate'] as Certificate
  expect(two.tables).toEqual(one.tables)
  await stand.legacy.app.query('update books set pages = 1 where id = 5999')
  const three = (await stand.done('verify', { again: 2 })).result!['certificate'] as Certificate
  expect(three.tables[1]!.digest).not.toBe(one.tables[1]!.digest)
})

test('a changed column, a missing row and one too many are named with their keys, and the switch is refused', async () => {
  await using stand = await synced(6000)
  await tamper(
    stand.service,
    `update books set name = 'y' where id = 17; delete from books where id = 5500;
     insert into books (id) values (-1), (7000); delete from lent where book_id = 3; update books set local_note = 'not mapped' where id = 18`,
  )
  const answer = await stand.request('verify')
  expect(answer.state).toBe('failed')
  expect(answer.result!.reasons!.toSorted()).toEqual([
    'public.books: the row for public.books (-1) should not be there',
    'public.books: the row for public.books (17) differs there',
    'public.books: the row for public.books (5500) is missing there',
    'public.books: the row for public.books (7000) should not be there',
    expect.stringMatching(
      /^public.lent: the row for public.loans \(3, 2024-01-01 00:00:00.5\+00\) is missing there$/,
    ),
  ])
  const refusal = await stand.request('switch', { to: 'extracted' })
  expect(refusal.state).toBe('refused')
  expect(refusal.result!.reasons!.join()).toMatch(/last verification found differences/)

  await tamper(
    stand.service,
    `update books set name = 'x' where id = 17; delete from books where id in (-1, 7000);
     insert into books (id, shelf_no, isbn, name) values (5500, 1, 'isbn 5500', 'x');
     insert into lent values ('2024-01-01 00:00:00.5+00', 3, 'Ann')`,
  )
  await stand.done('verify', { again: true })
})

test('rows that are written meanwhile are no differences, however many, and do not hide one', async () => {
  await using stand = await synced(3000)
  const writers = startWriters(stand.legacy.app, 4711)
  for (let round = 0; round < 3; round++) {
    const certificate = (await stand.done('verify', { round })).result![
      'certificate'
    ] as Certificate
    expect(certificate.clean).toBe(true)
  }
  await stand.legacy.app.query("insert into books (id, isbn) values (5000001, 'untouched')")
  await stand.caughtUp('forward')
  await tamper(stand.service, 'update books set pages = -1 where id = 5000001')
  const answer = await stand.request('verify', { round: 'tampered' })
  await writers.stop()
  expect(answer).toMatchObject({
    state: 'failed',
    result: { reasons: ['public.books: the row for public.books (5000001) differs there'] },
  })
})

test('a stream that is far behind when a verification begins does not make it look at fewer rows', async () => {
  await using stand = await synced(16_000)
  const { legacy, service } = stand
  await tamper(service, 'update books set pages = -1 where id = 15999')
  // The applier waits for a reader's lock, while much changes at the source.
  const reader = await service.connect('superuser')
  await reader.query('begin; select from books where id = 1 for update')
  await legacy.app.query('update books set pages = 2 where id <= 12000')
  const waits = async () => {
    const { rowCount } = await service.superuser.query(
      `select from pg_stat_activity where application_name like 'strangler apply %' and wait_event_type = 'Lock'`,
    )
    return rowCount! > 0
  }
  await vi.waitUntil(waits, often)
  const answered = stand.request('verify')
  await vi.waitUntil(async () => {
    const { rows } = await stand.control.query<{ progress: { done?: number } }>(
      'select progress from request order by id desc limit 1',
    )
    return (rows[0]!.progress.done ?? 0) >= 5000
  }, often)
  await reader.query('rollback')
  expect(await answered).toMatchObject({
    state: 'failed',
    result: { reasons: ['public.books: the row for public.books (15999) differs there'] },
  })
})
