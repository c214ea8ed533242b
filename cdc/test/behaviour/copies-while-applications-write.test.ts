import { ask } from '@strangler/core'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { inLegacy, inService, library } from '../library.ts'
import { createStand, finished, patience, type Stand, texts } from '../stand.ts'
import { startWriters } from '../writers.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e6))
const often = { ...patience, interval: 5 }

const books = (count: number) => `
  insert into shelves values (1, 'a', 1);
  insert into books (id, shelf, isbn, title) select n * 3, 1, 'first ' || n, 'x' from generate_series(1, ${count}) n;
  insert into loans select n * 3, '2024-01-01', 'Ann' from generate_series(1, ${count}, 2) n;
  select setval('books_id_seq', 1000000)`

async function copied({ service }: Stand, table: string): Promise<{ rows: number; done: boolean }> {
  const { rows } = await service.superuser.query<{ rows: number; done: boolean }>(
    `select rows::int, done from strangler.copied where source_table = $1`,
    [table],
  )
  return rows[0] ?? { rows: 0, done: false }
}

test(`what is copied while four writers change rows and keys is what the source has at the end (SEED=${seed})`, async () => {
  // The writers leave the copy as little of the processors as they can.
  await using stand = await createStand(postgres, { ...library, patienceMs: 120_000 })
  const { legacy, service } = stand
  await legacy.app.query(books(3000))
  // What somebody tried out there before must not stay, nor be in the way of what comes.
  await service.app.query(`
    insert into shelves values (77, 'left over', 1);
    insert into books (id, isbn) select n * 40, 'first ' || n from generate_series(1, 200) n;
    insert into books (id, isbn) select n * 40 + 1, 'isbn ' || n from generate_series(0, 29) n;
    insert into books (id) values (4), (99999)`)
  const writers = startWriters(legacy.app, seed)
  await vi.waitUntil(() => writers.committed > 20, often)
  stand.startWorker()
  await stand.done('sync-start')
  const committed = writers.committed
  await vi.waitUntil(() => writers.committed > committed + 50, often)
  await writers.stop()
  await stand.caughtUp('forward')
  expect(await texts(service, inService)).toEqual(await texts(legacy, inLegacy))
  const { result } = await stand.done('verify')
  expect(result).toMatchObject({ certificate: { clean: true } })
}, 240_000)

test(`a copy whose worker stops in the middle is finished by the next one, which does not start again (SEED=${seed})`, async () => {
  await using stand = await createStand(postgres, library)
  const { legacy, service, control, slice } = stand
  await legacy.app.query(books(24_000))
  await service.superuser.query(`
    create table puts (n int); grant insert on puts to strangler_applier;
    create function counted() returns trigger language plpgsql as $$ begin insert into puts select count(*) from put; return null; end $$;
    create trigger counted after insert on books referencing new table as put for each statement execute function counted();
    create trigger counted_again after update on books referencing new table as put for each statement execute function counted();
    alter table books enable always trigger counted; alter table books enable always trigger counted_again`)
  const first = stand.startWorker('first')
  const { id } = await ask(control, {
    kind: 'sync-start',
    slices: [slice],
    arguments: {},
    requestedBy: 'a test',
  })
  await vi.waitUntil(
    async () => (await copied(stand, 'public.books').catch(() => ({ rows: 0 }))).rows > 12_000,
    often,
  )
  await first.stop()
  const half = await copied(stand, 'public.books')
  expect(half.done).toBe(false)
  const writers = startWriters(legacy.app, seed)
  stand.startWorker('second')
  // Sessions die too: the chunk under way is read again, and no other.
  await vi.waitUntil(async () => (await copied(stand, 'public.books')).rows > half.rows, often)
  await service.superuser.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'strangler apply %'`,
  )
  const answer = await finished(control, id)
  await writers.stop()
  expect(answer).toMatchObject({ state: 'done' })
  await stand.caughtUp('forward')
  expect(await texts(service, inService)).toEqual(await texts(legacy, inLegacy))
  // The stream's own batches are small; chunks of hundreds of rows come from the copy only.
  const [[put]] = (await texts(service, 'select sum(n) from puts where n >= 100')) as [[string]]
  expect(Number(put)).toBeLessThan(24_000 + 10_000)
})

test('a table that is truncated while it is copied does not get its rows back', async () => {
  await using stand = await createStand(postgres, library)
  const { legacy, service, control, slice } = stand
  // So many that the copy is under way for long after its first chunk.
  await legacy.app.query(books(20_000))
  // The copy of the shelves is waited for; then the target is kept from applying anything.
  stand.startWorker()
  const blocker = await service.connect('superuser')
  const { id } = await ask(control, {
    kind: 'sync-start',
    slices: [slice],
    arguments: {},
    requestedBy: 'a test',
  })
  await vi.waitUntil(
    async () => (await copied(stand, 'public.books').catch(() => ({ rows: 0 }))).rows > 100,
    often,
  )
  await blocker.query('begin; lock table books in share mode')
  await vi.waitUntil(async () => {
    const { rows } = await service.superuser.query(
      `select from pg_stat_activity where application_name like 'strangler apply %' and wait_event_type = 'Lock'`,
    )
    return rows.length > 0
  }, often)
  await legacy.app.query('truncate books cascade')
  await legacy.app.query("insert into books (id, isbn) values (3, 'the only one')")
  await blocker.query('rollback')
  expect(await finished(control, id)).toMatchObject({ state: 'done' })
  await stand.caughtUp('forward')
  expect(await texts(service, 'select id, isbn from books')).toEqual([['3', 'the only one']])
})
