import type { Plan, Slice, SliceRow } from '@strangler/core'
import type pg from 'pg'
import type { Logger } from 'pino'
import type { Databases } from '../databases.ts'
import type { ChangeLogs } from '../log/logs.ts'
import { CdcError } from '../errors.ts'
import type { OutboxKeeper } from '../outbox/keeper.ts'
import type { SliceRuntime } from '../slice/runtime.ts'
import type { SliceDatabases } from '../slice/setup.ts'
import type { Altered } from './shapes.ts'
import type { WritersKnown } from './writers.ts'

/** What all parts of a worker share. */
export interface WorkerContext {
  readonly id: string
  readonly plan: Plan
  readonly control: pg.Pool
  readonly databases: Databases
  readonly logs: ChangeLogs
  readonly outboxes: OutboxKeeper
  readonly log: Logger
  /** The slices whose streams run here. */
  readonly running: Map<string, SliceRuntime>
  /** The control rows as they were last read. */
  readonly rows: Map<string, SliceRow>
  /** Slices whose owner changed and that were not verified since. */
  readonly switched: Set<string>
  /** What was last seen of who writes a slice's tables. */
  writersOf(runtime: SliceRuntime): WritersKnown | undefined
  /** What was last seen to be wrong with its fences. */
  fencesOf(runtime: SliceRuntime): readonly string[] | undefined
  /** What was last seen to be altered since its certificate. */
  alteredIn(runtime: SliceRuntime): Altered | undefined
  readRow(slice: string): Promise<SliceRow>
}

export function sliceOf({ plan }: WorkerContext, name: string): Slice {
  const slice = plan.slices.get(name)
  if (slice) return slice
  const known = [...plan.slices.keys()].join(', ')
  throw new CdcError('CANNOT_SYNC', `The plan has no slice "${name}". It has: ${known}.`, {
    slice: name,
  })
}

export function databasesOf({ databases }: WorkerContext, slice: Slice): SliceDatabases {
  return { legacy: databases.legacy, extracted: databases.services.get(slice.service)! }
}

/** @throws CdcError CANNOT_SYNC when the slice's streams do not run. */
export function runtimeOf({ running }: WorkerContext, name: string): SliceRuntime {
  const runtime = running.get(name)
  if (runtime) return runtime
  const message = `Slice "${name}" is not synced. Run "strangler sync start ${name}".`
  throw new CdcError('CANNOT_SYNC', message, { slice: name })
}
