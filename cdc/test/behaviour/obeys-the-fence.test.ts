import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { library } from '../library.ts'
import { createStand, patience, texts } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

test('a change for a side that is open waits before it, position unmoved, and goes on when the side is fenced', async () => {
  await using stand = await createStand(postgres, library)
  const { legacy, service } = stand
  stand.startWorker()
  await stand.done('sync-start')
  await service.superuser.query('update strangler.fence set fenced = false')
  await legacy.app.query("insert into shelves values (1, 'a', 1)")
  await vi.waitFor(async () => {
    const report = await stand.stream('forward')
    expect(report).toMatchObject({ state: 'waiting' })
    expect(report!.detail['why']).toMatch(
      new RegExp(`stream ${stand.slice}:forward waits: applications may write there`),
    )
  }, patience)
  const before = await stand.position('forward')
  await legacy.app.query("insert into shelves values (2, 'a', 2)")
  const { lagMs } = (await stand.stream('forward'))!
  await vi.waitFor(
    async () => expect((await stand.stream('forward'))!.lagMs).toBeGreaterThan(lagMs! + 1000),
    patience,
  )
  expect(await stand.position('forward')).toEqual(before)
  expect(await texts(service, 'select * from shelves')).toEqual([])
  expect(await stand.request('switch', { to: 'extracted' })).toMatchObject({ state: 'refused' })

  await service.superuser.query('update strangler.fence set fenced = true')
  await stand.caughtUp('forward')
  expect(await texts(service, 'select shelf_no from shelves order by 1')).toEqual([['1'], ['2']])
  await vi.waitFor(
    async () => expect(await stand.stream('forward')).toMatchObject({ state: 'streaming' }),
    patience,
  )
})

test('a stale change of the side that no longer owns the slice never overwrites the owner', async () => {
  await using stand = await createStand(postgres, library)
  const { legacy, service } = stand
  await legacy.app.query("insert into shelves values (1, 'a', 1)")
  stand.startWorker()
  await stand.done('sync-start')
  await stand.done('switch', { to: 'extracted' })
  await service.app.query("update shelves set room = 'of the owner'")
  await stand.caughtUp('reverse')
  // Somebody who can pass any fence.
  await legacy.superuser.query(`
    begin; alter table shelves disable trigger all; update shelves set room = 'stale';
    alter table shelves enable always trigger strangler_fence; commit`)
  await vi.waitFor(
    async () => expect(await stand.stream('forward')).toMatchObject({ state: 'waiting' }),
    patience,
  )
  expect(await texts(service, 'select room from shelves')).toEqual([['of the owner']])
})

test('applications are refused on the side that is not the owner, from the first sync on and after each switch', async () => {
  await using stand = await createStand(postgres, library)
  const { legacy, service } = stand
  stand.startWorker()
  await stand.done('sync-start')
  const write = "insert into shelves values (7, 'x', 7)"
  const refusal = { code: 'SF001' }
  await expect(service.app.query(write)).rejects.toMatchObject(refusal)
  await expect(service.app.query('truncate shelves cascade')).rejects.toMatchObject(refusal)
  await stand.done('switch', { to: 'extracted' })
  await expect(legacy.app.query(write)).rejects.toMatchObject(refusal)
  await service.app.query(write)
  await stand.caughtUp('reverse')
  expect(await texts(legacy, 'select id from shelves')).toEqual([['7']])
})

test('a fence that somebody altered is told with what to do, which puts it right', async () => {
  await using stand = await createStand(postgres, library)
  const { legacy, service } = stand
  const fences = async () => (await stand.stream('forward'))?.detail['fences']
  stand.startWorker()
  await stand.done('sync-start')
  await expect.poll(fences, patience).toEqual([])
  const write = "insert into shelves values (7, 'x', 7)"
  await legacy.app.query('alter table shelves disable trigger user')
  await legacy.app.query('alter table shelves enable trigger user')
  await expect(legacy.app.query(write)).rejects.toMatchObject({ code: 'SF001' })
  await service.app.query('alter table lent disable trigger user')
  const start = `run "strangler sync start ${stand.slice}"`
  await expect
    .poll(fences, patience)
    .toEqual([
      `legacy: the fence of public.shelves was altered, not open, and may refuse writes: ${start}`,
      expect.stringMatching(
        /the fence of public\.lent is open, not up, and may let others write: run/,
      ),
    ])
  await stand.done('sync-start')
  await legacy.app.query(write)
  await expect.poll(fences, patience).toEqual([])
})
