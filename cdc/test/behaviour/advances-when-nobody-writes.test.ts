import { startPostgres, type TestPostgres } from '@strangler/local/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { library } from '../library.ts'
import { createStand, patience } from '../stand.ts'

let postgres: TestPostgres
beforeAll(async () => void (postgres = await startPostgres()))
afterAll(() => postgres[Symbol.asyncDispose]())

test('positions and slots move on by heartbeats alone, and the lag that is shown stays small', async () => {
  await using stand = await createStand(postgres, library)
  stand.startWorker()
  await stand.done('sync-start')
  for (const direction of ['forward', 'reverse'] as const) {
    const { superuser } = direction === 'forward' ? stand.legacy : stand.service
    const slot = async () => {
      const { rows } = await superuser.query<{ behind: number; place: string }>(
        `select confirmed_flush_lsn::text as place, pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::int as behind
         from pg_replication_slots where slot_name = $1`,
        [`strangler_${stand.slice}_${direction}`],
      )
      return rows[0]!
    }
    const before = { ...(await stand.position(direction)), slot: (await slot()).place }
    // Somebody writes a lot that the stream has nothing to do with.
    await superuser.query(
      "create table noise as select repeat('x', 500) from generate_series(1, 20000)",
    )
    await vi.waitFor(async () => {
      const { place, beat } = await stand.position(direction)
      expect(beat).toBeGreaterThan(before.beat + 2)
      expect(place).not.toBe(before.place)
      expect((await slot()).behind).toBeLessThan(1_000_000)
    }, patience)
    await vi.waitFor(async () => {
      const report = (await stand.stream(direction))!
      expect(report).toMatchObject({ state: 'streaming' })
      expect(report.lagMs).toBeLessThan(3000)
    }, patience)
  }
})
