import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { inLegacy, inService, library } from '../library.ts'
import { coordinates, startProcess } from '../processes.ts'
import { createStand, patience, type Stand, texts } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

/** Makes the service the owner, with a row that the monolith's database has not got yet. */
async function moved(stand: Stand): Promise<void> {
  await stand.done('sync-start')
  await stand.done('switch', { to: 'extracted' })
  await stand.service.app.query("insert into shelves values (1, 'of the service', 1)")
}

const older = "update slice set epoch = 1, owner_epoch = 1, owner = 'legacy'"
/** As the runbook has it: the worker opens the owner once more, tells the other side, and that settles the row. */
const correct = `
  update slice set owner = 'extracted', epoch = 3, phase = 'aborting', members = array[name], request = null,
    certificate = null`

test('by a row that is older than the fences a slice is neither taken down nor set up, and no row of the owner is lost', async () => {
  await using stand = await createStand(postgres, library)
  const { legacy, service, control } = stand
  stand.startWorker()
  await moved(stand)
  await control.query(`${older}, sync = 'none'`)
  for (const [kind, args] of [
    ['sync-stop', { drop: true }],
    ['sync-start', { again: true }],
    ['verify', {}],
  ] as const) {
    const { state, result } = await stand.request(kind, args)
    expect(state).toBe('failed')
    expect(result!.reasons!.join()).toMatch(
      /is at epoch 1, but its fence in the database of legacy is at 2: .*restored-control-store\.md/,
    )
  }
  expect(await texts(service, inService)).toHaveLength(1)

  await control.query(correct)
  await stand.done('sync-start', { again: 2 })
  await stand.done('switch', { to: 'legacy' })
  expect(await texts(legacy, inLegacy)).toEqual(await texts(service, inService))
})

test('nor by a row that names another owner than the fences, at the same epoch', async () => {
  await using stand = await createStand(postgres, library)
  const { service, control } = stand
  stand.startWorker()
  await moved(stand)
  await control.query("update slice set owner = 'legacy'")
  for (const [kind, args] of [
    ['sync-stop', { drop: true }],
    ['sync-start', { again: true }],
  ] as const) {
    const { state, result } = await stand.request(kind, args)
    expect(state).toBe('refused')
    expect(result!.reasons).toEqual([
      expect.stringMatching(/is on the legacy side, but its fence in the database of legacy is up/),
      expect.stringMatching(/but its fence in the database of service service is open/),
    ])
  }
  expect(await texts(service, inService)).toHaveLength(1)
})

test('a worker that had lost its control store looks whether it is the same that came back', async () => {
  await using stand = await createStand(postgres, library)
  const { control, slice } = stand
  await using worker = startProcess(stand, 'first')
  await coordinates(stand, 'first')
  await moved(stand)
  // It names a switch under way, which would be undone at once if it were believed. All at once: as a restore is.
  await control.query(`
    begin; lock table slice; ${older}, phase = 'holding', members = array[name];
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name like 'strangler worker first%';
    commit`)
  await vi.waitUntil(() => worker.printed.join('').includes('restored-control-store.md'), patience)
  expect(await stand.row()).toMatchObject({ name: slice, epoch: 1, phase: 'holding' })
  await control.query(correct)
  await stand.done('verify')
  await stand.done('switch', { to: 'legacy' })
})
