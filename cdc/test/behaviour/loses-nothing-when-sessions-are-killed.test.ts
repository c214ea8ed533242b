import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { inLegacy, inService, library } from '../library.ts'
import { createStand, patience, texts } from '../stand.ts'
import { randomFrom, startWriters } from '../writers.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e6))

test(
  `whatever session of a stream is killed under writes, each change is applied exactly once (SEED=${seed})`,
  { timeout: 180_000 },
  async () => {
    await using stand = await createStand(postgres, library)
    const { legacy, service } = stand
    await legacy.app.query(`
    insert into shelves values (1, 'a', 1);
    insert into books (id, shelf, isbn, title) select n, 1, 'first ' || n, 'x' from generate_series(1, 300) n;
    select setval('books_id_seq', 100000)`)
    // Counts each application of each change: a change that is applied twice, or not at all, leaves its mark.
    await service.superuser.query(`
    create table applied (row_key text, times int);
    create function applied() returns trigger language plpgsql as $$
      begin insert into applied values (new.shelf_no::text || new.place, 1); return null; end $$;
    create trigger applied after insert or update on shelves for each row execute function applied();
    alter table shelves enable always trigger applied;
    grant insert on applied to strangler_applier`)
    stand.startWorker()
    await stand.done('sync-start')
    await service.superuser.query('truncate applied')
    const writers = startWriters(legacy.app, seed)
    const random = randomFrom(seed)
    let marks = 0
    for (let kills = 0; kills < 9;) {
      const { rowCount: mark } = await legacy.app.query(
        `insert into shelves select 1000 + n, 'mark', n from generate_series($1::int, $1 + 9) n`,
        [marks],
      )
      marks += mark!
      const kind = random() < 0.5 ? 'apply' : 'capture'
      const { rowCount } = await legacy.superuser.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1`,
        [`strangler ${kind} ${stand.slice}:forward`],
      )
      kills += rowCount!
      const until = writers.committed + Math.floor(random() * 30)
      await vi.waitUntil(() => writers.committed >= until, patience)
    }
    await writers.stop()
    await stand.caughtUp('forward')
    expect(await texts(service, inService)).toEqual(await texts(legacy, inLegacy))
    expect(await texts(service, 'select count(*), count(distinct row_key) from applied')).toEqual([
      [String(marks), String(marks)],
    ])
    expect((await stand.done('verify')).result).toMatchObject({ certificate: { clean: true } })
  },
)

test('a change that the target could not take yet is not forgotten when the sessions die', async () => {
  await using stand = await createStand(postgres, library)
  const { legacy, service } = stand
  await legacy.app.query("insert into shelves values (1, 'a', 1)")
  stand.startWorker()
  await stand.done('sync-start')
  await stand.caughtUp('forward')
  const reader = await service.connect('superuser')
  await reader.query('begin; select from shelves for update')
  await legacy.app.query("update shelves set room = 'b'")
  // By then the source has been told several times what it need not keep.
  await vi.waitFor(
    async () => expect((await stand.stream('forward'))!.lagMs).toBeGreaterThan(3000),
    patience,
  )
  await legacy.superuser.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name in ($1, $2)`,
    ['apply', 'capture'].map((kind) => `strangler ${kind} ${stand.slice}:forward`),
  )
  await reader.query('rollback')
  await stand.caughtUp('forward')
  expect(await texts(service, 'select room from shelves')).toEqual([['b']])
})

test('a database that restarts is waited for, on either end of a stream', async () => {
  const other = await startPostgres()
  await using opened = new AsyncDisposableStack()
  opened.use(other)
  // The control store and one side keep running; the other side's server is stopped.
  const stand = opened.use(await createStand(postgres, library, other))
  const { legacy, service } = stand
  stand.startWorker()
  await stand.done('sync-start')
  await legacy.app.query("insert into shelves values (1, 'before', 1)")
  await stand.caughtUp('forward')
  await other.stop()
  await legacy.app.query("insert into shelves values (2, 'while it was down', 1)")
  await vi.waitFor(
    async () => expect(await stand.stream('forward')).toMatchObject({ state: 'waiting' }),
    patience,
  )
  await other.startAgain()
  await stand.caughtUp('forward')
  await stand.caughtUp('reverse') // It has to find the server again too, before a switch relies on it.
  expect(await texts(service, inService)).toEqual(await texts(legacy, inLegacy))
  await stand.done('switch', { to: 'extracted' })
  await service.app.query("insert into shelves values (3, 'from there', 1)")
  await stand.caughtUp('reverse')
  expect(await texts(legacy, inLegacy)).toEqual(await texts(service, inService))
})
