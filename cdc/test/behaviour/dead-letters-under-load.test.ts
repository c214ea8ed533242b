import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { synced } from '../letters.ts'
import { inLegacy, inService, library } from '../library.ts'
import { createStand, patience, texts } from '../stand.ts'
import { startProcess } from '../processes.ts'
import { startWriters } from '../writers.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

/** Refuses some rows of every table. */
const harsh = `
  alter table books add constraint thin check (pages < 3), add constraint named check (isbn not like 'isbn %5');
  alter table lent add constraint known check (reader not like 'Cy %7')`
const mild = `
  alter table books drop constraint thin, drop constraint named; alter table lent drop constraint known`

test.for([1, 2])(
  'whatever is written while a target refuses some of it, both sides are equal once that is repaired and replayed (seed %i)',
  async (seed) => {
    await using stand = await synced(
      postgres,
      library,
      `insert into shelves values (1, 'a', 1);
       insert into books (id, shelf, isbn, title) select n, 1, n, repeat('x', 3000) from generate_series(1, 60) n;
       select setval('books_id_seq', 4000)`,
    )
    const { legacy, service } = stand
    const count = 'select count(*)::int from strangler.dead_letter where discarded_at is null'
    const waiting = async () => Number((await texts(service, count))[0]![0])
    await service.app.query(harsh)
    const writers = startWriters(legacy.app, seed)
    // Some are tried in vain, or in part, while others come.
    for (let round = 1; round <= 3; round++) {
      const committed = writers.committed
      await vi.waitUntil(() => writers.committed > committed + 150, patience)
      await vi.waitUntil(async () => (await waiting()) > 0, patience)
      await stand.request('dead-letters-replay', { round })
    }
    await writers.stop()
    await legacy.app.query("insert into books (id, isbn, pages) values (9000, 'one at least', 9)")
    await stand.caughtUp('forward')
    const before = await waiting()
    expect(before).toBeGreaterThan(0)
    expect((await stand.request('verify')).state).toBe('failed')
    const orphans = `select from lent l where not exists (select from books b where b.id = l.book_id)`
    expect(await texts(service, orphans)).toEqual([])

    await service.app.query(mild)
    const { result } = await stand.done('dead-letters-replay')
    expect(result).toMatchObject({ applied: before, waiting: 0 })
    expect(await texts(service, inService)).toEqual(await texts(legacy, inLegacy))
    const verified = await stand.done('verify', { again: true })
    expect(verified.result).toMatchObject({ certificate: { clean: true } })
  },
)

test('letters are as exact as rows: whenever the worker is killed, none is lost and none is there twice', async () => {
  await using stand = await createStand(postgres, library)
  const { legacy, service } = stand
  const bad = async () =>
    Number((await texts(service, 'select count(*) from strangler.dead_letter'))[0]![0])
  {
    await using _setUp = startProcess(stand, 'set up')
    await stand.done('sync-start')
    await service.app.query("alter table books add constraint named check (isbn not like '%7')")
  }
  let last = 0
  let stopping = false
  const write = async () => {
    while (!stopping) {
      const sql = 'insert into books (id, isbn) values ($1::int, $1::int), (-$1::int, -$1::int)'
      await legacy.app.query(sql, [last + 1])
      last++
      // Never far ahead, so that the worker is killed between many small transactions.
      if (last % 10 !== 0) continue
      await vi.waitUntil(async () => stopping || last / 5 - (await bad()) < 30, patience)
    }
  }
  const writing = write()
  try {
    for (const id of ['first', 'second', 'third']) {
      await using _killed = startProcess(stand, id)
      const before = await bad()
      await vi.waitUntil(async () => (await bad()) > before + 10, patience)
    }
  } finally {
    stopping = true
    await writing
  }
  stand.startWorker('last')
  await stand.caughtUp('forward')
  const keys = await texts(
    service,
    "select key[1] from strangler.dead_letter where kind = 'put' order by abs(key[1]::int), key[1]::int",
  )
  const refused = Array.from({ length: last }, (_, at) => at + 1).filter((n) => n % 10 === 7)
  expect(keys.flat()).toEqual(refused.flatMap((n) => [String(-n), String(n)]))
  const rows = String(2 * (last - refused.length))
  expect(await texts(service, 'select count(*) from books')).toEqual([[rows]])
}, 180_000)
