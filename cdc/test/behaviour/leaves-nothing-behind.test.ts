import { ask } from '@strangler/core'
import { startPostgres, type TestDatabase, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inLegacy, inService, library } from '../library.ts'
import { createStand, finished, texts } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

const rows = `insert into shelves select n, 'a', n from generate_series(1, 300) n`

function remains(database: TestDatabase): Promise<(string | null)[][]> {
  return texts(
    database,
    `select 'slot', slot_name from pg_replication_slots where database = current_database()
     union all select 'publication', pubname from pg_publication
     union all select 'trigger', tgname from pg_trigger where not tgisinternal
     union all select 'origin', roname from pg_replication_origin
     union all select 'position', stream from strangler.position
     union all select 'copied', source_table from strangler.copied
     union all select 'fence', slice from strangler.fence
     union all select 'session', application_name from pg_stat_activity
       where datname = current_database() and application_name ~ '^strangler (apply|capture)'`,
  )
}

test('sync stop keeps the place, sync start goes on from it, and --drop leaves nothing that costs anything', async () => {
  const alone = await startPostgres()
  await using opened = new AsyncDisposableStack()
  opened.use(alone)
  const stand = opened.use(await createStand(alone, library))
  const { legacy, service } = stand
  await legacy.app.query(rows)
  stand.startWorker()
  await stand.done('sync-start')
  await stand.done('sync-stop')
  expect(await stand.row()).toMatchObject({ sync: 'stopped' })
  expect(await stand.stream('forward')).toBeUndefined()
  await legacy.app.query("update shelves set room = 'b'")
  expect(await texts(service, 'select distinct room from shelves')).toEqual([['a']])
  const again = await stand.done('sync-start', { again: true })
  expect(again.result).toMatchObject({ copied: 0, certificate: { clean: true } })
  await stand.caughtUp('forward')
  expect(await texts(service, inService)).toEqual(await texts(legacy, inLegacy))

  expect(await remains(legacy)).not.toEqual([])
  await stand.done('sync-stop', { drop: true })
  expect(await stand.row()).toMatchObject({ sync: 'none', certificate: null })
  expect(await remains(legacy)).toEqual([])
  expect(await remains(service)).toEqual([])
  await service.app.query("insert into shelves values (1000, 'free again', 1)")
  await stand.done('sync-stop', { drop: true, again: true })

  const anew = await stand.done('sync-start', { anew: true })
  expect(anew.result).toMatchObject({ copied: 300, certificate: { clean: true } })
  await stand.caughtUp('forward')
  expect(await texts(service, inService)).toEqual(await texts(legacy, inLegacy))
})

test('what is asked twice at once is done once, and both see its answer', async () => {
  await using stand = await createStand(postgres, library)
  await stand.legacy.app.query(rows)
  const wanted = {
    kind: 'sync-start',
    slices: [stand.slice],
    arguments: {},
    requestedBy: 'a test',
  } as const
  const one = await ask(stand.control, wanted)
  stand.startWorker()
  const two = await ask(stand.control, { ...wanted, requestedBy: 'somebody else' })
  expect(two.id).toBe(one.id)
  expect(await finished(stand.control, two.id)).toMatchObject({
    state: 'done',
    result: { copied: 300 },
  })
})

test('a slice that was never synced has nothing to drop', async () => {
  await using stand = await createStand(postgres, library)
  stand.startWorker()
  await stand.done('sync-stop', { drop: true })
  expect(await stand.row()).toMatchObject({ sync: 'none' })
})
