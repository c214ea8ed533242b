import { createConsumer } from '@strangler/cdc/events'
import { loadPlan } from '@strangler/core'
import { createTestControlStore, startPostgres, type TestDatabase } from '@strangler/local/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ended, type Place, run, start } from '../harness/command.ts'
import { createFolder, planText } from '../harness/plan.ts'

const opened = new AsyncDisposableStack()
const patience = { timeout: 30_000, interval: 50 }
let patient: TestDatabase
let place: Place & { env: Record<string, string> }
let planFile: string

/** The consumer writes into a table that takes some texts only. */
const mailsSql =
  'create table mails (text text not null constraint short check (length(text) < 10))'

// One story, told in order.
beforeAll(async () => {
  const postgres = opened.use(await startPostgres())
  const sql = 'create table pets (id int primary key)'
  const legacy = opened.use(await postgres.createDatabase(sql))
  patient = opened.use(
    await postgres.createDatabase(
      `${sql}; ${mailsSql}; create table outbox (id uuid primary key default gen_random_uuid(),
         aggregatetype text not null, aggregateid text not null, type text not null, payload jsonb)`,
    ),
  )
  await patient.superuser.query("create role subscriber login replication password 'test'")
  const control = opened.use(await createTestControlStore(postgres))
  const folder = opened.use(createFolder())
  const events = `consumers: { mails: { of: 'patient', at: 'patient', role: 'app', retry: { attempts: 1 } } },\n  slices: {`
  const outbox = `outbox: { subscriber: env('SUBSCRIBER_URL') }, database: { coordinator: env('PATIENT`
  planFile = folder.write(
    'migration.plan.ts',
    planText.replace('slices: {', events).replace("database: { coordinator: env('PATIENT", outbox),
  )
  const urls = (name: string, database: TestDatabase) => ({
    [`${name}_URL`]: 'http://127.0.0.1:1',
    [`${name}_COORDINATOR_URL`]: database.url('coordinator'),
    [`${name}_APPLIER_URL`]: database.url('applier'),
    [`${name}_READER_URL`]: database.url('reader'),
  })
  const subscriber = Object.assign(new URL(patient.url('app')), { username: 'subscriber' })
  place = {
    cwd: folder.path,
    env: {
      ...urls('LEGACY', legacy),
      ...urls('PATIENT', patient),
      CONTROL_URL: control.url,
      SUBSCRIBER_URL: subscriber.href,
    },
  }
  const worker = start(['worker'], place)
  opened.defer(async () => {
    worker.interrupt('SIGTERM')
    await worker.ended
  })
  await worker.printed('coordinating')
  await strangler('sync', 'start', 'patients')
}, 180_000)
afterAll(() => opened.disposeAsync())

const strangler = (...args: string[]): Promise<Ended> => run(args, place)

async function startConsumer(): Promise<() => Promise<void>> {
  const database = new pg.Pool({ connectionString: patient.url('app') })
  const stopping = new AbortController()
  const running = createConsumer({
    plan: await loadPlan(planFile),
    name: 'mails',
    environment: place.env,
    database,
    handle: async ({ payload }, client) =>
      void (await client.query('insert into mails values ($1)', [payload])),
    log: { warn() {} },
  }).run(stopping.signal)
  return async () => {
    stopping.abort()
    await running
    await database.end()
  }
}

const publish = (aggregate: string, text: string) =>
  patient.app.query(
    "insert into outbox (aggregatetype, aggregateid, type, payload) values ('pet', $1, 'pet fed', $2)",
    [aggregate, JSON.stringify(text)],
  )

const mails = async () =>
  (await patient.app.query<{ text: string }>('select text from mails')).rows.map(({ text }) => text)

const consumerStatus = async () => (await strangler('status', '--json')).json.consumers[0]

test('a consumer without a process, and one without letters, are told as such', async () => {
  await expect.poll(consumerStatus, patience).toMatchObject({ name: 'mails', state: 'silent' })
  const [status, list] = await Promise.all([
    strangler('status'),
    strangler('dead-letters', 'list', 'mails'),
  ])
  expect(status.stdout).toMatch(/^outbox +patient +running/m)
  expect(status.stdout).toMatch(/^consumer +mails +no process runs/m)
  expect(list.stdout).toContain('No letters of mails wait')
})

test('letters are listed with what went wrong, tried again in order, and given up by name', async () => {
  const stop = await startConsumer()
  await publish('1', 'a text that is too long')
  await publish('1', 'next')
  await publish('2', 'other')
  await expect.poll(mails, patience).toEqual(['other'])
  await expect
    .poll(consumerStatus, patience)
    .toMatchObject({ state: 'running', letters: 2, deadLetters: 1 })

  const list = await strangler('dead-letters', 'list', 'mails')
  expect(list.stdout).toMatch(
    /e\d+ +pet fed +pet 1 .* 1x .*"short"\n *e\d+ +pet fed +pet 1 .* waits behind another/,
  )
  expect(list.stdout).toContain('next: strangler dead-letters replay mails --all')
  expect((await strangler('status')).stdout).toContain(
    'mails: 2 letters wait, 1 dead: strangler dead-letters list mails',
  )
  const again = await strangler('dead-letters', 'replay', 'mails', '--all', '--json')
  expect(again.code).toBe(4)
  expect(again.json.error).toMatchObject({ handled: 0, waiting: 2 })

  await patient.app.query('alter table mails drop constraint short')
  const { json } = await strangler('dead-letters', 'list', 'mails', '--json')
  expect(json.letters[0]).toMatchObject({ payload: 'a text that is too long', attempts: 2 })
  const replay = await strangler('dead-letters', 'replay', 'mails', json.letters[0].id)
  expect(replay.stdout).toContain('2 letters handled, 0 left')
  expect(await mails()).toEqual(['other', 'a text that is too long', 'next'])

  await patient.app.query('alter table mails add constraint few check (text <> $$no$$)')
  await publish('3', 'no')
  await publish('3', 'yes')
  await expect.poll(consumerStatus, patience).toMatchObject({ deadLetters: 1, letters: 2 })
  const unsure = await strangler('dead-letters', 'discard', 'mails', '--all')
  expect(unsure.code).toBe(2)
  expect(unsure.stderr).toContain('--yes')
  const named = (await strangler('dead-letters', 'list', 'mails', '--json')).json.letters[0].id
  const discard = await strangler('dead-letters', 'discard', 'mails', named, '--yes')
  expect(discard.stdout).toContain('1 letter discarded')
  await expect.poll(mails, patience).toContain('yes')
  const discarded = await strangler('dead-letters', 'list', 'mails', '--discarded')
  expect(discarded.stdout).toContain('discarded by ann')
  await stop()
}, 180_000)

test('what nobody takes says so, and is taken once a process runs', async () => {
  let stop = await startConsumer()
  await publish('4', 'no')
  await expect.poll(consumerStatus, patience).toMatchObject({ deadLetters: 1 })
  await stop()
  await patient.app.query('alter table mails drop constraint few')
  const replay = await strangler('dead-letters', 'replay', 'mails', '--all')
  expect(replay.code).toBe(5)
  expect(replay.stderr).toContain('No process of the consumer "mails" runs')
  stop = await startConsumer()
  await expect.poll(mails, patience).toContain('no')
  await stop()
})

test('a name that is neither a slice’s nor a consumer’s is refused with those that there are', async () => {
  const answers = await Promise.all([
    strangler('dead-letters', 'list', 'nobody'),
    strangler('dead-letters', 'replay', 'nobody', '--all'),
    strangler('dead-letters', 'replay', 'mails', 'f1'),
  ])
  expect(answers.map(({ code }) => code)).toEqual([2, 2, 2])
  expect(answers[0].stderr).toContain('patients')
})
