import { createControlPool, migrateControlStore } from '@strangler/core'
import type pg from 'pg'
import type { TestPostgres } from './postgres.ts'

/** A control store of one test, its schema up to date. */
export interface TestControlStore extends AsyncDisposable {
  readonly url: string
  readonly pool: pg.Pool
}

export async function createTestControlStore(postgres: TestPostgres): Promise<TestControlStore> {
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await postgres.createDatabase())
  const url = database.url('app')
  const pool = opened.adopt(createControlPool(url, 'test'), (made) => made.end())
  await migrateControlStore(pool)
  const closing = opened.move()
  return { url, pool, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}
