import { expect, test } from 'vitest'
import { startPostgres } from '../../../local/src/testing/index.ts'
import { createControlPool } from '../../src/control/index.ts'

const wanted = {
  synchronous_commit: 'on',
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
}
const set = {
  synchronous_commit: 'off',
  default_transaction_isolation: 'serializable',
  default_transaction_read_only: 'on',
}

test('A journal that was acknowledged outlives a crash, whatever is set for the control store and its role', async () => {
  await using postgres = await startPostgres()
  await using database = await postgres.createDatabase()
  for (const [name, value] of Object.entries(set)) {
    for (const whose of [`database ${database.name}`, `role app in database ${database.name}`]) {
      await database.superuser.query(`alter ${whose} set ${name} to '${value}'`)
    }
  }
  await using opened = new AsyncDisposableStack()
  const pool = opened.adopt(createControlPool(database.url('app'), 'test'), (made) => made.end())
  const { rows } = await pool.query<{ name: string; setting: string }>(
    'select name, setting from pg_settings where name = any($1)',
    [Object.keys(wanted)],
  )
  expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual(wanted)
})
