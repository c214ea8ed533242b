import {
  createCoordinatorPool,
  type FenceScope,
  observedScope,
  type Plan,
  resolve,
  roleOf,
  type Slice,
} from '@strangler/core'
import type pg from 'pg'
import type { Environment } from '../environment.ts'
import { CliError } from '../errors.ts'

/** A slice, and the monolith's database, in which its writers are observed. */
export interface Watched {
  readonly slice: Pick<Slice, 'name' | 'writers'>
  readonly scope: FenceScope
  readonly coordinator: pg.Pool
}

/** Runs `work` on the monolith's database. It needs no worker, no service and no control store. */
export async function onMonolith<Result>(
  plan: Plan,
  environment: Environment,
  work: (coordinator: pg.Pool, applier: string) => Promise<Result>,
): Promise<Result> {
  const { coordinator, applier } = plan.legacy.database
  const url = resolve(
    coordinator,
    "the coordinator's connection to the monolith's database",
    environment,
  )
  const role = roleOf(
    resolve(applier, "the applier's connection to the monolith's database", environment),
  )
  const pool = createCoordinatorPool(url, 'strangler cli')
  try {
    await pool.query('select 1').catch((cause: Error) => {
      const message = `The monolith's database does not answer: ${cause.message}. Check that it runs, and the settings that the plan names.`
      throw new CliError('UNREACHABLE', message, {}, { cause })
    })
    return await work(pool, role)
  } finally {
    await pool.end()
  }
}

/** Runs `work` on one slice of the plan, which may be planned only. */
export function onSlice<Result>(
  plan: Plan,
  name: string,
  environment: Environment,
  work: (watched: Watched) => Promise<Result>,
): Promise<Result> {
  const slice = plan.slices.get(name) ?? plan.planned.get(name)
  if (!slice) {
    const known = [...plan.slices.keys(), ...plan.planned.keys()].join(', ')
    const message = `The plan has no slice "${name}". It has: ${known}.`
    throw new CliError('NO_SUCH_SLICE', message, { slice: name })
  }
  return onMonolith(plan, environment, (coordinator, applier) =>
    work({ slice, scope: observedScope(slice, applier), coordinator }),
  )
}
