import type { FenceRow, Fences, Plan, Side } from '@strangler/core'
import type pg from 'pg'

/** What Postgres says when the toolkit was never set up in a database. */
const neverSetUp = new Set(['42P01', '3F000'])

export interface Readers {
  readonly legacy: pg.Pool
  /** By service. */
  readonly services: ReadonlyMap<string, pg.Pool>
}

/** Reads a slice's fences where they stand: the databases decide who may write. */
export function createFenceReader(
  plan: Plan,
  readers: Readers,
): (slice: string) => Promise<Fences> {
  return async (slice) => {
    const service = plan.slices.get(slice)!.service
    const [legacy, extracted] = await Promise.all([
      readFence(readers.legacy, slice, 'legacy'),
      readFence(readers.services.get(service)!, slice, 'extracted'),
    ])
    return { ...(legacy && { legacy }), ...(extracted && { extracted }) }
  }
}

async function readFence(pool: pg.Pool, slice: string, side: Side): Promise<FenceRow | undefined> {
  const untouched = { epoch: 0, fenced: side === 'extracted' }
  try {
    const { rows } = await pool.query<FenceRow>(
      'select epoch::int, fenced from strangler.fence where slice = $1',
      [slice],
    )
    return rows[0] ?? untouched
  } catch (error) {
    return neverSetUp.has((error as { code?: string }).code ?? '') ? untouched : undefined
  }
}
