import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { serverAccount } from '../src/postgres/account.ts'
import { copyInTheOpen, postgresBinaries } from '../src/postgres/binaries.ts'
import { dataFolder, disposable, startCluster } from '../src/postgres/cluster.ts'
import { freePort } from '../src/system/ports.ts'

let folder: string
const others: string[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strangler-postgres-test-'))
})
afterEach(() => {
  for (const path of [folder, ...others.splice(0)]) rmSync(path, { recursive: true, force: true })
})

test('a copy of Postgres runs without the checkout that it was made from, closed to others as that may be', () => {
  const checkout = join(folder, 'checkout')
  cpSync(dirname(dirname(postgresBinaries(false).initdb)), checkout, {
    recursive: true,
    verbatimSymlinks: true,
  })
  execFileSync('chmod', ['-R', 'go=', checkout]) // As npm leaves it under a umask of 077.
  const copy = copyInTheOpen(checkout)
  others.push(copy)
  rmSync(checkout, { recursive: true })
  const version = execFileSync(join(copy, 'bin/initdb'), ['--version'], {
    encoding: 'utf8',
    ...serverAccount(),
  })
  expect(version).toContain('PostgreSQL')
})

test.for([
  ['open', 0o755],
  ['closed', 0o700],
] as const)(
  'a second start finds the data of the first in a folder that is %s to others',
  async ([, mode]) => {
    chmodSync(folder, mode)
    const found: unknown[] = []
    for (const statement of ['create table written as select 7 as it', 'select it from written']) {
      const dir = dataFolder(join(folder, 'data'))
      others.push(dir)
      const port = await freePort()
      const cluster = await startCluster({ dir, port, password: 'x', settings: disposable })
      const client = new pg.Client({ connectionString: cluster.url('postgres') })
      await client.connect()
      found.push(...(await client.query(statement)).rows)
      await client.end()
      await cluster.stop()
    }
    expect(found).toEqual([{ it: 7 }])
  },
)

test('data that was made with another password is refused, with what to do', async () => {
  const dir = dataFolder(join(folder, 'data'))
  others.push(dir)
  const options = { dir, settings: disposable }
  const first = await startCluster({ ...options, port: await freePort(), password: 'one' })
  await first.stop()
  const second = startCluster({ ...options, port: await freePort(), password: 'two' })
  await expect(second).rejects.toThrow(/made with another password.*Put back the file/)
})

test('what initdb left half done is made anew', async () => {
  const dir = dataFolder(join(folder, 'data'))
  others.push(dir)
  mkdirSync(`${dir}.new`)
  writeFileSync(join(`${dir}.new`, 'PG_VERSION'), '17\n')
  const port = await freePort()
  const cluster = await startCluster({ dir, port, password: 'x', settings: disposable })
  await cluster.stop()
  expect(readdirSync(dirname(dir))).not.toContain('data.new')
})

test('a folder that holds something else is not touched, and named', async () => {
  const dir = dataFolder(join(folder, 'data'))
  others.push(dir)
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'thesis.txt'), 'years of work')
  const cluster = startCluster({ dir, port: await freePort(), password: 'x' })
  await expect(cluster).rejects.toThrow(dir)
  expect(readdirSync(dir)).toEqual(['thesis.txt'])
})
