import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { follow, isEqual, stopped, synced, writeMeanwhile } from '../remedies.ts'
import { patience } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

describe('a publication that', () => {
  const alone = (table: string) => `drop table books; alter publication $ add table ${table}`
  test.for([
    ['loses a table', 'drop table books', 'has lost public.books'],
    [
      'leaves out rows',
      alone('books where (id < 10)'),
      'leaves out rows or columns of public.books',
    ],
    ['leaves out columns', alone('books (id)'), 'leaves out rows or columns of public.books'],
    [
      'leaves out some of what is done',
      "set (publish = 'insert')",
      'every update, delete, truncate',
    ],
    ['names partitions', 'set (publish_via_partition_root = false)', 'names of their own'],
  ] as const)(
    '%s stops the stream, and what the message says brings all that was written meanwhile',
    async ([, change, says]) => {
      await using stand = await synced(postgres)
      const publication = `strangler_${stand.slice}`
      await stand.legacy.superuser.query(
        `alter publication ${publication} ${change.replace('$', publication)}`,
      )
      const message = await stopped(stand)
      expect(message).toContain(`the publication "${publication}" `)
      expect(message).toContain(says)
      await writeMeanwhile(stand)
      // Only to start again would go on without what was left out.
      const { result } = await stand.request('sync-start')
      expect(result!.reasons!.join()).toContain(message)
      await follow(stand, message)
      await isEqual(stand)
    },
  )
})

test('a table that was renamed stops the stream; named back, what the message says brings all that was written meanwhile', async () => {
  await using stand = await synced(postgres)
  await stand.legacy.app.query('alter table books rename to away')
  const message = await stopped(stand)
  expect(message).toContain('there is no public.books any more')
  await stand.legacy.app.query("insert into away (shelf, title) values (1, 'meanwhile')")
  await stand.legacy.app.query('alter table away rename to books')
  await vi.waitFor(async () => {
    const report = await stand.stream('forward')
    expect(report!.detail['why']).toContain('changes of public.away')
  }, patience)
  await follow(stand, message)
  await isEqual(stand)
})

test.for([
  ["insert into away (shelf, title) values (1, 'meanwhile')", 51],
  ["update away set title = 'meanwhile'", 50],
  ['delete from away where id > 10', 10],
  ['truncate away cascade', 0],
] as const)(
  'a table that is named back before anybody looks stops the stream if it was written meanwhile: %s',
  async ([write, books]) => {
    await using stand = await synced(postgres)
    await stand.legacy.app.query(
      `alter table books rename to away; ${write}; alter table away rename to books`,
    )
    const message = await stopped(stand)
    expect(message).toContain('changes of public.away')
    await follow(stand, message)
    await isEqual(stand, books)
  },
)
