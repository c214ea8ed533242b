import { userInfo } from 'node:os'
import {
  type ConsumerPlan,
  createControlPool,
  loadPlan,
  type Plan,
  readSlice,
  type SliceRow,
  whyPlanned,
} from '@strangler/core'
import type pg from 'pg'
import { type Environment, need } from './environment.ts'
import { CliError } from './errors.ts'
import type { Output } from './output/output.ts'

/** What a command has at hand. */
export interface Context {
  readonly environment: Environment
  readonly output: Output
  /** The person, for the history. */
  readonly by: string
  readonly planFile: string
  loadPlan(): Promise<Plan>
  /** The control store, connected. Closed when the command ends. */
  control(): Promise<pg.Pool>
}

export function createContext(
  environment: Environment,
  output: Output,
  planFile: string,
  opened: AsyncDisposableStack,
): Context {
  let pool: pg.Pool | undefined
  return {
    environment,
    output,
    by: environment['STRANGLER_USER'] || userInfo().username,
    planFile,
    loadPlan: () => loadPlan(planFile),
    async control() {
      if (pool) return pool
      const created = createControlPool(need(environment, 'CONTROL_URL'), 'strangler cli')
      opened.defer(() => created.end())
      await created.query('select 1 from slice limit 1').catch((cause: unknown) => {
        throw unreachable(cause)
      })
      pool = created
      return created
    },
  }
}

/** Whether there is a control store, but no worker has set it up yet. */
export function isEmptyStore(error: unknown): boolean {
  return (error as { cause?: { code?: unknown } }).cause?.code === '42P01'
}

function unreachable(cause: unknown): CliError {
  const { code, message } = cause as { code?: string; message: string }
  if (code === '42P01') {
    const text =
      'The control store is empty: no worker has run on it yet. Start one with "strangler worker".'
    return new CliError('UNREACHABLE', text, {}, { cause })
  }
  const text = `The control store does not answer: ${message}. Check CONTROL_URL, and that its Postgres runs. Traffic goes on without it.`
  return new CliError('UNREACHABLE', text, { cause: code }, { cause })
}

/** @throws CliError NO_SUCH_SLICE that names those that there are, or REFUSED for one that is only planned. */
export async function needSlice(context: Context, name: string): Promise<SliceRow> {
  const control = await context.control()
  const row = await readSlice(control, name)
  if (row) return row
  const planned = (await planOf(context))?.planned.get(name)
  if (planned) {
    const { service, why } = planned
    throw new CliError('REFUSED', whyPlanned(planned), { slice: name, service, why })
  }
  const { rows } = await control.query<{ name: string }>('select name from slice order by name')
  const known = rows.map((slice) => slice.name).join(', ') || 'none yet; start a worker'
  throw new CliError('NO_SUCH_SLICE', `There is no slice "${name}". There are: ${known}.`, {
    slice: name,
  })
}

/** The plan, for commands that do without one where it is not at hand. */
export async function planOf(context: Context): Promise<Plan | undefined> {
  return context.loadPlan().catch(() => undefined)
}

/** The consumer of that name, if it is none of a slice's. */
export async function findConsumer(
  context: Context,
  name: string,
): Promise<{ readonly plan: Plan; readonly consumer: ConsumerPlan } | undefined> {
  if (await readSlice(await context.control(), name)) return undefined
  const plan = await context.loadPlan()
  const consumer = plan.consumers.get(name)
  return consumer && { plan, consumer }
}
