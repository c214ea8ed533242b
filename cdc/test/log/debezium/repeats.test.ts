import { randomUUID } from 'node:crypto'
import { table } from '@strangler/core'
import {
  type OwnStack,
  startOwnStack,
  startPostgres,
  type TestDatabase,
  type TestPostgres,
} from '@strangler/local/testing'
import { missingForStack } from '@strangler/local'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type Event, readMessage } from '../../../src/log/debezium/envelope.ts'
import { createStand, type Stand, texts } from '../../stand.ts'

/*
 * A real Connect is killed before it has noted how far it came, so that it writes again what its topic has already.
 */

const missing = missingForStack()
const opened = new AsyncDisposableStack()
let postgres: TestPostgres
let stack: OwnStack

beforeEach(({ skip }) => {
  if (missing !== undefined) skip(missing)
})
beforeAll(async () => {
  if (missing !== undefined) return
  postgres = opened.use(await startPostgres())
  stack = opened.use(await startOwnStack({ parts: ['kafka', 'connect'] }))
}, 300_000)
afterAll(() => opened.disposeAsync())

const patience = { timeout: 240_000, interval: 20 }

/** More than what several transactions may have together to be applied at once: each is seen in the target. */
const rows = 1200
const counters = `create table counters (id int primary key, v int not null);
  insert into counters select id, 0 from generate_series(1, ${rows}) id`
/** Notes each value that a row gets, whoever writes it. */
const watched = `create table counters (id int primary key, v int not null);
  create table noted (at bigint generated always as identity primary key, v int);
  create function note() returns trigger language plpgsql security definer as
    'begin insert into public.noted (v) values (new.v); return null; end';
  create trigger note after insert or update on counters for each row when (new.id = 1) execute function note();
  alter table counters enable always trigger note`

test('what Connect writes again after it was killed never takes the target back; without the check of positions it does', async () => {
  const options = {
    legacy: counters,
    service: watched,
    tables: [table('counters')],
    patienceMs: patience.timeout,
    environment: { CHANGE_LOG: 'debezium' },
  }
  await using stand = await createStand(postgres, options, postgres, stack)
  stand.startWorker()
  await stand.done('sync-start')
  const topic = await topicOf(stand)

  let last = 0
  for (let round = 0; goesBack(await valuesIn(topic)).length === 0; round++) {
    expect(round).toBeLessThan(10) // It may have noted its offsets just before it died.
    last = await countUntilKilled(stand, last)
  }
  await stand.caughtUp('forward')

  const repeated = goesBack(await valuesIn(topic))
  console.log(`${repeated.length} times the topic goes back: ${repeated.join(', ')}`)
  const held = await valuesNoted(stand.service)
  expect(held.at(-1)).toBe(last)
  expect(goesBack(held)).toEqual([])
  expect(await texts(stand.service, 'select distinct v from counters')).toEqual([[String(last)]])
  expect((await stand.done('verify')).result).toMatchObject({ certificate: { clean: true } })

  await using unchecked = await postgres.createDatabase(
    `${watched}; insert into counters values (1, 0)`,
  )
  for (const v of await valuesIn(topic)) {
    await unchecked.app.query('update counters set v = $1 where id = 1', [v])
  }
  expect(goesBack(await valuesNoted(unchecked))).toEqual(repeated)
}, 600_000)

/** Counts up, a transaction each, and kills Connect when it has written some of them to the topic and has more to write. */
async function countUntilKilled(stand: Stand, from: number): Promise<number> {
  const topic = await topicOf(stand)
  const before = await endOf(topic)
  const last = from + 25
  for (let v = from + 1; v <= last; v++) {
    await stand.legacy.app.query('update counters set v = $1', [v])
  }
  const some = before + rows * 8
  await vi.waitFor(async () => expect(await endOf(topic)).toBeGreaterThan(some), patience)
  const { length: said } = stack.said
  stack.kill('connect')
  await vi.waitFor(() => expect(stack.said.slice(said)).toContain('connect is back.'), patience)
  await stand.caughtUp('forward')
  return last
}

/** Where something is less than what was before it. */
function goesBack(values: readonly number[]): string[] {
  return values.flatMap((value, at) =>
    value < (values[at - 1] ?? value) ? [`${values[at - 1]} to ${value}`] : [],
  )
}

async function topicOf({ service }: Stand): Promise<string> {
  const sql = "select source ->> 'log' from strangler.position where stream like '%:forward'"
  return (await texts(service, sql))[0]![0]!
}

async function valuesNoted(database: TestDatabase): Promise<number[]> {
  return (await texts(database, 'select v from noted order by at')).map(([v]) => Number(v))
}

/** The values that the topic gives to one row, one after the other. */
async function valuesIn(topic: string): Promise<number[]> {
  return (await eventsIn(topic)).flatMap((event) =>
    event?.kind === 'row' && event.table.name === 'counters' && event.after?.['id'] === '1'
      ? [Number(event.after['v'])]
      : [],
  )
}

const client = () => new Kafka({ brokers: [stack.brokers], logLevel: logLevel.NOTHING })

async function endOf(topic: string): Promise<number> {
  const admin = client().admin()
  await admin.connect()
  const [partition] = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  return Number(partition!.high)
}

/** All that a topic holds, read by a consumer of the test's own. */
async function eventsIn(topic: string): Promise<(Event | undefined)[]> {
  const end = await endOf(topic)
  const consumer = client().consumer({ groupId: `test-${randomUUID()}` })
  const events: (Event | undefined)[] = []
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({ eachMessage: async ({ message }) => void events.push(readMessage(message)) })
  await vi.waitFor(() => expect(events.length).toBeGreaterThanOrEqual(end), patience)
  await consumer.disconnect()
  return events
}
