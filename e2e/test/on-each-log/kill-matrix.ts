import { createControlPool, opposite, type Side } from '@strangler/core'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Cell,
  cellsOf,
  type ChangeLog,
  compareTables,
  die,
  hire,
  judgeLedger,
  type Load,
  type MatrixContext,
  type Outcome,
  ownerAtRest,
  type PartName,
  startLoad,
  startSystem,
  switchOver,
  type System,
  takeNext,
  untilNone,
} from '../../src/index.ts'
import { missingFor, needsLog } from './needs.ts'

const today = Math.floor(Date.now() / 86_400_000)
const wanted = process.env['KILL_MATRIX'] ?? String(today)
const which = wanted === 'all' ? wanted : Number(wanted)

/**
 * Each part is killed before each step of a switch. Whatever dies, the slice is open on exactly one side soon after
 * it is back, nobody has to do anything for that, and no write that was acknowledged is lost.
 *
 * A share of all deaths, another one each day; KILL_MATRIX=3 for that of a day, KILL_MATRIX=all for all of them.
 */
export function killMatrix(log: ChangeLog): void {
  const opened = new AsyncDisposableStack()
  let system: System
  let context: MatrixContext
  let load: Load

  needsLog(log)
  beforeAll(async () => {
    if (missingFor(log) !== undefined) return
    const name = `kill-matrix-${log}`
    system = opened.use(await startSystem({ name, log, longestPauseMs: 250 }))
    const { kept, environment } = system.parts
    await system.strangler('sync', 'start', 'patients')
    const { url } = system
    load = await startLoad({ url, jwtSecret: kept.jwtSecret, writers: 3, perSecond: 8 })
    opened.defer(() => load.stop())
    const pool = (databaseUrl: string) => {
      const settings = { connectionString: databaseUrl, max: 2, connectionTimeoutMillis: 2000 }
      const made = new pg.Pool(settings)
      made.on('error', () => {})
      return opened.adopt(made, (used) => used.end())
    }
    context = {
      system,
      control: opened.adopt(createControlPool(environment['CONTROL_URL']!, 'matrix'), (used) =>
        used.end(),
      ),
      applications: {
        legacy: pool(system.monolithDatabaseUrl),
        extracted: pool(system.serviceDatabaseUrl),
      },
      client: await hire({ url, jwtSecret: kept.jwtSecret }, 'probe@load.test'),
    }
  }, 600_000)
  afterAll(() => opened[Symbol.asyncDispose](), 120_000)

  test('whatever dies before whichever step, the slice is open on one side when it is back', async () => {
    const cells = cellsOf({ log, which })
    expect(cells, `KILL_MATRIX=${which}`).not.toEqual([])
    console.log(`KILL_MATRIX=${which}`)
    const lately: PartName[] = []
    const failures: string[] = []
    let owner: Side = 'legacy'
    while (cells.length > 0) {
      const cell = takeNext(cells, owner, lately)
      if (cell) {
        lately.push(cell.part)
        const outcome = await die(context, cell).catch((error: Error) => error)
        process.stdout.write(`${describe(cell, outcome)}\n`)
        if (outcome instanceof Error) {
          failures.push(`${describe(cell, outcome)}: ${String(outcome.cause)}`)
          owner = await ownerAtRest(context)
        } else owner = outcome.owner
      } else {
        owner = opposite(owner)
        await switchOver(context, owner)
      }
    }
    await load.stop()
    const { acknowledged, unanswered } = load.ledger
    const byStatus = Map.groupBy(load.failures, ({ status }) => String(status ?? 'no answer'))
    const causes = [...byStatus].map(([status, all]) => `${all.length} ${status}`).join(', ')
    console.log(`${acknowledged} writes acknowledged, ${unanswered} not (${causes})`)
    expect(failures).toEqual([])
  }, 14_400_000)

  test('no write that was acknowledged is lost, and none is there twice', async () => {
    expect(await untilNone(() => judgeLedger(load.ledger, system))).toEqual([])
  }, 60_000)

  test('both databases hold the same rows', async () => {
    expect(await untilNone(() => compareTables(system))).toEqual([])
  }, 60_000)

  test('requests fail only as they do when a server is away', () => {
    const natural = new Set([undefined, 500, 502, 503, 504])
    expect(load.failures.filter(({ status }) => !natural.has(status))).toEqual([])
  })
}

function describe({ part, step, to }: Cell, outcome: Outcome | Error): string {
  const came =
    outcome instanceof Error
      ? outcome.message
      : `${outcome.owner} owns it, ${outcome.openAfterMs} ms after the return`
  return `${part.padEnd(16)} | ${step.padEnd(30)} | to ${to.padEnd(9)} | ${came}`
}
