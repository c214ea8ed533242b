import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  createTestControlStore,
  startPostgres,
  type TestControlStore,
  type TestPostgres,
} from '../../../local/src/testing/index.ts'
import {
  addSlices,
  changeSlices,
  firstEpoch,
  readHistory,
  readSlice,
  readSlices,
  setCertificate,
  setReads,
  setSync,
} from '../../src/control/index.ts'
import type { Change, ChangeKind, Phase } from '../../src/machine/index.ts'

let postgres: TestPostgres
let store: TestControlStore
beforeAll(async () => {
  postgres = await startPostgres()
  store = await createTestControlStore(postgres)
})
afterAll(async () => {
  await store[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

beforeEach(async () => {
  await store.pool.query('truncate slice, history')
  await addSlices(store.pool, ['pets', 'visits'])
  for (const name of ['pets', 'visits']) await firstEpoch(store.pool, name)
})

const wanted = (kind: ChangeKind, at: [number, Phase], epoch = at[0]): Change => ({
  kind,
  at: { epoch: at[0], phase: at[1] },
  epoch,
})
const make = (names: string[], change: Change, by = 'one') =>
  changeSlices(store.pool, names, change, { by, request: 7, detail: { why: 'a test' } })

describe('A change of a slice', () => {
  test('is made on the row that it names, and is in the history', async () => {
    const { made, row } = await make(['pets'], wanted('begin', [1, 'idle'], 2))
    expect(made).toBe(true)
    expect(row).toMatchObject({ epoch: 2, phase: 'holding', owner: 'legacy', ownerEpoch: 1 })
    expect(await readSlice(store.pool, 'pets')).toMatchObject({
      ...row,
      members: ['pets'],
      request: 7,
    })
    expect(await readHistory(store.pool, 'pets', 9)).toMatchObject([
      { event: 'begin', epoch: 2, by: 'one', detail: { why: 'a test' } },
    ])
  })

  test('is refused when the epoch or the phase is another, and leaves no trace', async () => {
    await make(['pets'], wanted('begin', [1, 'idle'], 2))
    const before = await readSlice(store.pool, 'pets')
    for (const late of [
      wanted('begin', [1, 'idle'], 2),
      wanted('journal', [2, 'staging']),
      wanted('abort', [1, 'holding'], 3),
    ]) {
      expect(await make(['pets'], late, 'a late one')).toMatchObject({
        made: false,
        row: { epoch: 2 },
      })
    }
    expect(await readSlice(store.pool, 'pets')).toEqual(before)
    expect(await readHistory(store.pool, 'pets', 9)).toHaveLength(1)
  })

  test('is made by one only of many that try at once', async () => {
    const begin = wanted('begin', [1, 'idle'], 2)
    const tries = await Promise.all(
      Array.from({ length: 8 }, (_, at) => make(['pets'], begin, String(at))),
    )
    expect(tries.filter(({ made }) => made)).toHaveLength(1)
  })

  test('journals the other side as owner at its epoch, and reads go to the owner again', async () => {
    await setReads(store.pool, 'pets', 'flag')
    await make(['pets'], wanted('begin', [1, 'idle'], 2))
    for (const phase of ['holding', 'fencing', 'draining', 'sequencing'] as const) {
      await make(['pets'], wanted('advance', [2, phase]))
    }
    expect(await readSlice(store.pool, 'pets')).toMatchObject({ phase: 'staging', reads: 'flag' })
    await make(['pets'], wanted('journal', [2, 'staging']))
    expect(await readSlice(store.pool, 'pets')).toMatchObject({
      phase: 'journaled',
      owner: 'extracted',
      ownerEpoch: 2,
      reads: 'owner',
      members: ['pets'],
      request: 7,
    })
    await make(['pets'], wanted('settle', [2, 'journaled']))
    expect(await readSlice(store.pool, 'pets')).toMatchObject({
      phase: 'idle',
      members: [],
      request: null,
    })
  })

  test('is made on all slices that move together or on none', async () => {
    await make(['visits'], wanted('begin', [1, 'idle'], 2))
    expect((await make(['pets', 'visits'], wanted('begin', [1, 'idle'], 2))).made).toBe(false)
    expect((await readSlice(store.pool, 'pets'))?.phase).toBe('idle')
    expect((await make(['pets', 'nobody'], wanted('begin', [1, 'idle'], 2))).made).toBe(false)
    expect((await readSlice(store.pool, 'pets'))?.phase).toBe('idle')
  })

  test('tells those who listen, once it is committed', async () => {
    await using stack = new AsyncDisposableStack()
    const listener = await store.pool.connect()
    stack.defer(() => listener.release(true))
    const told: (string | undefined)[] = []
    listener.on('notification', ({ payload }) => told.push(payload))
    await listener.query('listen strangler')
    await make(['pets'], wanted('begin', [1, 'idle'], 2))
    await expect.poll(() => told).toContain('slices')
  })
})

describe('Slices of a plan', () => {
  test('are added once, and keep what they are when a worker starts again', async () => {
    await make(['pets'], wanted('begin', [1, 'idle'], 2))
    await addSlices(store.pool, ['pets', 'invoices'])
    await firstEpoch(store.pool, 'pets')
    const rows = await readSlices(store.pool)
    expect(rows.map(({ name, epoch }) => [name, epoch])).toEqual([
      ['invoices', 0],
      ['pets', 2],
      ['visits', 1],
    ])
  })

  test('keep their certificate and the state of their streams', async () => {
    const certificate = {
      at: '2025-01-01T00:00:00Z',
      clean: true,
      rows: 2,
      position: '0/1',
      worker: 'one',
      tables: [{ table: 'pets', rows: 2, digest: 'f00', mismatches: 0, inconclusive: 0 }],
    }
    await setCertificate(store.pool, 'pets', certificate)
    await setSync(store.pool, 'pets', 'stopped', 'a column is gone')
    expect(await readSlice(store.pool, 'pets')).toMatchObject({
      certificate,
      sync: 'stopped',
      syncError: 'a column is gone',
    })
    await setSync(store.pool, 'pets', 'streaming')
    await setCertificate(store.pool, 'pets', null)
    expect(await readSlice(store.pool, 'pets')).toMatchObject({
      certificate: null,
      sync: 'streaming',
      syncError: null,
    })
  })
})
