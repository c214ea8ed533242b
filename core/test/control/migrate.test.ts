import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPostgres, type TestPostgres } from '../../../local/src/testing/index.ts'
import {
  addSlices,
  controlSchema,
  createControlPool,
  migrateControlStore,
  readAdmissionKey,
  readSlices,
} from '../../src/control/index.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

async function emptyStore() {
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await postgres.createDatabase())
  const open = (name: string) =>
    opened.adopt(createControlPool(database.url('app'), name), (pool) => pool.end())
  const pools = [open('one'), open('two'), open('three')] as const
  const closing = opened.move()
  return { pools, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}

test('Processes that start together on an empty control store all find it up to date', async () => {
  await using store = await emptyStore()
  await Promise.all(store.pools.map(migrateControlStore))
  await addSlices(store.pools[0], ['pets'])
  expect(await readSlices(store.pools[1])).toHaveLength(1)
  const { rows } = await store.pools[2].query('select count(*)::int as files from migration')
  expect(rows[0].files).toBeGreaterThan(1)
})

test('A control store that is up to date keeps everything, its admission key too', async () => {
  await using store = await emptyStore()
  const [pool] = store.pools
  await migrateControlStore(pool)
  await addSlices(pool, ['pets'])
  const key = await readAdmissionKey(pool)
  expect(key).toMatch(/^[0-9a-f]{64}$/)
  await migrateControlStore(pool)
  expect(await readSlices(pool)).toHaveLength(1)
  expect(await readAdmissionKey(pool)).toBe(key)
})

test('A control store that a newer version migrated is refused, and left as it is', async () => {
  await using store = await emptyStore()
  const [pool] = store.pools
  await migrateControlStore(pool)
  await pool.query(`insert into ${controlSchema}.migration values ('999-later.sql')`)
  await expect(migrateControlStore(pool)).rejects.toMatchObject({
    code: 'CONTROL_STORE_TOO_NEW',
    message: expect.stringContaining('999-later.sql'),
  })
})

test('A control store that restarts costs the query under way, not the process', async () => {
  await using store = await emptyStore()
  const [pool, other] = store.pools
  await migrateControlStore(pool)
  const client = await pool.connect()
  await client.query('begin')
  await other.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'one'",
  )
  await expect(client.query('select 1')).rejects.toThrow(/terminat|not queryable/)
  client.release(true)
  expect(await readSlices(pool)).toEqual([])
})
