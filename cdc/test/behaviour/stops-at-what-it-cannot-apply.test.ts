import { enumerated, table } from '@strangler/core'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createStand, patience, type Stand, texts } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

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

/** Most of them are refused, so it is the table that does not fit. */
const mostlyBad = `insert into things select 'bad', n, 100 - n % 3 / 2, 'a', null from generate_series(1, 300) n`

test('when most of many rows are refused the stream stops before them, names table, SQLSTATE and constraint, and parks none', async () => {
  await using stand = await synced()
  const { legacy, service } = stand
  await legacy.app.query(mostlyBad)
  const why = await stopped(stand)
  for (const word of [
    `${stand.slice}:forward`,
    'most of 300 were refused',
    '"things"',
    'SQLSTATE 23514',
    'constraint small',
  ]) {
    expect(why).toContain(word)
  }
  const before = await stand.position('forward')
  await legacy.app.query("insert into things values ('later', 1, 1, 'a', null)")
  expect(await texts(service, all)).toEqual([['start', '0', '1', '1']])
  expect(await texts(service, 'select id from strangler.dead_letter')).toEqual([])
  const answer = await stand.request('switch', { to: 'extracted' })
  expect(answer.state).toBe('refused')
  expect(answer.result!.reasons!.join()).toContain('constraint small')
  expect(await stand.position('forward')).toEqual(before)

  await service.app.query('alter table things drop constraint small')
  await goesOn(stand)
})

test('a column that the target lost stops the stream: that is no matter of single rows', async () => {
  await using stand = await synced()
  const { legacy, service } = stand
  await service.app.query('alter table things rename column v to w')
  await legacy.app.query("insert into things values ('good', 1, 1, 'a', null)")
  expect(await stopped(stand)).toMatch(/public\.things \(good, 1\).*SQLSTATE 42703/)
  await service.app.query('alter table things rename column w to v')
  await goesOn(stand)
})

test('what was stopped at is applied as it is when it was corrected at its source', async () => {
  await using stand = await synced()
  await stand.legacy.app.query(mostlyBad)
  expect(await stopped(stand)).toContain('constraint small')
  await stand.legacy.app.query("update things set v = 99 where k = 'bad'")
  await goesOn(stand)
})

test('when most rows are refused while they are copied the request fails, and goes on when asked again', async () => {
  await using stand = await createStand(postgres, things)
  const { legacy, service } = stand
  await legacy.app.query(mostlyBad)
  stand.startWorker()
  const answer = await stand.request('sync-start')
  expect(answer.state).toBe('failed')
  expect(answer.result!.reasons!.join()).toMatch(/most of 100 were refused.*constraint small/)
  await service.app.query('alter table things drop constraint small')
  await stand.done('sync-start', { again: true })
  expect(await texts(service, all)).toEqual(await texts(legacy, all))
})

test('when most rows break a foreign key that only the target has, the stream stops', async () => {
  await using stand = await synced()
  const { legacy } = stand
  await legacy.app.query(
    "insert into things select 'orphan', n, 1, 'a', 1000 + n from generate_series(1, 120) n",
  )
  expect(await stopped(stand)).toMatch(
    /most of 120 break foreign keys.*public\.things \(parent\) would refer with \(1\d+\) to no row of public\.parents/,
  )
  await legacy.app.query('insert into parents select 1000 + n from generate_series(1, 120) n')
  await goesOn(stand)
})

test('a verification does not wait for a stream that has stopped', async () => {
  await using stand = await synced()
  await stand.legacy.app.query(mostlyBad)
  await stopped(stand)
  const answer = await stand.request('verify')
  expect(answer.state).toBe('failed')
  expect(answer.result!.reasons!.join()).toContain('constraint small')
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
