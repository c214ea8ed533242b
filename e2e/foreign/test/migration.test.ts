import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { useStack } from '@strangler/local/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countAnswers } from '../../src/metrics.ts'
import { type ContractResult, runForeignContract } from '../contract.ts'
import { type DepotSystem, startDepotSystem } from '../system.ts'
import { startClerks, storedParcels } from './clerks.ts'
import { type CommandLine, createCommandLine } from './command-line.ts'
import { pairs, readRows, withClient } from './conversion.ts'

/*
 * The toolkit moves a system that it was not written for: all that Parcel Depot brings is a plan. Its clients
 * get the same answers at every stage, and nothing that was acknowledged is lost, whichever log the streams
 * are read from: the environment says which.
 */

const changeLog = process.env['CHANGE_LOG'] ?? 'pgoutput'
const stack = changeLog === 'debezium' ? useStack() : undefined
/** Of a stream whose Connect moves its connectors, or whose machine is busy. */
const patience = { timeout: 30_000 }

const opened = new AsyncDisposableStack()
let depot: DepotSystem
let strangler: CommandLine
/** What the monolith alone answers. */
let expected: ContractResult

beforeAll(async () => {
  if (stack?.missing !== undefined) return
  const dataDir = mkdtempSync(join(tmpdir(), 'strangler-depot-'))
  opened.defer(() => rmSync(dataDir, { recursive: true, force: true }))
  chmodSync(dataDir, 0o755) // The database servers may run as another user.
  const kafka = stack && { KAFKA_BROKERS: stack.brokers, CONNECT_URL: stack.connectUrl }
  const log = { CHANGE_LOG: changeLog, ...kafka }
  depot = opened.use(await startDepotSystem({ dataDir, log, say: () => {} }))
  strangler = createCommandLine(depot.environment, dataDir)
  // Others use the same Connect: no connector may stay there whose database is gone.
  if (stack) opened.defer(async () => void (await run('sync', 'stop', 'parcels', '--drop')))
  expected = await runForeignContract({ baseUrl: depot.monolithUrl })
}, 180_000)

afterAll(() => opened.disposeAsync())

const run = (...args: string[]) => strangler.run('--plan', depot.plan, ...args)

test('the monolith alone keeps its contract', () => {
  expect(expected.failures).toEqual([])
  expect(expected.transcript.length).toBeGreaterThan(150)
})

const stages: readonly { name: string; command: readonly string[]; owner: Owner }[] = [
  { name: 'nothing was begun', command: ['plan'], owner: 'legacy' },
  { name: 'both sides are in step', command: ['sync', 'start', 'parcels'], owner: 'legacy' },
  {
    name: 'the service owns the slice',
    command: ['switch', 'parcels', '--to', 'extracted'],
    owner: 'extracted',
  },
  {
    name: 'the monolith owns it again',
    command: ['switch', 'parcels', '--to', 'legacy'],
    owner: 'legacy',
  },
  {
    name: 'the service owns it again',
    command: ['switch', 'parcels', '--to', 'extracted'],
    owner: 'extracted',
  },
]

type Owner = 'legacy' | 'extracted'

describe.each(stages)('when $name', ({ command, owner }) => {
  beforeAll(async () => {
    if (stack?.missing === undefined) await run(...command)
  }, 120_000)

  test('clients get through the proxy what the monolith alone answered, from the owner', async () => {
    const answers = await countAnswers(depot.adminUrl, 'parcels')
    const { failures, transcript } = await runForeignContract({ baseUrl: depot.url })
    const { reads, writes, refused } = await answers()
    expect(failures).toEqual([])
    expect(transcript).toEqual(expected.transcript)
    const other = owner === 'legacy' ? 'extracted' : 'legacy'
    expect({ refused, reads: reads[other], writes: writes[other] }).toEqual({
      refused: 0,
      reads: 0,
      writes: 0,
    })
    expect(reads[owner]).toBeGreaterThan(30)
    expect(writes[owner]).toBeGreaterThan(80)
  })

  if (command[0] !== 'plan') {
    test('both databases hold the same, value for value, by a mapping that is not the toolkit’s', async () => {
      await expect.poll(differingTables, patience).toEqual([])
    })
  }

  if (owner === 'extracted') {
    test('the monolith’s database refuses a write that comes past the proxy, to a partition too', async () => {
      for (const table of ['"ParcelEvents_2024"', '"ParcelEvents"', 'rate_cards']) {
        expect(await refusalOf(`DELETE FROM depot.${table}`)).toBe('SF001')
      }
      expect(await refusalOf('UPDATE depot.couriers SET on_duty = on_duty')).toBeUndefined()
    })
  }
})

if (stack) {
  test('both streams come through Kafka, each by a connector of its own', async () => {
    const answer = await fetch(`${stack.connectUrl}/connectors`)
    const connectors = (await answer.json()) as string[]
    const directions = connectors.map((name) => /\.parcels\.(\w+)\./.exec(name)?.[1])
    expect(directions).toEqual(expect.arrayContaining(['forward', 'reverse']))
  })
}

test('a verification finds both sides equal', async () => {
  const { certificate } = JSON.parse(await run('verify', 'parcels', '--json')) as {
    certificate: { clean: boolean; rows: number }
  }
  expect(certificate.clean).toBe(true)
  expect(certificate.rows).toBeGreaterThan(1000)
}, 60_000)

test('clerks at work through a switch there and back meet no error, and lose nothing', async () => {
  await run('switch', 'parcels', '--to', 'legacy')
  const answers = await countAnswers(depot.adminUrl, 'parcels')
  const clerks = await startClerks(depot.url, 4)
  const more = async (writes: number) => {
    const enough = clerks.acknowledged() + writes
    await expect
      .poll(() => clerks.acknowledged() >= enough || clerks.failures.length > 0, {
        timeout: 30_000,
      })
      .toBe(true)
  }
  await more(50)
  await run('switch', 'parcels', '--to', 'extracted')
  await more(50)
  await run('switch', 'parcels', '--to', 'legacy')
  await more(50)
  const acknowledged = await clerks.stop()
  const { writes, refused } = await answers()
  const longest = Math.round(clerks.longestMs())
  console.log(`${clerks.acknowledged()} writes acknowledged, ${longest} ms the longest wait`)
  expect(clerks.failures).toEqual([])
  expect(refused).toBe(0)
  expect(writes.legacy).toBeGreaterThanOrEqual(100)
  expect(writes.extracted).toBeGreaterThanOrEqual(50)
  expect(await storedParcels('depot', depot.databases.depot)).toEqual(acknowledged)
  const atService = () => storedParcels('parcel', depot.databases.parcel)
  await expect.poll(atService, patience).toEqual(acknowledged)
  await expect.poll(differingTables, patience).toEqual([])
}, 120_000)

/** The tables whose rows are not the same on both sides once they are translated by hand. */
const differingTables = () =>
  withClient(depot.databases.depot, (legacy) =>
    withClient(depot.databases.parcel, async (service) => {
      const differing: string[] = []
      for (const pair of pairs) {
        const columns = Object.keys(pair.toService).map((name) => [name, `"${name}"`] as const)
        const wanted = await readRows(legacy, pair.legacy, pair.toService)
        const held = await readRows(service, pair.service, Object.fromEntries(columns))
        if (JSON.stringify(wanted) !== JSON.stringify(held)) differing.push(pair.legacy)
      }
      return differing
    }),
  )

/** The SQLSTATE with which the monolith's own role is refused, if it is. */
const refusalOf = (sql: string) =>
  withClient(depot.databases.depot, (client) =>
    client.query(`BEGIN; ${sql}; ROLLBACK`).then(
      () => undefined,
      ({ code }: { code: string }) => code,
    ),
  )
