import { askToReplay, discardEventLetters } from '@strangler/core'
import { startPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Handle } from '../../src/events/index.ts'
import { createEventStand, type EventStand, type RunningConsumer } from '../events.ts'
import { keepNote } from '../keep-note.ts'
import { stack, texts } from '../stand.ts'

const opened = new AsyncDisposableStack()
let stand: EventStand
let first: RunningConsumer

const patience = { timeout: stack ? 90_000 : 30_000, interval: 50 }

/** How often what is written here, as `aggregate n`, still fails. */
const failing = new Map<string, number>()

/** Writes first and fails afterwards, so that a half of it would show. */
const handle: Handle = async (event, client) => {
  await keepNote(event, client)
  type Payload = { n: unknown; statement?: string; demand?: string }
  const { n, statement, demand } = event.payload as Payload
  if (demand !== undefined) await client.query(demand)
  if (statement !== undefined) await client.query(statement).catch(() => {})
  const key = `${event.aggregateId} ${String(n)}`
  const left = failing.get(key) ?? 0
  if (left === 0) return
  failing.set(key, left - 1)
  throw new Error(`no luck with ${key}`)
}

const publishAll = async (aggregate: string, ...numbers: readonly string[]) => {
  for (const n of numbers) await stand.publish(aggregate, { n })
}

// One slice, and one consumer that runs all the time; each test has aggregates of its own.
beforeAll(async () => {
  if (stack?.missing !== undefined) return
  const postgres = opened.use(await startPostgres())
  stand = opened.use(await createEventStand(postgres))
  const { superuser, name } = stand.mailer
  await superuser.query(`alter role app in database ${name} set synchronous_commit to off`)
  stand.startWorker()
  await stand.done('sync-start')
  first = stand.startConsumer(handle, { carefulMs: 0 })
}, 300_000)
afterAll(() => opened.disposeAsync())

test('an event arrives as it was written if its transaction was committed, and else not', async () => {
  const session = await stand.service.connect()
  const write = (n: string) =>
    session.query(
      "insert into outbox (aggregatetype, aggregateid, type, payload) values ('thing', 'a', 'done', $1)",
      [JSON.stringify({ n })],
    )
  const text = 'with "quotes", ünï, \\ and a line\nmore'
  await session.query('begin')
  await write('undone')
  await session.query('rollback')
  await session.query('begin')
  await write(text)
  await session.query('commit')
  await expect.poll(() => stand.handled('a'), patience).toEqual([text])
})

test('what a service writes of a slice that it does not own is refused, and its event with it', async () => {
  const session = await stand.service.connect()
  await session.query('begin')
  await session.query(
    "insert into outbox (aggregatetype, aggregateid, type, payload) values ('thing', 'refused', 'done', '{}')",
  )
  const write = session.query("insert into things values (1, 'one')")
  await expect(write).rejects.toMatchObject({ code: 'SF001' })
  expect((await session.query('commit')).command).toBe('ROLLBACK')
  await publishAll('refused', 'later')
  await expect.poll(() => stand.handled('refused'), patience).toEqual(['later'])
})

test('events of an aggregate are handled in their order, whatever comes between', async () => {
  const aggregates = ['x', 'y', 'z', 'of another partition']
  const numbers = Array.from({ length: 15 }, (_, n) => String(n))
  for (const n of numbers) for (const aggregate of aggregates) await publishAll(aggregate, n)
  for (const aggregate of aggregates)
    await expect.poll(() => stand.handled(aggregate), patience).toEqual([...numbers])
})

test('what was handled outlives a crash, whatever is set for who handles it', async () => {
  const statement =
    "update notes set n = current_setting('synchronous_commit') where aggregate = 'm'"
  await stand.publish('m', { n: '1', statement })
  await expect.poll(() => stand.handled('m'), patience).toEqual(['on'])
})

describe.for([
  ['some time after its consumer started', 0],
  ['just after its consumer started', 600_000],
] as const)('An event that cannot be handled, %s,', ([when, carefulMs]) => {
  const named = (aggregate: string) => `${aggregate} ${when}`
  const [b, c, d, e, f] = [named('b'), named('c'), named('d'), named('e'), named('f')]
  beforeAll(async () => {
    await first.stop()
    first = stand.startConsumer(handle, { carefulMs })
  })

  test('is tried again, leaves nothing of an attempt that failed, and holds up its aggregate only', async () => {
    failing.set(`${b} 1`, 2)
    await publishAll(b, '1', '2')
    await publishAll(c, '1')
    await expect.poll(() => stand.handled(c), patience).toEqual(['1'])
    await expect.poll(() => stand.handled(b), patience).toEqual(['1', '2'])
    expect(failing.get(`${b} 1`)).toBe(0)
    await expect.poll(() => stand.letters(), patience).toEqual([])
  })

  test('becomes a dead letter after its last attempt; what follows parks behind it, and goes in order once it is replayed', async () => {
    failing.set(`${d} 1`, 4)
    await publishAll(d, '1', '2', '3')
    await publishAll(e, '1')
    await expect.poll(() => stand.handled(e), patience).toEqual(['1'])
    await expect
      .poll(() => stand.letters(), patience)
      .toEqual([
        [d, '1', '3', 't'],
        [d, '2', '0', 'f'],
        [d, '3', '0', 'f'],
      ])
    await vi.waitFor(async () => {
      expect(await stand.report('consumer')).toMatchObject({
        state: 'running',
        detail: { letters: 3, dead: 1, lastEventAt: expect.any(String) },
      })
    }, patience)
    // It fails once more: one attempt, and it is dead again.
    await askToReplay(stand.mailer.superuser, stand.consumer, undefined)
    await expect
      .poll(() => stand.letters(), patience)
      .toEqual([
        [d, '1', '4', 't'],
        [d, '2', '0', 'f'],
        [d, '3', '0', 'f'],
      ])
    const [[why]] = (await texts(
      stand.mailer,
      'select error from strangler.event_letter where discarded_at is null order by id limit 1',
    )) as [[string]]
    expect(why).toBe(`no luck with ${d} 1`)
    await publishAll(d, '4')
    await askToReplay(stand.mailer.superuser, stand.consumer, undefined)
    await expect.poll(() => stand.handled(d), patience).toEqual(['1', '2', '3', '4'])
    await expect.poll(() => stand.letters(), patience).toEqual([])
  })

  test('for what its database forbids for now is waited for, and not counted, though the process ends meanwhile', async () => {
    await stand.mailer.superuser.query(`
      create sequence if not exists attempts; grant usage on sequence attempts to app;
      create or replace function pass() returns void language plpgsql as $$ begin
        perform nextval('attempts'); raise exception 'closed' using errcode = 'SF001'; end $$`)
    const attempts = async () =>
      Number((await texts(stand.mailer, 'select last_value from attempts'))[0]![0])
    await stand.publish(named('g'), { n: '1', demand: 'select pass()' })
    for (let starts = 0; starts < 4; starts++) {
      const before = await attempts()
      await expect.poll(attempts, patience).toBeGreaterThan(before + 1)
      await first.stop()
      first = stand.startConsumer(handle, { carefulMs })
    }
    await vi.waitFor(async () => {
      const waiting = { state: 'waiting', detail: { why: expect.stringContaining('closed') } }
      expect(await stand.report('consumer')).toMatchObject(waiting)
    }, patience)
    expect((await stand.letters()).filter(([, , attempts]) => attempts !== '0')).toEqual([])
    await stand.mailer.superuser.query(
      'create or replace function pass() returns void language plpgsql as $$ begin end $$',
    )
    await expect.poll(() => stand.handled(named('g')), patience).toEqual(['1'])
    await expect.poll(() => stand.letters(), patience).toEqual([])
  })

  test('is given up by discarding it, and what waited behind it goes on', async () => {
    failing.set(`${f} 1`, Infinity)
    await publishAll(f, '1', '2')
    await expect
      .poll(() => stand.letters(), patience)
      .toEqual([
        [f, '1', '3', 't'],
        [f, '2', '0', 'f'],
      ])
    const [[id]] = (await texts(
      stand.mailer,
      'select id from strangler.event_letter where discarded_at is null order by id',
    )) as [[string]]
    await discardEventLetters(stand.mailer.superuser, stand.consumer, [Number(id)], 'ann')
    await expect.poll(() => stand.handled(f), patience).toEqual(['2'])
    await expect.poll(() => stand.letters(), patience).toEqual([])
  })
})

describe('A handler', () => {
  const ways = {
    'does not notice that a statement of its failed': 'select 1 / 0',
    'does not come back': 'select pg_advisory_lock(1)',
  }

  test.for(Object.entries(ways))('that %s has failed', async ([, statement]) => {
    // Nobody else gets it as long as the tests last.
    await (await stand.mailer.connect()).query('select pg_try_advisory_lock(1)')
    const id = await stand.publish('g', { n: '1', statement })
    await expect.poll(() => stand.letters(), patience).toEqual([['g', '1', '3', 't']])
    expect(await stand.handled('g')).toEqual([])
    const letter = await texts(stand.mailer, `select event from strangler.event_letter`)
    expect(letter.flat()).toContain(id)
    await discardEventLetters(stand.mailer.superuser, stand.consumer, undefined, 'ann')
  })
})

test('two processes of a consumer handle each event once, and one goes on without the other', async () => {
  const second = stand.startConsumer(handle)
  const numbers = Array.from({ length: 20 }, (_, n) => String(n))
  for (const n of numbers) for (const aggregate of ['h', 'i', 'j']) await publishAll(aggregate, n)
  for (const aggregate of ['h', 'i', 'j'])
    await expect.poll(() => stand.handled(aggregate), patience).toEqual([...numbers])
  await first.stop()
  await publishAll('h', 'last')
  await expect.poll(() => stand.handled('h'), patience).toEqual([...numbers, 'last'])
  await second.stop()
  first = stand.startConsumer(handle)
})

describe('What captures events is seen to, and what is told to be done brings what comes then:', () => {
  const isIn = (state: string) =>
    vi.waitFor(async () => {
      const report = await stand.report('outbox')
      expect(report).toMatchObject({ state })
      return report!.detail.why
    }, patience)

  async function handledOnceMended(aggregate: string): Promise<string[]> {
    await stand.done('sync-start')
    await isIn('running')
    await publishAll(aggregate, '1')
    await expect.poll(() => stand.handled(aggregate), patience).not.toEqual([])
    return stand.handled(aggregate)
  }

  test('a slot that is gone', async () => {
    await isIn('running')
    const slot = stack
      ? `strangler_events_${stand.publisher}`
      : `strangler_consumer_${stand.consumer}`
    const { superuser } = stand.service
    await superuser.query(
      'select pg_terminate_backend(active_pid, 5000) from pg_replication_slots where slot_name = $1 and active_pid is not null',
      [slot],
    )
    await vi.waitFor(() => superuser.query('select pg_drop_replication_slot($1)', [slot]), patience)
    expect(await isIn('stopped')).toMatch(/slot.*strangler sync start/)
    expect(await handledOnceMended('l')).toEqual(['1'])
  })

  test.for([
    ['set (publish = delete)', /leaves out every insert, update.*strangler sync start/, 'o'],
    ['set table outbox (id)', /has lost strangler.*leaves out rows or columns.*sync start/, 'p'],
  ] as const)('a publication that was altered: %s', async ([change, why, aggregate]) => {
    await isIn('running')
    await stand.service.superuser.query(
      `alter publication strangler_events_${stand.publisher} ${change}`,
    )
    expect(await isIn('stopped')).toMatch(why)
    expect(await handledOnceMended(aggregate)).toEqual(['1'])
  })
})

test('dropping the service’s last slice leaves no slot and nothing that fills a disk', async () => {
  await first.stop()
  const stop = await stand.done('sync-stop', { drop: true })
  expect(stop.result!.message).toContain(`Events of ${stand.publisher} are not captured any more`)
  expect(
    await texts(
      stand.service,
      `select slot_name from pg_replication_slots where database = current_database()
       union all select pubname from pg_publication`,
    ),
  ).toEqual([])
  expect(await stand.report('outbox')).toBeUndefined()
  if (!stack) return
  const connectors = (await (await fetch(`${stack.connectUrl}/connectors`)).json()) as string[]
  expect(connectors.filter((name) => name.startsWith(stand.prefix))).toEqual([])
})
