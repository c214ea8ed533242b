import {
  type OwnStack,
  startOwnStack,
  startPostgres,
  type TestPostgres,
} from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createKafka } from '../../src/log/debezium/kafka.ts'
import { eventTopic } from '../../src/outbox/names.ts'
import { createEventStand, type EventStand } from '../events.ts'
import { changeLog, stack, texts } from '../stand.ts'

const opened = new AsyncDisposableStack()
const patience = { timeout: 90_000, interval: 50 }
/** The consumer's database is on a server that can go away alone. */
let mailerServer: TestPostgres
let own: OwnStack | undefined
let stand: EventStand

beforeAll(async () => {
  if (stack?.missing !== undefined) return
  const postgres = opened.use(await startPostgres())
  mailerServer = opened.use(await startPostgres())
  if (changeLog === 'debezium')
    own = opened.use(await startOwnStack({ parts: ['kafka', 'connect'] }))
  stand = opened.use(await createEventStand(postgres, own, mailerServer))
  stand.startWorker()
  await stand.done('sync-start')
  stand.startConsumer()
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
