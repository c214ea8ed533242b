import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  startPostgres,
  type TestDatabase,
  type TestPostgres,
} from '../../../local/src/testing/index.ts'
import { readObservation, startObserving, stopObserving } from '../../src/observe/index.ts'
import { patient, scopeOf } from '../harness/fenced.ts'

let postgres: TestPostgres
let legacy: TestDatabase
const scope = scopeOf(['pets', 'visits'])

beforeAll(async () => {
  postgres = await startPostgres()
  legacy = await postgres.createDatabase(`
    create table pets (id int primary key);
    create table visits (at date not null) partition by range (at)`)
})
afterAll(async () => {
  await legacy[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})
beforeEach(async () => {
  await stopObserving(legacy.coordinator, scope.slice, { forget: true }, patient)
  await startObserving(legacy.coordinator, scope, patient)
})

describe('Observation', () => {
  const remaining = async () =>
    (await legacy.superuser.query("select tgname from pg_trigger where tgname like 'strangler%'"))
      .rows

  test('that is stopped leaves no trigger and keeps its notes, until they are forgotten', async () => {
    await legacy.app.query('delete from pets')
    await stopObserving(legacy.coordinator, scope.slice, { forget: false }, patient)
    expect(await remaining()).toEqual([])
    await legacy.app.query('insert into pets values (1)')
    expect(await readObservation(legacy.coordinator, scope)).toMatchObject({
      state: 'stopped',
      writers: [{ statement: 'delete from pets' }],
    })
    await startObserving(legacy.coordinator, scope, patient)
    expect((await readObservation(legacy.coordinator, scope)).state).toBe('on')
    await stopObserving(legacy.coordinator, scope.slice, { forget: true }, patient)
    expect(await remaining()).toEqual([])
    expect(await readObservation(legacy.coordinator, scope)).toMatchObject({
      state: 'never',
      writers: [],
    })
  })

  test('misses no partition that came since, once it is told again', async () => {
    await legacy.app.query(
      "create table late partition of visits for values from ('2025-01-01') to ('2026-01-01')",
    )
    expect((await readObservation(legacy.coordinator, scope)).gaps).toEqual(['public.late'])
    const added = await startObserving(legacy.coordinator, scope, patient)
    expect(added).toEqual([{ schema: 'public', name: 'late' }])
    expect((await readObservation(legacy.coordinator, scope)).gaps).toEqual([])
  })

  test('sums many notes up without losing one', async () => {
    await legacy.superuser.query(
      `insert into strangler.observed select 'patients', 'public.pets', 'update', 'app', 'job', 'x' from generate_series(1, 3000)`,
    )
    await readObservation(legacy.coordinator, scope)
    const { rows } = await legacy.superuser.query('select times::int from strangler.observed')
    expect(rows).toEqual([{ times: 3000 }])
  })
})

test('A crash of the server, which takes the notes, is told of', async () => {
  await using alone = await startPostgres()
  await using database = await alone.createDatabase('create table pets (id int)')
  const own = scopeOf(['pets'])
  await startObserving(database.coordinator, own, patient)
  await database.app.query('insert into pets values (1)')
  const killed = await database.connect()
  const { rows } = await killed.query<{ pid: number }>('select pg_backend_pid() as pid')
  // Of a session that dies like this the server cannot know what it broke: it begins anew from its log.
  process.kill(rows[0]!.pid, 'SIGKILL')
  const state = () =>
    readObservation(database.coordinator, own).then(
      (now) => now.state,
      () => 'down',
    )
  await expect.poll(state, { timeout: 30_000 }).toBe('lost')
  await startObserving(database.coordinator, own, patient)
  expect((await readObservation(database.coordinator, own)).state).toBe('on')
})
