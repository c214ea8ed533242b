import {
  type OwnStack,
  startOwnStack,
  startPostgres,
  type TestPostgres,
} from '@strangler/local/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Handle } from '../../src/events/index.ts'
import { createKafka } from '../../src/log/debezium/kafka.ts'
import { eventTopic } from '../../src/outbox/names.ts'
import { createEventStand, type EventStand, type RunningConsumer } from '../events.ts'
import { keepNote } from '../keep-note.ts'
import { changeLog, stack, texts } from '../stand.ts'

const opened = new AsyncDisposableStack()
const patience = { timeout: 90_000, interval: 50 }
/** The consumer's database is on a server that can go away alone. */
let mailerServer: TestPostgres
let own: OwnStack | undefined
let stand: EventStand
let consumer: RunningConsumer

beforeAll(async () => {
  if (stack?.missing !== undefined) return
  const postgres = opened.use(await startPostgres())
  mailerServer = opened.use(await startPostgres())
  if (changeLog === 'debezium')
    own = opened.use(await startOwnStack({ parts: ['kafka', 'connect'] }))
  stand = opened.use(await createEventStand(postgres, own, mailerServer))
  stand.startWorker()
  await stand.done('sync-start')
  consumer = stand.startConsumer()
}, 300_000)
afterAll(() => opened.disposeAsync())

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => String(from + at))

const publishAll = async (wanted: readonly string[]) => {
  for (const n of wanted) await stand.publish('a', { n })
}

test('while its database is away a consumer waits, blames no event, and goes on by itself', async () => {
  await publishAll(numbers(0, 5))
  await expect.poll(() => stand.handled('a'), patience).toHaveLength(5)
  await mailerServer.stop()
  await publishAll(numbers(5, 10))
  await expect
    .poll(() => stand.report('consumer'), patience)
    .toMatchObject({ state: 'waiting', detail: { why: expect.any(String) } })
  await mailerServer.startAgain()
  await expect.poll(() => stand.handled('a'), patience).toEqual(numbers(0, 10))
  expect(await texts(stand.mailer, 'select event from strangler.event_letter')).toEqual([])
})

test('an attempt of which the database did not say that it was written down is not counted', async () => {
  await consumer.stop()
  const pool = new pg.Pool({ connectionString: stand.mailer.url('app'), max: 4 })
  pool.on('error', () => {})
  /** Whatever writes an attempt down is committed, and is not told so, once each. */
  const untold = [/insert into strangler.event_letter/, /set begun_at = clock_timestamp/]
  const connect = async () => {
    const client = await pool.connect()
    const query = client.query.bind(client) as (...given: unknown[]) => Promise<unknown>
    let isLost = false
    const forgetful = async (...given: unknown[]) => {
      const answer = await query(...given)
      const at = untold.findIndex((text) => text.test(String(given[0])))
      if (at >= 0) isLost = untold.splice(at, 1).length > 0
      if (given[0] === 'commit' && isLost) throw new Error('Connection terminated unexpectedly')
      return answer
    }
    const release = (broken?: Error | boolean) => client.release(broken)
    return Object.assign(Object.create(client) as pg.PoolClient, { query: forgetful, release })
  }
  const counted: unknown[] = []
  const handle: Handle = async (event, client) => {
    const sql = 'select attempts, lost from strangler.event_letter where event = $1'
    counted.push((await client.query(sql, [event.id])).rows[0])
    if (counted.length === 1) throw new Error('no luck')
    await keepNote(event, client)
  }
  const database = Object.assign(Object.create(pool) as pg.Pool, {
    connect,
    query: pool.query.bind(pool),
  })
  const forgetful = stand.startConsumer(handle, { database })
  await stand.publish('told', { n: '1' })
  await expect.poll(() => stand.handled('told'), patience).toEqual(['1'])
  expect(counted).toEqual([
    { attempts: 0, lost: 0 },
    { attempts: 1, lost: 0 },
  ])
  expect(untold).toEqual([])
  await forgetful.stop()
  await pool.end()
  consumer = stand.startConsumer()
})

if (changeLog === 'debezium') ofKafka()

function ofKafka(): void {
  test('what Debezium repeats after Connect was killed is handled once, in its order', async () => {
    await using kafka = createKafka({ brokers: own!.brokers.split(','), clientId: 'test' })
    /** How many messages there are, repeats included. */
    const messages = async (): Promise<number> => {
      const ranges = (await kafka.ranges(eventTopic(stand.prefix, stand.publisher)))!
      return [...ranges.values()].reduce((sum, { first, end }) => sum + Number(end - first), 0)
    }
    let published = (await stand.handled('a')).length
    // What it has noted just before it is killed it does not repeat.
    for (let round = 0; round < 5 && (await messages()) === published; round++) {
      const before = published
      published += 50
      await stand.service.app.query(
        `insert into outbox (aggregatetype, aggregateid, type, payload)
         select 'thing', 'a', 'done', jsonb_build_object('n', n) from generate_series($1::int, $2::int) n`,
        [before, published - 1],
      )
      await expect.poll(messages, { timeout: 180_000, interval: 5 }).toBeGreaterThan(before)
      own!.kill('connect')
      await expect.poll(() => stand.handled('a'), patience).toEqual(numbers(0, published))
      await publishAll([String(published++)])
      await expect
        .poll(() => stand.handled('a'), { timeout: 180_000, interval: 50 })
        .toEqual(numbers(0, published))
    }
    expect(await messages()).toBeGreaterThan(published)
  }, 600_000)

  test('while Kafka is away nothing is lost, doubled or blamed', async () => {
    const before = (await stand.handled('a')).length
    own!.kill('kafka')
    await publishAll(numbers(before, before + 5))
    await expect.poll(() => stand.handled('a'), patience).toEqual(numbers(0, before + 5))
    expect(await texts(stand.mailer, 'select event from strangler.event_letter')).toEqual([])
  })
}
