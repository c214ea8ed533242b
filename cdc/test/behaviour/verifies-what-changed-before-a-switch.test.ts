import { startPostgres, type TestDatabase, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { amidstSwitch } from '../amidst.ts'
import { library } from '../library.ts'
import { createStand, type Stand, texts } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

/** A defect of the target's own: what is applied to some rows is not what the stream brings. */
async function spoil({ superuser }: TestDatabase, condition: string): Promise<void> {
  await superuser.query(`
    create or replace function spoilt() returns trigger language plpgsql as $$
      begin if ${condition} then new.pages := -1; end if; return new; end $$;
    create or replace trigger spoilt before insert or update on books for each row execute function spoilt();
    alter table books enable always trigger spoilt`)
}

async function synced(): Promise<Stand> {
  await using opened = new AsyncDisposableStack()
  const stand = opened.use(await createStand(postgres, library))
  await stand.legacy.app.query(
    "insert into books (id, isbn) select n, 'isbn ' || n from generate_series(1, 50) n",
  )
  stand.startWorker()
  await stand.done('sync-start')
  opened.move()
  return stand
}

test('a row that changed since the certificate and differs refuses the switch, and the owner keeps writing', async () => {
  await using stand = await synced()
  const { legacy, service } = stand
  await spoil(service, 'new.id = 13')
  await legacy.app.query('update books set pages = pages + 1')
  await stand.caughtUp('forward')
  const answer = await stand.request('switch', { to: 'extracted' })
  expect(answer).toMatchObject({
    state: 'refused',
    result: { reasons: ['public.books: the row for public.books (13) differs there'] },
  })
  expect(await stand.row()).toMatchObject({ owner: 'legacy', phase: 'idle', epoch: 1 })
  // It is not forgotten because it was asked for once.
  expect(await stand.request('switch', { to: 'extracted', again: true })).toMatchObject({
    state: 'refused',
  })

  await spoil(service, 'false')
  await legacy.app.query('update books set pages = pages + 1')
  await stand.done('switch', { to: 'extracted', again: 2 })
  await service.app.query("insert into books (id, isbn) values (100, 'written there')")
  await stand.caughtUp('reverse')
  expect(await texts(legacy, 'select isbn from books where id = 100')).toEqual([['written there']])
})

test('a row that changes while the switch is under way and differs undoes it', async () => {
  await using stand = await synced()
  const { legacy, service } = stand
  await spoil(service, 'new.id = 13')
  const answer = await amidstSwitch(stand, () =>
    legacy.app.query('update books set pages = 1 where id = 13'),
  )
  expect(answer).toMatchObject({
    state: 'failed',
    result: {
      reasons: ['public.books: the row for public.books (13) differs there'],
      owner: 'legacy',
    },
  })
  await legacy.app.query('update books set pages = 2 where id = 14')
  expect(await stand.row()).toMatchObject({ owner: 'legacy', phase: 'idle', epoch: 3 })
})

test.for(['legacy', 'service'] as const)(
  'DDL that rewrites rows in %s while the switch is under way undoes it',
  async (side) => {
    await using stand = await synced()
    const rewrite = 'alter table books alter pages type int using pages + 1'
    const answer = await amidstSwitch(stand, () => stand[side].app.query(rewrite))
    expect(answer).toMatchObject({ state: 'failed', result: { owner: 'legacy' } })
    expect(answer.result!.reasons!.join()).toMatch(/rewritten since the last verification/)
  },
)
