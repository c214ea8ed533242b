import { readHistory, sharedSink, table } from '@strangler/core'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { amidstSwitch } from '../amidst.ts'
import { allThings, letters, synced, things, write } from '../letters.ts'
import { inLegacy, inService, library } from '../library.ts'
import { createStand, patience, type Stand, texts } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

const fits = 'alter table things drop constraint small'

async function equal(stand: Stand): Promise<void> {
  await stand.caughtUp('forward')
  expect(await texts(stand.service, allThings)).toEqual(await texts(stand.legacy, allThings))
}

async function reasons(stand: Stand, ...request: Parameters<Stand['request']>): Promise<string> {
  const { result } = await stand.request(...request)
  return result!.reasons!.join('\n')
}

test('while a row is parked no certificate is clean and no switch begins; once its table was repaired it is replayed in order, and both are', async () => {
  await using stand = await synced(postgres, things, "insert into things values ('a', 1, 1, 'a')")
  await write(
    stand,
    "update things set v = 100 where k = 'a'",
    "update things set n = 2 where k = 'a'",
    "insert into things values ('a', 1, 7, 'b')",
    "update things set v = 101 where n = 2; insert into things values ('z', 1, 1, 'a')",
  )
  expect(await letters(stand)).toHaveLength(4)
  const verified = await stand.request('verify')
  expect(verified).toMatchObject({
    state: 'failed',
    result: { certificate: { clean: false, deadLetters: 4 } },
  })
  expect(verified.result!.reasons!.join('\n')).toMatch(
    /4 dead letters wait[^]*\(a, 2\) is missing there; its changes wait as dead letters/,
  )
  expect(await reasons(stand, 'switch', { to: 'extracted' })).toContain(
    `service service: 4 dead letters wait: run "strangler dead-letters list ${stand.slice}"`,
  )

  const answer = await stand.request('dead-letters-replay')
  expect(answer).toMatchObject({ state: 'failed', result: { applied: 0, waiting: 4 } })
  await stand.service.app.query(fits)
  const replayed = await stand.done('dead-letters-replay', { again: true })
  expect(replayed.result).toMatchObject({ applied: 4, waiting: 0 })
  expect(await texts(stand.service, 'select k, n, v from things order by k, n')).toEqual([
    ['a', '1', '7'],
    ['a', '2', '101'],
    ['z', '1', '1'],
  ])
  await write(stand, "update things set v = 3 where k = 'a'") // The row is free again.
  await equal(stand)
  const { result } = await stand.done('verify', { again: true })
  expect(result).toMatchObject({ certificate: { clean: true, deadLetters: 0 } })
  await stand.done('switch', { to: 'extracted', again: true })
})

test('a letter makes the certificate void at once, and once it is gone the slice is verified again by itself', async () => {
  await using stand = await synced(postgres, things, "insert into things values ('a', 1, 1, 'a')")
  await expect.poll(() => stand.row(), patience).toMatchObject({ certificate: { clean: true } })
  await write(stand, "update things set v = 100 where k = 'a'")
  const voided = { certificate: { clean: false, deadLetters: 1 } }
  await expect.poll(() => stand.row(), patience).toMatchObject(voided)
  await stand.service.app.query(fits)
  await stand.done('dead-letters-replay')
  await expect.poll(() => stand.row(), patience).toMatchObject({ certificate: { clean: true } })
})

test('a row that was corrected at its source is replayed as it is then, without its states before', async () => {
  await using stand = await synced(postgres)
  await write(
    stand,
    "insert into things values ('bad', 1, 100, 'a'), ('moved', 1, 100, 'a')",
    "update things set v = 99 where k = 'bad'",
    "update things set n = 2, v = 98 where k = 'moved'",
  )
  const { result } = await stand.done('dead-letters-replay')
  expect(result).toMatchObject({ applied: 4, waiting: 0 })
  await equal(stand)
})

test('a row that was updated in part is replayed when the rest of it is known', async () => {
  const title = "repeat('long', 5000)"
  await using stand = await synced(
    postgres,
    library,
    `insert into books (id, isbn, title) values (1, 'a', ${title}), (2, 'b', ${title})`,
  )
  const { service } = stand
  await service.superuser.query(`
    set session_replication_role = replica; alter table books disable trigger all;
    delete from books where id = 1;
    alter table books enable always trigger strangler_fence; alter table books enable always trigger strangler_fence_truncate`)
  await write(stand, 'update books set pages = 7 where id = 1')
  expect(await reasons(stand, 'dead-letters-replay')).toMatch(/\(1\):.*lacks a row.*Update the row/)
  await write(stand, `update books set title = ${title} || 'er', id = 3 where id = 1`)
  await stand.done('dead-letters-replay', { again: true })
  expect(await texts(service, inService)).toEqual(await texts(stand.legacy, inLegacy))
})

test('what is refused again stays in its order, with what it met now and how often it was tried', async () => {
  await using stand = await synced(postgres)
  await write(
    stand,
    "insert into things values ('bad', 1, 200, 'a'), ('other', 1, 100, 'a')",
    "update things set n = 2 where k = 'bad'",
  )
  await stand.service.app.query(
    'alter table things drop constraint small, add constraint medium check (v < 150)',
  )
  const answer = await stand.request('dead-letters-replay')
  expect(answer).toMatchObject({ state: 'failed', result: { applied: 1, waiting: 2 } })
  expect(answer.result!.reasons!.join()).toMatch(/^f\d+, public\.things \(bad, 1\): .*"medium"/)
  const tried = `select kind, reason, constraint_name, attempts from strangler.dead_letter order by id`
  expect(await texts(stand.service, tried)).toEqual([
    ['put', 'refused', 'medium', '1'],
    ['rekey', 'behind', null, '1'],
  ])
  expect(await texts(stand.service, 'select k from things')).toEqual([['other']])
})

test('rows are replayed before those that refer to them, and those alone are not', async () => {
  await using stand = await synced(postgres)
  await write(
    stand,
    "insert into parents values (1, 'a name too long')",
    "insert into things values ('of 1', 1, 1, 'a', 1)",
    "update parents set name = 'short'",
  )
  const [, child] = (await texts(
    stand.service,
    'select id from strangler.dead_letter order by id',
  )) as [string][]
  expect(await reasons(stand, 'dead-letters-replay', { ids: child! })).toMatch(
    /\(of 1, 1\): .*would refer with \(1\) to no row of public\.parents/,
  )
  await stand.done('dead-letters-replay')
  await equal(stand)
})

test('an id stands for all letters of its row, and for no other row', async () => {
  await using stand = await synced(postgres)
  await write(
    stand,
    "insert into things values ('one', 1, 100, 'a'), ('two', 1, 100, 'a')",
    "update things set v = 101 where k = 'one'",
  )
  await stand.service.app.query(fits)
  const ids = (await texts(stand.service, 'select id from strangler.dead_letter order by id')) as [
    string,
  ][]
  const { result } = await stand.done('dead-letters-replay', { ids: [`f${ids[2]![0]}`] })
  expect(result).toMatchObject({ applied: 2, waiting: 1 })
  expect(await texts(stand.service, 'select k, v from things')).toEqual([['one', '101']])
  expect(
    (await stand.done('dead-letters-replay', { ids: [`r${ids[1]![0]}`] })).result,
  ).toMatchObject({ applied: 0 })
})

test('a trial tells what would come of it and changes nothing', async () => {
  await using stand = await synced(postgres)
  await write(stand, "insert into things values ('bad', 1, 100, 'a'), ('worse', 1, 200, 'a')")
  await stand.service.app.query(
    'alter table things drop constraint small, add constraint medium check (v < 150)',
  )
  const before = await texts(stand.service, 'select * from strangler.dead_letter order by id')
  const answer = await stand.request('dead-letters-replay', { dryRun: true })
  expect(answer.result!.message).toContain('1 dead letter would be replayed, 1 would stay')
  expect(answer.result!.reasons!.join()).toContain('(worse, 1)')
  await stand.done('dead-letters-discard', { dryRun: true })
  expect(await texts(stand.service, 'select * from strangler.dead_letter order by id')).toEqual(
    before,
  )
  expect(await texts(stand.service, 'select * from things')).toEqual([])
})

test('a letter that is discarded holds nothing back; its row differs, which is verified; the history tells by whom', async () => {
  await using stand = await synced(postgres)
  await write(
    stand,
    "insert into things values ('bad', 1, 100, 'a'), ('good', 1, 100, 'a')",
    "update things set v = 1 where k = 'good'",
  )
  const ids = (await texts(stand.service, 'select id from strangler.dead_letter order by id')) as [
    string,
  ][]
  await stand.done('dead-letters-discard', { ids: ids.slice(0, 2).map(([id]) => `f${id}`) })
  expect(await letters(stand)).toEqual([['put', 'good 1', null, 'behind', null]])
  await stand.done('dead-letters-replay')
  expect(await texts(stand.service, 'select k, v from things')).toEqual([['good', '1']])
  const verified = await stand.request('verify')
  expect(verified.state).toBe('failed')
  expect(verified.result!.reasons!.join()).toContain('(bad, 1) is missing there')
  const why = 'select discarded_why from strangler.dead_letter where discarded_at is not null'
  expect(await texts(stand.service, why)).toEqual([['by a test'], ['by a test']])
  const history = await readHistory(stand.control, stand.slice, 50)
  expect(history).toContainEqual(
    expect.objectContaining({ event: 'dead-letters-discard done', by: 'a test' }),
  )
  await write(stand, "update things set v = 2 where k = 'bad'")
  await equal(stand)
})

test('a row that is refused while a switch is under way undoes it before its journal, and is replayed after', async () => {
  await using stand = await synced(postgres)
  const answer = await amidstSwitch(stand, () =>
    write(stand, "insert into things values ('bad', 1, 100, 'a')"),
  )
  expect(answer.state).toBe('failed')
  expect(answer.result!.reasons!.join()).toContain('1 dead letter waits')
  expect(await stand.row()).toMatchObject({ owner: 'legacy' })
  // The owner's epoch is a later one now, but it is the same owner.
  await stand.service.app.query(fits)
  await stand.done('dead-letters-replay')
  await equal(stand)
})

test("letters of another owner's time can be discarded, but are not replayed", async () => {
  await using stand = await synced(postgres)
  await write(stand, "insert into things values ('bad', 1, 100, 'a')")
  await stand.service.app.query(fits)
  await stand.control.query(
    "insert into history (slice, event, epoch, by) values ($1, 'journal', 2, 'a test')",
    [stand.slice],
  )
  expect(await reasons(stand, 'dead-letters-replay')).toMatch(
    /it is of epoch 1, and the owner changed at epoch 2.*can only be discarded/,
  )
  expect(await texts(stand.service, 'select * from things')).toEqual([])
  await stand.done('dead-letters-discard')
  expect(await letters(stand)).toEqual([])
})

test('on the way back it is the same, and what a shared sink refuses is replayed though its side is open', async () => {
  const tables =
    'create table things (k int primary key, v int); create table audit (id int primary key, what text)'
  await using stand = await synced(postgres, {
    legacy: tables,
    service: tables,
    tables: [table('things'), sharedSink('audit')],
  })
  const { legacy, service } = stand
  await legacy.app.query("alter table audit add constraint known check (what <> 'odd')")
  await service.app.query("insert into audit values (2, 'odd'), (4, 'even')")
  await stand.caughtUp('reverse')
  const waiting = 'select key[1] from strangler.dead_letter where discarded_at is null order by id'
  expect(await texts(legacy, waiting)).toEqual([['2']])
  expect(await reasons(stand, 'switch', { to: 'extracted' })).toContain('legacy: 1 dead letter')
  await legacy.app.query('alter table audit drop constraint known')
  await stand.done('dead-letters-replay')
  expect(await texts(legacy, 'select id from audit order by id')).toEqual([['2'], ['4']])

  await stand.done('verify')
  await stand.done('switch', { to: 'extracted', again: true })
  await legacy.app.query('alter table things add constraint small check (v < 100)')
  await service.app.query('insert into things values (1, 100), (2, 1)')
  await stand.caughtUp('reverse')
  expect(await texts(legacy, waiting)).toEqual([['1']])
  expect(await reasons(stand, 'switch', { to: 'legacy' })).toContain('legacy: 1 dead letter')
  await legacy.app.query('alter table things drop constraint small')
  const ids = (await texts(legacy, 'select id from strangler.dead_letter')) as [string][]
  await stand.done('dead-letters-replay', { ids: [`r${ids[0]![0]}`] })
  await stand.done('verify', { again: true })
  await stand.done('switch', { to: 'legacy', again: true })
  const all = 'select k, v from things order by k'
  expect(await texts(legacy, all)).toEqual(await texts(service, all))
})

test('replaying obeys the fence', async () => {
  await using stand = await synced(postgres)
  await write(stand, "insert into things values ('bad', 1, 100, 'a')")
  await stand.service.app.query(fits)
  await stand.service.superuser.query('update strangler.fence set fenced = false')
  expect(await reasons(stand, 'dead-letters-replay')).toContain('applications may write there')
  expect(await texts(stand.service, 'select * from things')).toEqual([])
  await stand.service.superuser.query('update strangler.fence set fenced = true')
  await stand.done('dead-letters-replay', { again: true })
  await equal(stand)
})

test('dropping the streams drops their letters, for the rows are copied anew', async () => {
  await using stand = await synced(postgres)
  await write(stand, "insert into things values ('bad', 1, 100, 'a')")
  await stand.done('sync-stop', { drop: true })
  expect(await texts(stand.service, 'select * from strangler.dead_letter')).toEqual([])
  await stand.service.app.query(fits)
  await stand.done('sync-start', { again: true })
  await equal(stand)
})

test('a slice that an earlier version synced gets what letters need when its streams start', async () => {
  await using stand = await createStand(postgres, things)
  const first = stand.startWorker('first')
  await stand.done('sync-start')
  await first.stop()
  for (const database of [stand.legacy, stand.service]) {
    await database.superuser.query('drop table strangler.dead_letter')
  }
  stand.startWorker('second')
  await write(stand, "insert into things values ('bad', 1, 100, 'a'), ('good', 1, 1, 'a')")
  expect(await letters(stand)).toHaveLength(1)
})
