import { table } from '@strangler/core'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createStand, patience, texts } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

const things = {
  legacy: 'create table things (id int primary key, v numeric)',
  service: 'create table things (id int primary key, v numeric(6,2))',
  tables: [table('things')],
}

test('A first sync that failed half-way does not keep the next worker from working', async () => {
  await using stand = await createStand(postgres, things)
  await stand.legacy.app.query('insert into things values (1, 1.005)')
  const first = stand.startWorker('first')
  expect(await stand.request('sync-start')).toMatchObject({ state: 'failed' })
  await first.stop()
  stand.startWorker('second')
  await stand.legacy.app.query('update things set v = 1')
  await stand.done('sync-start', { again: true })
  expect(await texts(stand.service, 'select id from things')).toEqual([['1']])
})

test('A worker goes on however often its session that listens to the control store breaks', async () => {
  await using stand = await createStand(postgres, things)
  stand.startWorker()
  await stand.done('sync-start')
  const { control } = stand
  const listening = () =>
    texts(
      stand.legacy,
      `select pid from pg_stat_activity
       where query = 'listen strangler' and datname <> current_database()`,
    )
  for (let broken = 0; broken < 10; broken++) {
    const [session] = await vi.waitFor(async () => {
      const found = await listening()
      expect(found).toHaveLength(1)
      return found
    }, patience)
    await stand.legacy.superuser.query('select pg_terminate_backend($1)', session)
    await vi.waitFor(async () => expect(await listening()).not.toContainEqual(session), patience)
  }
  await stand.done('verify')
  expect(control.totalCount - control.idleCount).toBeLessThan(4)
})

test('A certificate names the run of the streams that knows what changed since, not only the worker', async () => {
  await using stand = await createStand(postgres, things)
  stand.startWorker()
  await stand.done('sync-start')
  await stand.done('sync-stop')
  const { certificate } = await stand.row()
  await stand.done('sync-start', { again: true })
  const now = (await stand.row()).certificate!
  expect(now.worker).not.toBe(certificate!.worker)
})
