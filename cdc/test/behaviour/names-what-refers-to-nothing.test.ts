import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { letters, synced, things, write } from '../letters.ts'
import { texts } from '../stand.ts'

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
