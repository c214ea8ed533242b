import { once } from 'node:events'
import { ask, readLease } from '@strangler/core'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { inLegacy, inService, library } from '../library.ts'
import { coordinates, startProcess } from '../processes.ts'
import { createStand, finished, patience, type Stand, texts } from '../stand.ts'
import { startWriters } from '../writers.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

async function equal(stand: Stand): Promise<(string | null)[][]> {
  await stand.caughtUp('forward')
  const rows = await texts(stand.service, inService)
  expect(rows).toEqual(await texts(stand.legacy, inLegacy))
  return rows
}

test('when the worker that coordinates is killed, the one that stands by finishes what was asked', async () => {
  await using stand = await createStand(postgres, library)
  const { legacy, service, control, slice } = stand
  await legacy.app.query(`
    insert into shelves values (1, 'a', 1);
    insert into books (id, shelf, isbn, title) select n, 1, 'isbn ' || n, repeat('x', 300) from generate_series(1, 40000) n`)
  await using first = startProcess(stand, 'first')
  await coordinates(stand, 'first')
  await using second = startProcess(stand, 'second')
  const { id } = await ask(control, {
    kind: 'sync-start',
    slices: [slice],
    arguments: {},
    requestedBy: 'a test',
  })
  await vi.waitUntil(async () => {
    const { rows } = await service.superuser
      .query<{ rows: number }>(
        "select rows::int from strangler.copied where source_table = 'public.books'",
      )
      .catch(() => ({ rows: [] }))
    return (rows[0]?.rows ?? 0) > 1000
  }, patience)
  first.child.kill('SIGKILL')
  await coordinates(stand, 'second')
  expect(await finished(control, id)).toMatchObject({
    state: 'done',
    result: { certificate: { clean: true } },
  })
  await equal(stand)
  expect(second.printed.join('')).toContain('"msg":"coordinating"')

  // Told to stop, it gives the lease back at once.
  const exited = once(second.child, 'exit')
  second.child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
  expect(await readLease(control)).toBeUndefined()
})

test('a worker that was paused while another took over stands by when it goes on, and nothing is applied twice', async () => {
  await using stand = await createStand(postgres, library)
  await stand.legacy.app.query(
    "insert into books (isbn) select 'isbn ' || n from generate_series(1, 200) n",
  )
  await using first = startProcess(stand, 'first')
  await coordinates(stand, 'first')
  await stand.done('sync-start')
  await using second = startProcess(stand, 'second')
  const writers = startWriters(stand.legacy.app, 1)
  first.child.kill('SIGSTOP')
  await coordinates(stand, 'second')
  await stand.caughtUp('forward')
  first.child.kill('SIGCONT')
  await vi.waitUntil(() => first.printed.join('').includes('standing by'), patience)
  const committed = writers.committed
  await vi.waitUntil(() => writers.committed > committed + 100, patience)
  await writers.stop()
  await equal(stand)
  await coordinates(stand, 'second')
  await stand.done('verify')
  await stand.done('switch', { to: 'extracted' })
  await stand.caughtUp('reverse')

  second.child.kill('SIGKILL')
  await coordinates(stand, 'first')
  await stand.service.app.query("insert into books (isbn) values ('after it all')")
  await stand.caughtUp('reverse')
  expect(await texts(stand.legacy, inLegacy)).toEqual(await texts(stand.service, inService))
})

test('a worker that starts while a database is down starts its streams when that is back', async () => {
  const other = await startPostgres()
  await using opened = new AsyncDisposableStack()
  opened.use(other)
  const stand = opened.use(await createStand(postgres, library, other))
  const first = stand.startWorker('first')
  await stand.done('sync-start')
  await first.stop()
  await other.stop()
  await using second = startProcess(stand, 'second')
  await coordinates(stand, 'second')
  await vi.waitUntil(() => second.printed.join('').includes('streams did not start'), patience)
  await other.startAgain()
  await stand.legacy.app.query("insert into shelves values (1, 'a', 1)")
  expect(await equal(stand)).toHaveLength(1)
})
