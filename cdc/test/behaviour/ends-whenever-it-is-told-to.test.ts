import { setTimeout as delay } from 'node:timers/promises'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEventStand } from '../events.ts'
import { patience } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

/** Moments of a start, in milliseconds: what is begun, and not there yet, has to end too. */
const moments = (count: number, every: number) =>
  Array.from({ length: count }, (_, at) => at * every)

test('a worker ends at whichever moment of its start it is told to, and the next one goes on', async () => {
  await using stand = await createEventStand(postgres)
  const first = stand.startWorker()
  await stand.done('sync-start')
  await first.stop()
  for (const ms of moments(25, 20)) {
    const worker = stand.startWorker(`stopped after ${ms} ms`)
    await delay(ms)
    await worker.stop()
  }
  stand.startWorker('last')
  await stand.legacy.app.query("insert into things values (1, 'after all of them')")
  await stand.caughtUp('forward')
  const { rows } = await stand.service.app.query('select name from things')
  expect(rows).toEqual([{ name: 'after all of them' }])
}, 180_000)

test('a consumer ends at whichever moment of its start it is told to, and the next one goes on', async () => {
  await using stand = await createEventStand(postgres)
  const worker = stand.startWorker()
  await stand.done('sync-start')
  await worker.stop() // Its heartbeats would wake who waits for an event.
  for (const ms of moments(25, 3)) {
    const consumer = stand.startConsumer()
    await delay(ms)
    await consumer.stop()
  }
  stand.startConsumer()
  stand.startWorker('next')
  await stand.done('verify')
  await stand.done('switch', { to: 'extracted' })
  await stand.publish('a', { n: 1 })
  await expect.poll(() => stand.handled('a'), patience).toEqual(['1'])
}, 180_000)
