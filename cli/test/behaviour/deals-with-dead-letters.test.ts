import { createTestControlStore, startPostgres, type TestDatabase } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ended, type Place, run, start } from '../harness/command.ts'
import { createFolder, planText } from '../harness/plan.ts'

const opened = new AsyncDisposableStack()
let legacy: TestDatabase
let patient: TestDatabase
let place: Place & { env: Record<string, string> }

// One story, told in order.
beforeAll(async () => {
  const postgres = opened.use(await startPostgres())
  const sql = 'create table pets (id int primary key, name text not null, weight int)'
  legacy = opened.use(await postgres.createDatabase(sql))
  patient = opened.use(
    await postgres.createDatabase(
      `${sql}; alter table pets add constraint light check (weight < 100)`,
    ),
  )
  const control = opened.use(await createTestControlStore(postgres))
  await legacy.app.query(
    "insert into pets select at, 'pet ' || at, 1 from generate_series(1, 20) at",
  )
  const folder = opened.use(createFolder())
  folder.write('migration.plan.ts', planText)
  const urls = (name: string, database: TestDatabase) => ({
    [`${name}_URL`]: 'http://127.0.0.1:1',
    [`${name}_COORDINATOR_URL`]: database.url('coordinator'),
    [`${name}_APPLIER_URL`]: database.url('applier'),
    [`${name}_READER_URL`]: database.url('reader'),
  })
  place = {
    cwd: folder.path,
    env: { ...urls('LEGACY', legacy), ...urls('PATIENT', patient), CONTROL_URL: control.url },
  }
  const worker = start(['worker'], place)
  opened.defer(async () => {
    worker.interrupt('SIGTERM')
    await worker.ended
  })
  await worker.printed('coordinating')
  await strangler('sync', 'start', 'patients')
})
afterAll(() => opened.disposeAsync())

const strangler = (...args: string[]): Promise<Ended> => run(args, place)

async function untilWaiting(count: number): Promise<void> {
  const letters = async () => (await strangler('status', '--json')).json.slices[0].deadLetters
  await expect.poll(letters, { timeout: 20_000 }).toBe(count)
}

test('without dead letters list says so, and replaying or discarding them does nothing', async () => {
  const [list, replay, discard] = await Promise.all([
    strangler('dead-letters', 'list', 'patients'),
    strangler('dead-letters', 'replay', 'patients', '--all'),
    strangler('dead-letters', 'discard', 'patients', '--all', '--yes'),
  ])
  expect(list.stdout).toContain('No dead letters of patients wait')
  expect([list.code, replay.code, discard.code]).toEqual([0, 0, 0])
})

test('a row that the service refuses is seen in status and plan, and refuses the switch, each with what to type', async () => {
  await legacy.app.query("insert into pets values (21, 'an elephant', 5000)")
  await untilWaiting(1)
  const [status, json, plan, switched] = await Promise.all([
    strangler('status'),
    strangler('status', '--json'),
    strangler('plan', '--json'),
    strangler('switch', 'patients', '--to', 'extracted'),
  ])
  expect(status.stdout).toContain(
    'patients: 1 dead letter waits: strangler dead-letters list patients',
  )
  expect(json.json.slices[0].ready).toEqual({
    to: 'extracted',
    yes: false,
    why: '1 dead letter: strangler dead-letters list patients',
  })
  expect(plan.json.next[0].command).toBe('strangler dead-letters list patients')
  expect(switched.code).toBe(3)
  expect(switched.stderr).toContain('strangler dead-letters list patients')
  const verified = await strangler('verify', 'patients')
  expect(verified.code).toBe(4)
  expect(verified.stderr).toContain('1 dead letter waits')
})

test('list shows what was refused, of which row, and why; as JSON the row itself', async () => {
  await legacy.app.query("update pets set name = 'a heavy elephant' where id = 21")
  await untilWaiting(2)
  const list = await strangler('dead-letters', 'list', 'patients')
  expect(list.stdout).toMatch(
    /f\d+ +public\.pets +\(21\) +insert or update .*violates check constraint "light".*\[23514\]\n *f\d+ .*waits behind another/,
  )
  expect(list.stdout).toContain('next: strangler dead-letters replay patients --all')
  const { json } = await strangler('dead-letters', 'list', 'patients', '--json', '--limit', '1')
  expect(json).toMatchObject({
    slice: 'patients',
    letters: [
      {
        id: expect.stringMatching(/^f\d+$/),
        direction: 'forward',
        key: ['21'],
        row: { id: '21', name: 'an elephant', weight: '5000' },
        sqlstate: '23514',
        constraint: 'light',
        attempts: 0,
      },
    ],
  })
})

test('what is refused again stays, and fails the command; a dry run of it changes nothing', async () => {
  const dry = await strangler('dead-letters', 'replay', 'patients', '--all', '--dry-run')
  expect(dry.code).toBe(4)
  expect(dry.stderr).toMatch(/0 dead letters would be replayed, 2 would stay[^]*"light"/)
  const replay = await strangler('dead-letters', 'replay', 'patients', '--all', '--json')
  expect(replay.code).toBe(4)
  expect(replay.json.error).toMatchObject({
    code: 'FAILED',
    applied: 0,
    waiting: 2,
    left: [{ table: 'public.pets', key: ['21'] }],
  })
  const { json } = await strangler('dead-letters', 'list', 'patients', '--json')
  expect(json.letters.map(({ attempts }: { attempts: number }) => attempts)).toEqual([1, 1])
})

test('once the table takes the row it is replayed, and the slice can be verified and switched', async () => {
  await patient.app.query('alter table pets drop constraint light')
  const replay = await strangler('dead-letters', 'replay', 'patients', '--all')
  expect(replay.code).toBe(0)
  expect(replay.stdout).toContain('2 dead letters replayed, 0 left')
  expect(replay.stdout).toContain('next: strangler verify patients')
  expect((await strangler('verify', 'patients')).code).toBe(0)
  await untilWaiting(0)
  const dry = await strangler('switch', 'patients', '--to', 'extracted', '--dry-run')
  expect(dry.code).toBe(0)
})

test('discarding asks; with --yes it is done, told in the history with its author, and the next verification names the row', async () => {
  await patient.app.query('alter table pets add constraint short check (length(name) < 20)')
  await legacy.app.query(
    "insert into pets values (22, 'a name that is much too long', 1), (23, 'short', 1)",
  )
  await untilWaiting(1)
  const { json } = await strangler('dead-letters', 'list', 'patients', '--json')
  const { id } = json.letters[0]
  const unsure = await strangler('dead-letters', 'discard', 'patients', id)
  expect(unsure.code).toBe(2)
  expect(unsure.stderr).toContain('--yes')
  const dry = await strangler('dead-letters', 'discard', 'patients', id, '--dry-run')
  expect(dry.stdout).toContain(`  - ${id}`)
  await untilWaiting(1)
  const discarded = await strangler('dead-letters', 'discard', 'patients', id, '--yes')
  expect(discarded.code).toBe(0)
  expect(discarded.stdout).toContain('1 dead letter discarded, 0 left')
  expect((await strangler('dead-letters', 'list', 'patients', '--discarded')).stdout).toContain(
    'discarded by ann',
  )
  expect((await strangler('history', 'patients')).stdout).toMatch(
    /dead-letters-discard done +ann .*1 dead letter discarded/,
  )
  const verified = await strangler('verify', 'patients')
  expect(verified.code).toBe(4)
  expect(verified.stderr).toContain('public.pets (22) is missing there')
})

test('wrong usage is told as such', async () => {
  const [neither, both, odd, nobody] = await Promise.all([
    strangler('dead-letters', 'replay', 'patients'),
    strangler('dead-letters', 'replay', 'patients', 'f1', '--all'),
    strangler('dead-letters', 'discard', 'patients', 'x1', '--yes'),
    strangler('dead-letters', 'list', 'nobody'),
  ])
  expect([neither.code, both.code, odd.code, nobody.code]).toEqual([2, 2, 2, 2])
  expect(neither.stderr).toContain('--all')
  expect(nobody.stderr).toContain('patients')
})
