import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { library } from '../library.ts'
import { createStand, texts } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

/** Which transaction wrote each row last: one that came back would have written it anew. */
const writtenBy = 'select id, xmin::text, pages from books order by id'
const writtenByThere = 'select id, xmin::text, pages from books order by id'

test('what one side writes is applied once on the other and does not come back', async () => {
  await using stand = await createStand(postgres, library)
  const { legacy, service } = stand
  await legacy.app.query(
    "insert into books (isbn, title) values ('1', 'a'), ('2', 'b'), ('3', 'c')",
  )
  stand.startWorker()
  await stand.done('sync-start')
  await legacy.app.query('update books set pages = 1')
  const written = await texts(legacy, writtenBy)
  for (let round = 0; round < 3; round++) {
    await stand.caughtUp('forward')
    await stand.caughtUp('reverse')
  }
  expect(await texts(legacy, writtenBy)).toEqual(written)
  expect((await texts(service, writtenByThere)).map(([, , pages]) => pages)).toEqual([
    '1',
    '1',
    '1',
  ])

  await stand.done('switch', { to: 'extracted' })
  await service.app.query('update books set pages = 2')
  const writtenThere = await texts(service, writtenByThere)
  for (let round = 0; round < 3; round++) {
    await stand.caughtUp('reverse')
    await stand.caughtUp('forward')
  }
  expect(await texts(service, writtenByThere)).toEqual(writtenThere)
  expect((await texts(legacy, writtenBy)).map(([, , pages]) => pages)).toEqual(['2', '2', '2'])
})

test('there and back several times, with writes on each side in its turn, both hold all of them', async () => {
  await using stand = await createStand(postgres, library)
  const { legacy, service } = stand
  await legacy.app.query("insert into books (isbn) values ('start')")
  stand.startWorker()
  await stand.done('sync-start')
  for (let turn = 0; turn < 3; turn++) {
    await stand.done('switch', { to: 'extracted', turn })
    await service.app.query(
      `insert into books (isbn) values ('there ${turn}'); update books set pages = pages + 1`,
    )
    await stand.done('switch', { to: 'legacy', turn })
    await legacy.app.query(
      `insert into books (isbn) values ('here ${turn}'); update books set pages = pages + 1`,
    )
  }
  await stand.caughtUp('forward')
  const all = 'select id, isbn, pages from books order by id'
  const rows = await texts(legacy, all)
  expect(await texts(service, all)).toEqual(rows)
  expect(rows).toEqual([
    ['1', 'start', '6'],
    ['2', 'there 0', '6'],
    ['3', 'here 0', '5'],
    ['4', 'there 1', '4'],
    ['5', 'here 1', '3'],
    ['6', 'there 2', '2'],
    ['7', 'here 2', '1'],
  ])
})
