import { randomUUID } from 'node:crypto'
import { type EventsReport, readEvents } from '@strangler/core'
import type { Stack } from '@strangler/local'
import type { TestDatabase, TestPostgres } from '@strangler/local/testing'
import pg from 'pg'
import { createConsumer, type Handle } from '../src/events/index.ts'
import { keepNote } from './keep-note.ts'
import { type EventNames, eventPlan, eventTables } from './event-plan.ts'
import { createStand, type Stand, stack, texts } from './stand.ts'

export interface EventStand extends Stand {
  /** The service with the outbox. */
  readonly publisher: string
  readonly consumer: string
  /** Where the consumer remembers. */
  readonly mailer: TestDatabase
  readonly prefix: string
  /** Runs a consumer in this process, as its role; it is stopped with the stand at the latest. */
  startConsumer(
    handle?: Handle,
    options?: { database?: pg.Pool; carefulMs?: number },
  ): RunningConsumer
  /** Writes an event of an aggregate as the service does, with what it is about; resolves to its id. */
  publish(aggregate: string, payload?: object): Promise<string>
  /** What was handled of an aggregate, in the order of it. */
  handled(aggregate: string): Promise<string[]>
  /** The letters that wait: aggregate, number, attempts, whether they are dead. */
  letters(): Promise<(string | null)[][]>
  report(kind: EventsReport['kind']): Promise<EventsReport | undefined>
}

export interface RunningConsumer {
  stop(): Promise<void>
}

export const outboxSql = `create table outbox (
  id uuid primary key default gen_random_uuid(), aggregatetype text not null, aggregateid text not null,
  type text not null, payload jsonb, written_at timestamptz not null default now())`

const retry = { attempts: 3, firstMs: 20, longestMs: 100, timeoutMs: 2000 }
let made = 0

/** A slice whose service publishes events, and a consumer in a third database. */
export async function createEventStand(
  postgres: TestPostgres,
  kafka: Pick<Stack, 'brokers' | 'connectUrl'> | undefined = stack,
  mailerServer = postgres,
): Promise<EventStand> {
  await using opened = new AsyncDisposableStack()
  const names: EventNames = {
    publisher: `publisher_${++made}`,
    consumer: `notes_${made}`,
    prefix: `test_${randomUUID().slice(0, 8)}`,
    retry,
  }
  const { publisher, consumer, prefix } = names
  const mailer = opened.use(
    await mailerServer.createDatabase(
      `create table notes (
         at bigint generated always as identity primary key, event uuid, type text, aggregate text, n text)`,
    ),
  )
  if (kafka) opened.defer(() => removeConnectors(kafka.connectUrl, prefix))
  const things = 'create table things (id int primary key, name text)'
  const stand = opened.use(
    await createStand(postgres, {
      legacy: things,
      service: `${things}; ${outboxSql}`,
      tables: eventTables,
      environment: {
        ...(kafka && { KAFKA_BROKERS: kafka.brokers, CONNECT_URL: kafka.connectUrl }),
        MAILER_COORDINATOR_URL: mailer.url('coordinator'),
        MAILER_APPLIER_URL: mailer.url('applier'),
        MAILER_READER_URL: mailer.url('reader'),
      },
      plan: (base) => eventPlan(base, names),
    }),
  )
  await makeSubscriber(stand.service)
  const subscriberUrl = Object.assign(new URL(stand.service.url('app')), { username: 'subscriber' })
  const environment = {
    ...stand.environment,
    SUBSCRIBER_URL: subscriberUrl.href,
    MAILER_URL: mailer.url('app'),
    TEST_SLICE: stand.slice,
    TEST_EVENTS: JSON.stringify(names),
  }
  const closing = opened.move()
  const { service } = stand
  const handled = async (aggregate: string) => {
    const { rows } = await mailer.app.query<{ n: string }>(
      'select n from notes where aggregate = $1 order by at',
      [aggregate],
    )
    return rows.map(({ n }) => n)
  }
  return {
    ...stand,
    environment,
    publisher,
    consumer,
    mailer,
    prefix,
    startConsumer(handle = keepNote, { database, carefulMs } = {}) {
      const pool = database ?? new pg.Pool({ connectionString: mailer.url('app'), max: 4 })
      pool.on('error', () => {})
      const stopping = new AbortController()
      const options = {
        plan: stand.plan,
        name: consumer,
        environment,
        database: pool,
        handle,
        log: { warn() {} },
      }
      const running = createConsumer(options, carefulMs).run(stopping.signal)
      let stopped: Promise<void> | undefined
      const stop = () => {
        stopping.abort()
        return (stopped ??= running.then(() => (database ? undefined : pool.end())))
      }
      closing.defer(stop)
      return { stop }
    },
    async publish(aggregate, payload = {}) {
      const { rows } = await service.app.query<{ id: string }>(
        "insert into outbox (aggregatetype, aggregateid, type, payload) values ('thing', $1, 'done', $2) returning id",
        [aggregate, payload],
      )
      return rows[0]!.id
    },
    handled,
    letters: () =>
      texts(
        mailer,
        `select aggregate_id, payload ->> 'n', attempts, retry_at is null from strangler.event_letter
         where discarded_at is null order by id`,
      ),
    async report(kind) {
      const name = kind === 'outbox' ? publisher : consumer
      const reports = await readEvents(stand.control)
      return reports.find((one) => one.kind === kind && one.name === name)
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

/** What a superuser does once for consumers that read Postgres itself. */
async function makeSubscriber({ superuser }: TestDatabase): Promise<void> {
  const { rowCount } = await superuser.query("select from pg_roles where rolname = 'subscriber'")
  if (!rowCount) await superuser.query("create role subscriber login replication password 'test'")
}

async function removeConnectors(connectUrl: string, prefix: string): Promise<void> {
  const names = (await (await fetch(`${connectUrl}/connectors`)).json()) as string[]
  for (const name of names.filter((one) => one.startsWith(`${prefix}.`))) {
    await fetch(`${connectUrl}/connectors/${name}`, { method: 'DELETE' })
  }
}
