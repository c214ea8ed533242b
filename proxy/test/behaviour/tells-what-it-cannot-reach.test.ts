import { readProxies } from '@strangler/core'
import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunningProxy } from '../../src/proxy.ts'
import { ask } from '../harness/client.ts'
import { createStand, type Stand } from '../harness/stand.ts'

let postgres: TestPostgres
let stand: Stand
let proxy: RunningProxy

beforeAll(async () => {
  postgres = await startPostgres()
  stand = await createStand(postgres)
  proxy = await stand.start()
})
afterAll(async () => {
  await stand[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

const patience = { timeout: 10_000, interval: 50 }

/** What it says to whoever asks, and to the worker before a switch. */
async function told(): Promise<[string[], string[]]> {
  const { notes } = (await ask(proxy.adminUrl, { path: '/readyz' })).json as { notes: string[] }
  const [entry] = await readProxies(stand.control)
  return [notes, (entry?.report.troubles ?? []).map((trouble) => JSON.stringify(trouble))]
}

test('a database that cannot be read and a server that cannot be reached are told, as long as it is so', async () => {
  await expect.poll(told, patience).toEqual([[], []])

  stand.ways.patient.cut()
  await expect
    .poll(told, patience)
    .toEqual([
      [expect.stringContaining('this proxy cannot read the database of patient')],
      [expect.stringContaining('"kind":"database"')],
    ])
  stand.ways.patient.heal()
  await expect.poll(told, patience).toEqual([[], []])

  await stand.patient[Symbol.asyncDispose]()
  await expect
    .poll(told, patience)
    .toEqual([
      [expect.stringContaining(`this proxy does not reach patient at ${stand.patient.url}`)],
      [expect.stringContaining('"kind":"server"')],
    ])
})
