import {
  createTestControlStore,
  type TestDatabase,
  type TestPostgres,
} from '../../../local/src/testing/index.ts'
import { addSlices, firstEpoch, readSlice } from '../../src/control/index.ts'
import { provisionDatabase } from '../../src/database/index.ts'
import { createFence } from '../../src/fence/index.ts'
import type { Effect, Side } from '../../src/machine/index.ts'
import { table } from '../../src/plan/index.ts'
import type { Slice } from '../../src/plan/plan.ts'
import {
  fenceScope,
  fenceScopes,
  type Move,
  sliceNames,
  streamInto,
} from '../../src/switch/index.ts'
import { patient, sqlState, tableNamed } from './fenced.ts'

const sides = ['legacy', 'extracted'] as const

/** Slices of one table each, as they are right after `sync start`, in real databases. */
export interface MovingSlices extends AsyncDisposable {
  readonly move: Move
  readonly legacy: TestDatabase
  readonly extracted: TestDatabase
  /** The sides that an application can write a table of now. */
  writable(table?: string): Promise<Side[]>
  /**
   * Brings barriers to the other side as both streams would. To be called before each effect: nothing else
   * moves in these tests.
   */
  stream(effect: Effect): Promise<void>
  /** The fence row of the first slice on each side, and its control row. */
  state(): Promise<object>
}

export async function createMove(
  postgres: TestPostgres,
  tables: readonly string[] = ['pets'],
  verifyChanged: Move['verifyChanged'] = async () => [],
): Promise<MovingSlices> {
  await using opened = new AsyncDisposableStack()
  const sql = tables.map((name) => `create table ${name} (id serial primary key, note text);`)
  const legacy = opened.use(await postgres.createDatabase(sql.join('')))
  const extracted = opened.use(await postgres.createDatabase(sql.join('')))
  const control = opened.use(await createTestControlStore(postgres)).pool
  const [first, ...rest] = tables.map(sliceOf)
  const move: Move = {
    slices: [first!, ...rest],
    control,
    legacy: { coordinator: legacy.coordinator, applier: legacy.roles.applier },
    extracted: { coordinator: extracted.coordinator, applier: extracted.roles.applier },
    by: 'a test',
    verifyChanged,
  }
  const databases = { legacy, extracted }
  await addSlices(control, sliceNames(move))
  for (const slice of move.slices) await firstEpoch(control, slice.name)
  for (const side of sides) {
    const { coordinator, roles } = databases[side]
    const names = fenceScopes(move, side).flatMap((scope) => scope.tables)
    await provisionDatabase(coordinator, roles, names)
    for (const slice of move.slices) {
      const row = { epoch: 1, fenced: side === 'extracted' }
      await createFence(coordinator, fenceScope(slice, side, roles.applier), row, patient)
    }
  }
  const closing = opened.move()
  return {
    move,
    ...databases,
    async writable(name = tables[0]!) {
      const states = await Promise.all(
        sides.map(async (side) => {
          await using session = await impatient(databases[side])
          return (await sqlState(session.query(`delete from ${name}`))) === undefined
        }),
      )
      return sides.filter((_, at) => states[at])
    },
    async stream({ kind }) {
      if (kind !== 'drain') return
      await bring(legacy, extracted, 'extracted')
      await bring(extracted, legacy, 'legacy')
    },
    async state() {
      const { name } = move.slices[0]
      const { epoch, phase, owner, ownerEpoch } = (await readSlice(control, name))!
      const fences = await Promise.all(
        sides.map(async (side) => {
          const { rows } = await databases[side].superuser.query<{
            epoch: number
            fenced: boolean
          }>('select epoch::int, fenced from strangler.fence where slice = $1', [name])
          return [side, `${rows[0]!.fenced ? 'fenced' : 'open'} at ${rows[0]!.epoch}`]
        }),
      )
      return { ...Object.fromEntries(fences), phase, owner, epoch, ownerEpoch }
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

function sliceOf(name: string): Slice {
  const mapping = { ...table(name), legacy: tableNamed(name), service: tableNamed(name) }
  const gates = { lagMs: 2000, certificateAgeMinutes: 30 }
  return {
    name,
    service: 'clinic',
    routes: [],
    tables: [mapping],
    sequences: [],
    writers: [],
    gates,
  }
}

/** A session that does not wait for a fence that is being staged: a write that waits is not accepted. */
async function impatient(database: TestDatabase) {
  const client = await database.connect('app', '-c lock_timeout=100ms')
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}

async function bring(source: TestDatabase, target: TestDatabase, to: Side): Promise<void> {
  const { rows } = await source.superuser.query<{ slice: string; epoch: string }>(
    'select slice, epoch from strangler.barrier',
  )
  for (const { slice, epoch } of rows) {
    await target.superuser.query(
      `insert into strangler.position (stream, slice, source, place, barrier_epoch) values ($1, $2, '{}', '', $3)
       on conflict (stream) do update set barrier_epoch = $3`,
      [streamInto(slice, to), slice, epoch],
    )
  }
}
