import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type ChangeLog,
  compareTables,
  judgeLedger,
  type Load,
  Outsider,
  startLoad,
  startSystem,
  type System,
  untilNone,
} from '../../src/index.ts'
import { missingFor, needsLog } from './needs.ts'

export interface WritersOptions {
  readonly switches: number
  /** So many writes are acknowledged after each switch before the next one. */
  readonly between: number
  /** So many writes a second are acknowledged at least, or it was no load. */
  readonly perSecond: number
}

/**
 * Eight writers write all tables of the slice through the proxy while its owner changes many times: no request
 * fails, and whatever was acknowledged is in both databases exactly once. A ninth, who goes past the proxy, is
 * refused by the database as long as the service owns the slice.
 *
 * @returns the system, for a file that tries more with it.
 */
export function writers(
  log: ChangeLog,
  { switches, between, perSecond }: WritersOptions,
): () => System {
  let system: System
  let load: Load
  let outsider: Outsider

  needsLog(log)
  beforeAll(async () => {
    if (missingFor(log) !== undefined) return
    system = await startSystem({ name: `writers-${log}`, log })
    await system.strangler('sync', 'start', 'patients')
  }, 600_000)
  afterAll(async () => {
    await outsider?.[Symbol.asyncDispose]()
    await system?.[Symbol.asyncDispose]()
  })

  test(
    'writers go on through all switches without a failed request',
    async () => {
      const { jwtSecret } = system.parts.kept
      load = await startLoad({ url: system.url, jwtSecret, writers: 8, perSecond: 25 })
      outsider = await Outsider.connect(system.monolithDatabaseUrl, load.ledger)
      const held: number[] = []
      const writing = new AbortController()
      const writingPast = writePast(writing.signal)
      try {
        for (let count = 0; count < switches; count++) {
          const to = count % 2 === 0 ? 'extracted' : 'legacy'
          held.push(await switchTo(to))
          const before = load.ledger.acknowledged
          await expect
            .poll(() => load.ledger.acknowledged - before, { timeout: 20_000 })
            .toBeGreaterThan(between)
        }
      } finally {
        writing.abort()
        await writingPast
        await load.stop()
      }
      const { acknowledged } = load.ledger
      console.log(
        `${acknowledged} writes, ${load.rate.toFixed(0)} a second; ${switches} switches, writes were held for ` +
          `${held.join(', ')} ms; the slowest answer took ${load.slowestMs.toFixed(0)} ms; past the proxy ` +
          `${outsider.accepted} writes were accepted and ${outsider.refused.length} refused`,
      )
      expect(load.failures).toEqual([])
      expect(load.ledger.unanswered).toBe(0)
      // How many it is depends on the machine; that there was work all the time does not.
      expect(load.rate).toBeGreaterThanOrEqual(perSecond / 5)
    },
    60_000 + switches * 30_000,
  )

  test('every acknowledged write is in both databases exactly once', async () => {
    expect(await untilNone(() => judgeLedger(load.ledger, system))).toEqual([])
  })

  test('both databases hold the same rows in all tables of the slice', async () => {
    expect(await untilNone(() => compareTables(system))).toEqual([])
  })

  test('who writes straight into the database of the monolith is refused while the service owns the slice', async () => {
    expect(outsider.accepted).toBeGreaterThan(0)
    await switchTo('extracted')
    expect(await outsider.write()).toMatchObject({
      code: 'SF001',
      message: expect.stringMatching(
        /^the slice "patients" does not take writes in this database: /,
      ),
    })
    expect(new Set(outsider.refused.map(({ code }) => code))).toEqual(new Set(['SF001']))
    await switchTo('legacy')
    expect(await outsider.write()).toBeUndefined()
    expect(await untilNone(() => judgeLedger(load.ledger, system))).toEqual([])
  }, 60_000)

  /** @returns for how long writes were held at most, in milliseconds. */
  async function switchTo(to: 'legacy' | 'extracted'): Promise<number> {
    const { stdout } = await system.strangler('--json', 'switch', 'patients', '--to', to)
    const { owner, heldMs } = JSON.parse(stdout) as { owner: string; heldMs: number }
    expect(owner).toBe(to)
    return heldMs
  }

  async function writePast(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await outsider.write()
      await delay(100, undefined, { signal }).catch(() => {})
    }
  }

  return () => system
}
