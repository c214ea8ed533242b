import { enumerated, table } from '@strangler/core'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createStand, type Stand, texts } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

const patience = { timeout: 20_000, interval: 50 }

const things = {
  legacy:
    'create table parents (id int primary key); create table things (k text, n int, v int, kind text, parent int, primary key (k, n))',
  service: `create table parents (id int primary key);
    create table things (
      k text, n int, v int constraint small check (v < 100), kind text, parent int references parents, primary key (k, n))`,
  tables: [
    table('parents'),
    table('things', { columns: [enumerated('kind', 'kind', { a: 'x', b: 'y' })] }),
  ],
}

async function synced(): Promise<Stand> {
  await using opened = new AsyncDisposableStack()
  const stand = opened.use(await createStand(postgres, things))
  stand.startWorker()
  await stand.done('sync-start')
  await stand.legacy.app.query(
    "insert into parents values (1); insert into things values ('start', 0, 1, 'a', 1)",
  )
  await stand.caughtUp('forward')
  opened.move()
  return stand
}

/** Waits until the forward stream has stopped, and says why. */
function stopped(stand: Stand): Promise<string> {
  return vi.waitFor(async () => {
    const report = await stand.stream('forward')
    expect(report).toMatchObject({ state: 'stopped' })
    return String(report!.detail['why'])
  }, patience)
}

const all = 'select k, n, v, parent from things order by 1, 2'

async function goesOn(stand: Stand): Promise<void> {
  await stand.caughtUp('forward')
  expect(await texts(stand.service, all)).toEqual(await texts(stand.legacy, all))
  await vi.waitFor(
    async () => expect(await stand.stream('forward')).toMatchObject({ state: 'streaming' }),
    patience,
  )
}

test('a row that the target refuses stops the stream before it, names slice, table, key and SQLSTATE, and refuses switches', async () => {
  await using stand = await synced()
  const { legacy, service } = stand
  await legacy.app.query(`
    begin; insert into things values ('good', 1, 1, 'a', null); insert into things values ('bad', 7, 100, 'a', null);
    insert into things values ('good', 2, 1, 'a', null); commit`)
  const why = await stopped(stand)
  for (const word of [
    `${stand.slice}:forward`,
    'public.things',
    '(bad, 7)',
    'SQLSTATE 23514',
    'constraint small',
  ]) {
    expect(why).toContain(word)
  }
  const before = await stand.position('forward')
  await legacy.app.query("insert into things values ('later', 1, 1, 'a', null)")
  expect(await texts(service, all)).toEqual([['start', '0', '1', '1']])
  const answer = await stand.request('switch', { to: 'extracted' })
  expect(answer.state).toBe('refused')
  expect(answer.result!.reasons!.join()).toContain('(bad, 7)')
  expect(await stand.position('forward')).toEqual(before)

  await service.app.query('alter table things drop constraint small')
  await goesOn(stand)
})

test('a row that is corrected at its source is applied as it is then, without its state before', async () => {
  await using stand = await synced()
  await stand.legacy.app.query("insert into things values ('bad', 7, 100, 'a', null)")
  expect(await stopped(stand)).toContain('(bad, 7)')
  await stand.legacy.app.query("update things set v = 99 where k = 'bad'")
  await goesOn(stand)
})

test('a row that the target refuses while it is copied fails the request, which goes on when asked again', async () => {
  await using stand = await createStand(postgres, things)
  const { legacy, service } = stand
  await legacy.app.query(
    "insert into things select 'row', n, case n when 150 then 100 else 1 end, 'a', null from generate_series(1, 400) n",
  )
  stand.startWorker()
  const answer = await stand.request('sync-start')
  expect(answer.state).toBe('failed')
  expect(answer.result!.reasons!.join()).toMatch(/public\.things.*constraint small.*row, 150, 100/s)
  await service.app.query('alter table things drop constraint small')
  await stand.done('sync-start', { again: true })
  expect(await texts(service, all)).toEqual(await texts(legacy, all))
})

test('a verification does not wait for a stream that has stopped', async () => {
  await using stand = await synced()
  await stand.legacy.app.query("insert into things values ('bad', 7, 100, 'a', null)")
  await stopped(stand)
  const answer = await stand.request('verify')
  expect(answer.state).toBe('failed')
  expect(answer.result!.reasons!.join()).toContain('(bad, 7)')
})

test('a value that the plan does not list stops the stream and is named', async () => {
  await using stand = await synced()
  await stand.legacy.app.query("update things set kind = 'c'")
  const why = await stopped(stand)
  expect(why).toContain("public.things.kind holds 'c'")
  expect(why).toContain('(start, 0)')
  await stand.legacy.app.query("update things set kind = 'b'")
  await goesOn(stand)
})

test('a foreign key that only the target has is kept, though appliers fire no triggers', async () => {
  await using stand = await synced()
  const { legacy, service } = stand
  await legacy.app.query("insert into things values ('orphan', 1, 1, 'a', 42)")
  const why = await stopped(stand)
  expect(why).toContain(`${stand.slice}:forward`)
  expect(why).toMatch(
    /public\.things \(parent\) would refer with \(42\) to no row of public\.parents/,
  )
  expect(await texts(service, all)).toEqual([['start', '0', '1', '1']])
  await legacy.app.query('insert into parents values (42)')
  await goesOn(stand)
  await legacy.app.query('delete from parents where id = 42')
  expect(await stopped(stand)).toMatch(/\(42\)/)
  await legacy.app.query('delete from things where parent = 42')
  await goesOn(stand)
})

test('a mapped column that is dropped at the source stops the stream, an added one does not, and nothing is lost', async () => {
  await using stand = await synced()
  const { legacy } = stand
  await legacy.app.query(
    "alter table things add column extra text; insert into things values ('wider', 1, 1, 'a', null, 'e')",
  )
  await goesOn(stand)
  await legacy.app.query('alter table things rename column v to w')
  await legacy.app.query("insert into things values ('renamed', 1, 5, 'a', null)")
  expect(await stopped(stand)).toMatch(/public\.things no longer has v/)
})

test('a log that lost what the target needs stops the stream and says how to go on', async () => {
  await using stand = await createStand(postgres, things)
  const { legacy, service } = stand
  const first = stand.startWorker('first')
  await stand.done('sync-start')
  await stand.caughtUp('forward')
  await first.stop()
  const backup = await texts(service, 'select stream, place, beat from strangler.position')
  const second = stand.startWorker('second')
  await legacy.app.query("insert into things values ('after the backup', 1, 1, 'a', null)")
  await stand.caughtUp('forward')
  const { place } = await stand.position('forward')
  await vi.waitFor(async () => {
    const confirmed = `select confirmed_flush_lsn >= '${place}' from pg_replication_slots where slot_name = 'strangler_${stand.slice}_forward'`
    expect(await texts(legacy, confirmed)).toEqual([['t']])
  }, patience)
  await second.stop()
  // As a database is after a restore: rows and position of before.
  await service.superuser.query('alter table things disable trigger all; delete from things')
  await service.superuser.query(
    'update strangler.position set place = $2, beat = $3 where stream = $1',
    backup.find(([stream]) => stream!.endsWith(':forward')),
  )
  await service.superuser.query(
    'alter table things enable always trigger strangler_fence; alter table things enable always trigger strangler_fence_truncate',
  )
  stand.startWorker('third')
  expect(await stopped(stand)).toMatch(/what was changed between is missing.*sync stop --drop/)
  await stand.done('sync-stop', { drop: true })
  await stand.done('sync-start', { again: true })
  expect(await texts(service, all)).toEqual(await texts(legacy, all))
})

test('a slot that is gone stops the stream and says how to go on', async () => {
  await using stand = await createStand(postgres, things)
  const { legacy, service } = stand
  const first = stand.startWorker('first')
  await stand.done('sync-start')
  await first.stop()
  await vi.waitFor(
    () =>
      legacy.superuser.query('select pg_drop_replication_slot($1)', [
        `strangler_${stand.slice}_forward`,
      ]),
    patience,
  )
  await legacy.app.query("insert into things values ('meanwhile', 1, 1, 'a', null)")
  stand.startWorker('second')
  expect(await stopped(stand)).toMatch(/slot .* is gone.*sync stop --drop/)
  await stand.done('sync-stop', { drop: true })
  await stand.done('sync-start', { again: true })
  expect(await texts(service, all)).toEqual(await texts(legacy, all))
})
