import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPostgres, type TestPostgres } from '../../../local/src/testing/index.ts'
import { provisionDatabase } from '../../src/database/index.ts'
import { createFence, dropFence, readFences, setFences } from '../../src/fence/index.ts'
import { startObserving, stopObserving } from '../../src/observe/index.ts'
import { coordinatorWaits, createFenced, patient, scopeOf, sqlState } from '../harness/fenced.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

const up = { epoch: 2, fenced: true }
const twoTables =
  'create table pets (id int primary key); create table visits (id int primary key); insert into pets values (0)'

describe('A fence that goes up', () => {
  test('waits for the commit of a writer that was there before, and so knows its rows', async () => {
    await using legacy = await createFenced(postgres, twoTables, ['pets'])
    const writer = await legacy.connect()
    await writer.query('begin')
    await writer.query('insert into pets values (1)')
    const raised = setFences(legacy.coordinator, [legacy.scope], up, patient)
    await expect.poll(() => coordinatorWaits(legacy)).toBe(true)
    expect((await readFences(legacy.superuser)).get('patients')).toEqual({
      epoch: 1,
      fenced: false,
    })
    await writer.query('insert into pets values (2)')
    await writer.query('commit')
    expect(await raised).toBe('done')
    const { rows } = await legacy.superuser.query('select id from pets order by id')
    expect(rows).toEqual([{ id: 0 }, { id: 1 }, { id: 2 }])
    expect(await sqlState(writer.query('insert into pets values (3)'))).toBe('SF001')
  })

  test('does not wait for a reader, however long its transaction, and lets it go on', async () => {
    await using legacy = await createFenced(postgres, twoTables, ['pets'])
    const reader = await legacy.connect()
    await reader.query('begin')
    await reader.query('select * from pets')
    expect(await setFences(legacy.coordinator, [legacy.scope], up, { budgetMs: 500 })).toBe('done')
    expect((await reader.query('select id from pets')).rows).toEqual([{ id: 0 }])
    await reader.query('commit')
  })

  test('binds a REPEATABLE READ transaction that began before it', async () => {
    await using legacy = await createFenced(postgres, twoTables, ['pets'])
    const old = await legacy.connect()
    await old.query('begin isolation level repeatable read')
    await old.query('select * from pets')
    await setFences(legacy.coordinator, [legacy.scope], up, patient)
    expect(await sqlState(old.query('insert into pets values (1)'))).toBe('SF001')
  })

  test('gives up within its budget when a writer stays, and leaves everything as it was', async () => {
    await using legacy = await createFenced(postgres, twoTables, ['pets', 'visits'])
    const writer = await legacy.connect()
    await writer.query('begin')
    await writer.query('insert into visits values (1)')
    const started = performance.now()
    await expect(
      setFences(legacy.coordinator, [legacy.scope], up, { budgetMs: 700 }),
    ).rejects.toMatchObject({ code: 'LOCKED', retriable: true })
    expect(performance.now() - started).toBeLessThan(1700)
    expect((await readFences(legacy.superuser)).get('patients')).toEqual({
      epoch: 1,
      fenced: false,
    })
    await legacy.app.query('insert into pets values (1)')
    await writer.query('commit')
  })

  test('keeps nobody queueing behind it while a writer stays', async () => {
    await using legacy = await createFenced(postgres, twoTables, ['pets'])
    const writer = await legacy.connect()
    await writer.query('begin')
    await writer.query('insert into pets values (1)')
    const raised = setFences(legacy.coordinator, [legacy.scope], up, patient)
    await expect.poll(() => coordinatorWaits(legacy)).toBe(true)
    // These would wait until the first writer ends if the fence kept its place in the queue.
    for (let id = 10; id < 13; id++) await legacy.app.query('insert into pets values ($1)', [id])
    await writer.query('commit')
    expect(await raised).toBe('done')
  })

  test('never makes an application a deadlock’s victim', async () => {
    await using legacy = await createFenced(postgres, twoTables, ['pets', 'visits'])
    const writer = await legacy.connect()
    await writer.query('begin')
    await writer.query('insert into visits values (1)')
    const raised = setFences(legacy.coordinator, [legacy.scope], up, patient)
    await expect.poll(() => coordinatorWaits(legacy)).toBe(true)
    // By now the fence has pets and wants visits; the application has visits and wants pets.
    await writer.query('insert into pets values (1)')
    await writer.query('commit')
    expect(await raised).toBe('done')
  })

  test('takes all the tables of all its slices, or none', async () => {
    await using legacy = await createFenced(postgres, twoTables, ['pets'])
    const visits = scopeOf(['visits'], 'visits')
    const first = { epoch: 1, fenced: false }
    await createFence(legacy.coordinator, visits, first, patient)
    const writer = await legacy.connect()
    await writer.query('begin')
    await writer.query('insert into visits values (1)')
    const both = [legacy.scope, visits] as const
    await expect(setFences(legacy.coordinator, both, up, { budgetMs: 300 })).rejects.toMatchObject({
      code: 'LOCKED',
    })
    await legacy.app.query('insert into pets values (1)')
    await writer.query('commit')
    expect(await setFences(legacy.coordinator, both, up, patient)).toBe('done')
    expect([...(await readFences(legacy.superuser)).values()]).toEqual([up, up])
    for (const table of ['pets', 'visits']) {
      expect(await sqlState(legacy.app.query(`insert into ${table} values (9)`))).toBe('SF001')
    }
  })
})

test('A fence that is made waits for the commit of an open writer, and not for a reader', async () => {
  await using legacy = await postgres.createDatabase(twoTables)
  await provisionDatabase(legacy.coordinator, legacy.roles, scopeOf(['pets']).tables)
  const reader = await legacy.connect()
  await reader.query('begin')
  await reader.query('select * from pets')
  const writer = await legacy.connect()
  await writer.query('begin')
  await writer.query('insert into pets values (1)')
  const made = createFence(
    legacy.coordinator,
    scopeOf(['pets']),
    { epoch: 1, fenced: true },
    patient,
  )
  await expect.poll(() => coordinatorWaits(legacy)).toBe(true)
  await writer.query('insert into pets values (2)')
  await writer.query('commit')
  await made
  expect(await sqlState(writer.query('insert into pets values (3)'))).toBe('SF001')
  await reader.query('commit')
})

test('A fence is made amid writers of which some always hold one of its tables and want another, and taken away again', async () => {
  const tables = ['pets', 'visits', 'owners', 'bills']
  await using legacy = await postgres.createDatabase(
    tables.map((table) => `create table ${table} (id serial primary key)`).join(';'),
  )
  const scope = scopeOf(tables)
  await provisionDatabase(legacy.coordinator, legacy.roles, scope.tables)
  const done = new AbortController()
  const write = async (first: number): Promise<void> => {
    const order = tables.map((_, at) => tables[(first + at) % tables.length]!)
    const each = order.map((table) => `insert into ${table} default values; select pg_sleep(0.02)`)
    while (!done.signal.aborted) await legacy.app.query(`begin; ${each.join(';')}; commit`)
  }
  const writers = Promise.all([0, 1, 2, 3].map(write))
  const patience = { budgetMs: 3000 }
  await createFence(legacy.coordinator, scope, { epoch: 1, fenced: false }, patience)
  await startObserving(legacy.coordinator, scope, patience)
  await stopObserving(legacy.coordinator, scope.slice, { forget: true }, patience)
  await dropFence(legacy.coordinator, scope, patience)
  done.abort()
  await writers
  const { rows } = await legacy.superuser.query(
    "select tgname from pg_trigger where tgname like 'strangler%'",
  )
  expect(rows).toEqual([])
})
