import { type DeadLetter, type Plan, readDeadLetters, resolve, type Slice } from '@strangler/core'
import pg from 'pg'
import type { Environment } from '../environment.ts'
import { CliError } from '../errors.ts'

/** A letter as the command line names it: `f17` is the forward stream's letter 17. */
export interface NamedLetter extends Omit<DeadLetter, 'id' | 'slice' | 'stream'> {
  readonly id: string
  readonly direction: 'forward' | 'reverse'
}

/** At most so many of each stream are read. */
export interface Selection {
  readonly discarded: boolean
  readonly limit: number
}

/** A slice's dead letters, from the databases of both its sides: rows never pass through the control store. */
export async function readLetters(
  plan: Plan,
  name: string,
  environment: Environment,
  selection: Selection,
): Promise<NamedLetter[]> {
  const slice = plan.slices.get(name)
  if (!slice) {
    const known = [...plan.slices.keys()].join(', ')
    throw new CliError('NO_SUCH_SLICE', `The plan has no slice "${name}". It has: ${known}.`, {
      slice: name,
    })
  }
  const found: NamedLetter[] = []
  for (const direction of ['forward', 'reverse'] as const) {
    const letters = await readFrom(urlOf(plan, slice, direction, environment), name, selection)
    found.push(
      ...letters.map(({ id, slice: _slice, stream: _stream, ...letter }) => ({
        id: `${direction.slice(0, 1)}${id}`,
        direction,
        ...letter,
      })),
    )
  }
  return found
}

/** Letters lie in the database that a stream goes into. */
function urlOf(
  plan: Plan,
  { service }: Slice,
  direction: NamedLetter['direction'],
  environment: Environment,
): string {
  const [what, database] =
    direction === 'forward'
      ? [`the database of service ${service}`, plan.services.get(service)!.database]
      : ["the monolith's database", plan.legacy.database]
  return resolve(database.coordinator, what, environment)
}

async function readFrom(url: string, slice: string, selection: Selection): Promise<DeadLetter[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return await readDeadLetters(client, { slice, ...selection })
  } catch (cause) {
    if ((cause as { code?: string }).code === '42P01') return [] // Never synced.
    const { message } = cause as Error
    throw new CliError(
      'UNREACHABLE',
      `The dead letters of ${slice} cannot be read: ${message}. Check that its databases run.`,
      { slice },
      { cause },
    )
  } finally {
    await client.end().catch(() => {})
  }
}
