import { readSlice, renewProxy } from '@strangler/core'
import {
  createTestControlStore,
  startPostgres,
  type TestControlStore,
  type TestDatabase,
} from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ended, type Place, run, type Running, start } from '../harness/command.ts'
import { createFolder, planText } from '../harness/plan.ts'

const opened = new AsyncDisposableStack()
let legacy: TestDatabase
let patient: TestDatabase
let control: TestControlStore
let worker: Running
let place: Place & { env: Record<string, string> }

// One story, told in order, with a worker that the command line runs itself.
beforeAll(async () => {
  const postgres = opened.use(await startPostgres())
  const sql = 'create table pets (id int primary key, name text not null)'
  legacy = opened.use(await postgres.createDatabase(sql))
  patient = opened.use(await postgres.createDatabase(sql))
  control = opened.use(await createTestControlStore(postgres))
  await legacy.app.query("insert into pets select at, 'pet ' || at from generate_series(1, 50) at")
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
  worker = start(['worker'], place)
  opened.defer(async () => {
    worker.interrupt('SIGTERM')
    await worker.ended
  })
  await worker.printed('coordinating')
})
afterAll(() => opened.disposeAsync())

const strangler = (...args: string[]): Promise<Ended> => run(args, place)

async function made(database: TestDatabase): Promise<boolean> {
  const { rows } = await database.superuser.query(
    "select from pg_namespace where nspname = 'strangler'",
  )
  return rows.length > 0
}

test('before anything moves, the plan and the status say what comes next', async () => {
  const [plan, planned, status, json] = await Promise.all([
    strangler('plan'),
    strangler('plan', '--json'),
    strangler('status'),
    strangler('status', '--json'),
  ])
  expect(plan.code).toBe(0)
  expect(plan.stdout).toContain('phase 1  core services: moves patients')
  expect(plan.stdout).toContain('strangler sync start patients')
  expect(planned.json).toMatchObject({
    phases: [{ name: 'core services' }],
    slices: [{ name: 'patients', service: 'patient' }],
    crossing: { keys: [] },
    next: [{ slice: 'patients', command: 'strangler sync start patients' }],
  })
  expect(status.stdout).toMatch(/patients\s+legacy\s+0\s+legacy\s+none/)
  expect(json.json).toMatchObject({
    worker: { live: true },
    proxies: [],
    slices: [{ slice: 'patients', owner: 'legacy', sync: 'none', ready: { yes: false } }],
  })
})

test('what is not synced is neither verified, shared nor switched, and each says why', async () => {
  const [verify, shift, switched] = await Promise.all([
    strangler('verify', 'patients'),
    strangler('shift', 'patients', '--reads', '10'),
    strangler('switch', 'patients', '--to', 'extracted'),
  ])
  for (const { code, stderr } of [verify, shift, switched]) {
    expect(code).toBeGreaterThan(2)
    expect(stderr).toContain('strangler sync start patients')
  }
  expect(shift.code).toBe(3)
  expect(switched.code).toBe(3)
})

test('a dry run of sync start makes nothing', async () => {
  const dry = await strangler('sync', 'start', 'patients', '--dry-run')
  expect(dry.code).toBe(0)
  expect(dry.stdout).toContain('next: strangler sync start patients')
  expect([await made(legacy), await made(patient)]).toEqual([false, false])
})

test('sync start copies the rows and verifies them; in a pipe it prints no colours', async () => {
  const synced = await strangler('sync', 'start', 'patients')
  expect(synced.code).toBe(0)
  expect(synced.stdout).toContain('patients: legacy owns it, epoch 1, streams in step')
  // oxlint-disable-next-line no-control-regex -- that is what is looked for
  expect(synced.stdout + synced.stderr).not.toMatch(/\u001b/)
  const { rows } = await patient.superuser.query('select count(*)::int as count from pets')
  expect(rows[0].count).toBe(50)
})

test('verify gives a certificate, and status shows it', async () => {
  const verified = await strangler('verify', 'patients', '--json')
  expect(verified.code).toBe(0)
  expect(verified.json.message).toContain('50')
  const { json } = await strangler('sync', 'status', 'patients', '--json')
  expect(json.slices).toMatchObject([
    {
      slice: 'patients',
      sync: 'streaming',
      certificate: { clean: true, rows: 50 },
      ready: { yes: true },
    },
  ])
})

test('verify names the keys that differ', async () => {
  // As something else that replicates into the service would: past the fence, and not in the stream back.
  const applier = await patient.connect('applier')
  await applier.query("select pg_replication_origin_create('other')")
  await applier.query("select pg_replication_origin_session_setup('other')")
  await applier.query("update pets set name = 'changed' where id = 7")
  const verified = await strangler('verify', 'patients')
  expect(verified.code).toBe(4)
  expect(verified.stderr).toContain('public.pets (7)')
  await applier.query("update pets set name = 'pet 7' where id = 7")
  expect((await strangler('verify', 'patients')).code).toBe(0)
})

test('a dry run of a switch checks, shows the steps, and changes nothing', async () => {
  const dry = await strangler('switch', 'patients', '--to', 'extracted', '--dry-run')
  expect(dry.code).toBe(0)
  expect(dry.stdout).toMatch(/- .*fence[\s\S]*- .*journal/)
  expect(dry.stdout).toContain('patients: legacy owns it, epoch 1')
})

test('Ctrl-C before the point of no return undoes the switch and waits until it is undone', async () => {
  // A proxy that is alive and never holds keeps the switch waiting.
  const report = { shares: {}, writesInFlight: {}, held: {} }
  const renew = () =>
    renewProxy(control.pool, { id: 'deaf', address: 'http://127.0.0.1:1', report })
  await renew()
  const renewing = setInterval(() => void renew(), 500)
  const switching = start(['switch', 'patients', '--to', 'extracted'], place)
  await expect
    .poll(async () => (await readSlice(control.pool, 'patients'))?.phase, { timeout: 10_000 })
    .toBe('holding')
  switching.interrupt()
  const { code, stdout, stderr } = await switching.ended
  expect(stderr).toContain('Undoing. This waits until it is done.')
  expect(stderr).toContain('The switch was undone')
  expect(code).toBe(4)
  expect(stdout).not.toContain('extracted owns it')
  clearInterval(renewing)
  await control.pool.query("delete from proxy where id = 'deaf'")
  const { json } = await strangler('status', '--json')
  expect(json.slices[0]).toMatchObject({ owner: 'legacy', phase: 'idle' })
  await legacy.app.query("insert into pets values (51, 'after the undo')")
})

test('a switch, and a switch back, with what it says in text and in JSON', async () => {
  const there = await strangler('switch', 'patients', '--to', 'extracted')
  expect(there.code).toBe(0)
  expect(there.stdout).toMatch(/\d+ ms +fence[\s\S]*\d+ ms +write the journal/)
  expect(there.stdout).toContain('next: strangler switch patients --to legacy')
  await expect(legacy.app.query("insert into pets values (60, 'x')")).rejects.toMatchObject({
    code: 'SF001',
  })
  await patient.app.query("insert into pets values (52, 'at the service')")

  await strangler('verify', 'patients')
  const back = await strangler('switch', 'patients', '--to', 'legacy', '--json')
  expect(back.code).toBe(0)
  expect(back.json).toMatchObject({ owner: 'legacy', slices: [{ owner: 'legacy', phase: 'idle' }] })
  const { rows } = await legacy.app.query('select name from pets where id in (51, 52) order by id')
  expect(rows).toEqual([{ name: 'after the undo' }, { name: 'at the service' }])
})

test('switching to where a slice is already is no mistake, and abort says when there is nothing to stop', async () => {
  const again = await strangler('switch', 'patients', '--to', 'legacy')
  const abort = await strangler('abort', 'patients')
  const dry = await strangler('abort', 'patients', '--dry-run', '--json')
  expect(again.code).toBe(0)
  expect(again.stdout).toContain('already')
  expect(abort.code).toBe(0)
  expect(dry.code).toBe(0)
})

test('history tells who did what', async () => {
  const [text, json, limited] = await Promise.all([
    strangler('history', 'patients'),
    strangler('history', '--json'),
    strangler('history', '--json', '--limit', '2'),
  ])
  expect(text.stdout).toMatch(/begin[\s\S]*abort[\s\S]*undone[\s\S]*journal/)
  expect(json.json.entries.map(({ event }: { event: string }) => event)).toContain('journal')
  expect(json.json.entries.some(({ by }: { by: string }) => by === 'ann')).toBe(true)
  expect(limited.json.entries).toHaveLength(2)
})

test('sync stop keeps what was made, and with --drop takes it away', async () => {
  const dry = await strangler('sync', 'stop', 'patients', '--drop', '--dry-run')
  expect(dry.code).toBe(0)
  const stopped = await strangler('sync', 'stop', 'patients')
  expect(stopped.code).toBe(0)
  const slots = async () =>
    (await legacy.superuser.query('select from pg_replication_slots')).rows.length
  expect(await slots()).toBeGreaterThan(0)
  expect((await strangler('sync', 'stop', 'patients', '--drop', '--json')).code).toBe(0)
  expect(await slots()).toBe(0)
})
