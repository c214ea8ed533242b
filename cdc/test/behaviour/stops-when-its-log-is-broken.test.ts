import { table } from '@strangler/core'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { inLegacy, inService, library } from '../library.ts'
import { follow, isEqual, stopped, synced, writeMeanwhile } from '../remedies.ts'
import { changeLog, createStand, patience, stack, type Stand, texts } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

const dropSlot = (stand: Stand) =>
  vi.waitFor(
    () =>
      stand.legacy.superuser.query(
        `select pg_drop_replication_slot('strangler_${stand.slice}_forward')`,
      ),
    patience,
  )

test('a slot that is gone stops the stream, and what the message says brings all that was written meanwhile', async () => {
  await using stand = await synced(postgres)
  await stand.done('sync-stop')
  await dropSlot(stand)
  await writeMeanwhile(stand)
  const again = await stand.request('sync-start')
  const message =
    again.state === 'done' ? await stopped(stand) : String(again.result!.reasons?.join(' '))
  expect(message).toMatch(/slot .* is gone/)
  await follow(stand, message)
  await isEqual(stand)
})

if (changeLog === 'pgoutput') ofPostgres()
else ofKafka()

function ofPostgres(): void {
  test('a target that was restored from a backup stops the stream: what it lost is in no log any more', async () => {
    await using stand = await createStand(postgres, library)
    const { legacy, service } = stand
    const first = stand.startWorker('first')
    await stand.done('sync-start')
    await stand.caughtUp('forward')
    await first.stop()
    const before = await stand.position('forward')
    const second = stand.startWorker('second')
    await legacy.app.query("insert into shelves values (1, 'after the backup', 1)")
    await stand.caughtUp('forward')
    const { place } = await stand.position('forward')
    await vi.waitFor(async () => {
      const confirmed = `select confirmed_flush_lsn >= '${place}' from pg_replication_slots where slot_name = 'strangler_${stand.slice}_forward'`
      expect(await texts(legacy, confirmed)).toEqual([['t']])
    }, patience)
    await second.stop()
    await restore(stand, before)
    stand.startWorker('third')
    const message = await stopped(stand)
    expect(message).toContain('what was changed between is missing')
    await stand.done('sync-stop', { drop: true })
    await stand.done('sync-start')
    expect(await texts(service, inService)).toEqual(await texts(legacy, inLegacy))
  })

  test('a source whose log ends before what was read of it stops the stream, which would skip what comes', async () => {
    await using stand = await createStand(postgres, library)
    const first = stand.startWorker('first')
    await stand.done('sync-start')
    await first.stop()
    // As it looks when the source is restored from a snapshot of its disk.
    const { place } = await stand.position('forward')
    const [high] = place.split('/')
    const later = `${(Number.parseInt(high!, 16) + 1).toString(16).toUpperCase()}/0`
    await stand.service.superuser.query(
      "update strangler.position set place = $1 where stream like '%:forward'",
      [later],
    )
    stand.startWorker('second')
    expect(await stopped(stand)).toContain('was restored from before')
  })
}

function ofKafka(): void {
  const topicOf = async ({ service }: Stand) => {
    const [[topic]] = (await texts(
      service,
      "select source ->> 'log' from strangler.position where stream like '%:forward'",
    )) as [[string]]
    return topic
  }
  const connect = (method: string, path: string) =>
    fetch(`${stack!.connectUrl}/connectors/${path}`, { method })

  test('a target that was restored from a backup takes from Kafka what it lost', async () => {
    await using stand = await synced(postgres)
    await stand.caughtUp('forward')
    await stand.done('sync-stop')
    const before = await stand.position('forward')
    await stand.done('sync-start')
    await writeMeanwhile(stand)
    await stand.caughtUp('forward')
    await stand.done('sync-stop')
    await restore(stand, before, "delete from books where name = 'meanwhile'")
    await stand.done('sync-start')
    await stand.caughtUp('forward')
    expect(await texts(stand.service, inService)).toEqual(await texts(stand.legacy, inLegacy))
  })

  test('a topic that is deleted stops the stream, and what the message says brings all that was written meanwhile', async () => {
    await using stand = await synced(postgres)
    await writeMeanwhile(stand)
    const { Kafka, logLevel } = await import('kafkajs')
    const client = new Kafka({ brokers: stack!.brokers.split(','), logLevel: logLevel.NOTHING })
    const admin = client.admin()
    await admin.connect()
    await admin.deleteTopics({ topics: [await topicOf(stand)] })
    await admin.disconnect()
    const message = await stopped(stand)
    expect(message).toMatch(/topic .* is gone/)
    await follow(stand, message)
    await isEqual(stand)
  })

  test('a connector that is deleted stops the stream, and what the message says brings all that was written meanwhile', async () => {
    await using stand = await synced(postgres)
    expect((await connect('DELETE', await topicOf(stand))).status).toBe(204)
    await writeMeanwhile(stand)
    const message = await stopped(stand)
    expect(message).toMatch(/connector .* is gone/)
    await follow(stand, message)
    await stand.caughtUp('forward')
    await isEqual(stand)
  })

  test('a slot that is dropped while its connector is down stops the stream, although Debezium makes another one', async () => {
    await using stand = await synced(postgres)
    const topic = await topicOf(stand)
    await connect('PUT', `${topic}/stop`)
    await dropSlot(stand)
    await writeMeanwhile(stand)
    await connect('PUT', `${topic}/resume`)
    const message = await stopped(stand)
    expect(message).toMatch(/slot/)
    await follow(stand, message)
    await isEqual(stand)
  })

  test.for([
    ['a key', 'id double precision primary key', 'the key id of public.spans is of type double'],
    [
      'a key that is one below',
      'id amount primary key',
      'the key id of public.spans is of type public.amount',
    ],
    ['a value', 'id int primary key', 'public.spans holds infinite intervals (span)'],
  ] as const)('%s that Debezium would change on the way is refused', async ([, key, says]) => {
    const spans = `create domain amount as real; create table spans (${key}, span interval)`
    await using stand = await createStand(postgres, {
      legacy: `${spans}; insert into spans values (1, 'infinity')`,
      service: spans,
      tables: [table('spans')],
    })
    stand.startWorker()
    const { result } = await stand.request('sync-start')
    expect(result!.reasons!.join()).toContain(says)
  })

  test('a value that Debezium changes on the way, written later, stops the stream before it; corrected, it goes on', async () => {
    const spans =
      'create domain period as interval; create table spans (k text, n int, span period, primary key (k, n))'
    await using stand = await createStand(postgres, {
      legacy: spans,
      service: spans,
      tables: [table('spans')],
    })
    const { legacy, service } = stand
    stand.startWorker()
    await stand.done('sync-start')
    await legacy.app.query("insert into spans values ('a', 1, '0'), ('a', 2, '-1 day')")
    await stand.caughtUp('forward')
    await legacy.app.query("insert into spans values ('a', 3, '-infinity'), ('b', 4, '2 days')")
    const message = await stopped(stand)
    expect(message).toMatch(/The row \(a, 3\) of public\.spans holds an infinite interval \(span\)/)
    const all = 'select * from spans order by n'
    expect(await texts(service, all)).toHaveLength(2)
    await legacy.app.query("update spans set span = '1000 years' where n = 3")
    await follow(stand, message)
    await stand.caughtUp('forward')
    expect(await texts(service, all)).toEqual(await texts(legacy, all))
    expect(await texts(service, all)).toHaveLength(4)
  })

  const settingsOf = async (topic: string) =>
    (await (await connect('GET', `${topic}/config`)).json()) as object

  const change = async (topic: string, setting: Record<string, string>) => {
    const settings = await settingsOf(topic)
    const { status } = await fetch(`${stack!.connectUrl}/connectors/${topic}/config`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...settings, ...setting }),
    })
    expect(status).toBe(200)
  }

  test.for([
    { 'skipped.operations': 't,d' },
    { 'provide.transaction.metadata': 'false' },
    { 'column.exclude.list': 'public.books.title' },
  ])(
    'a connector that was told %j stops the stream: nobody knows what it left out',
    async (setting) => {
      await using stand = await synced(postgres)
      await change(await topicOf(stand), setting)
      const message = await stopped(stand)
      // What it sends by then may tell as soon as its settings do.
      const told = [`were changed: ${Object.keys(setting).join()}`, 'names no transaction']
      expect(
        told.some((text) => message.includes(text)),
        message,
      ).toBe(true)
      await writeMeanwhile(stand)
      await follow(stand, message)
      await isEqual(stand)
    },
  )

  test('a setting that changes nothing of what is captured is put back', async () => {
    await using stand = await synced(postgres)
    const topic = await topicOf(stand)
    const before = await settingsOf(topic)
    await change(topic, { 'poll.interval.ms': '700' })
    await vi.waitFor(async () => expect(await settingsOf(topic)).toEqual(before), patience)
    await writeMeanwhile(stand)
    await stand.caughtUp('forward')
    await isEqual(stand)
  })
}

/** Makes a target what it is after a restore: rows and position of before. */
async function restore(
  { service }: Stand,
  { place, beat }: { place: string; beat: number },
  undo = 'delete from shelves',
): Promise<void> {
  const tables = ['shelves', 'books', 'lent']
  const fences = ['strangler_fence', 'strangler_fence_truncate']
  const each = (what: (table: string) => string) => tables.map(what).join(';')
  await service.superuser.query(
    `${each((name) => `alter table ${name} disable trigger all`)}; ${undo}`,
  )
  await service.superuser.query(
    "update strangler.position set place = $1, beat = $2 where stream like '%:forward'",
    [place, beat],
  )
  await service.superuser.query(
    each((name) =>
      fences.map((fence) => `alter table ${name} enable always trigger ${fence}`).join(';'),
    ),
  )
}
