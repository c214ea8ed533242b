import {
  displayName,
  firstEpoch,
  setSync,
  type Side,
  type Slice,
  type SliceRow,
  tableOn,
} from '@strangler/core'
import { directionFrom } from '../../slice/runtime.ts'
import { readKeys, reasonsAgainstKeys } from '../../slice/keys.ts'
import {
  checkServer,
  createPosition,
  fitTables,
  planCopies,
  provisionSlice,
  type SliceDatabases,
  sourceOf,
} from '../../slice/setup.ts'
import { reasonsAgainstSequences, reasonsAgainstSinks } from '../../slice/sequences.ts'
import type { TablePair } from '../../translate/translation.ts'
import { databasesOf, sliceOf, type WorkerContext } from '../context.ts'
import { reasonsAgainstRow } from '../restored.ts'
import { startStreams } from '../streams.ts'
import { dropSync } from './sync-stop.ts'
import { CdcError } from '../../errors.ts'
import { certify, type Verified } from './verify.ts'
import { lossyRows } from './lossy-rows.ts'
import { type Answer, done, failed, refused, type Running } from './request.ts'

const lookMs = 1000

/**
 * Sets a slice's streams up and copies its rows, or goes on with both where they broke off. The side that
 * is not the owner takes no writes from here on.
 */
export async function syncStart(
  context: WorkerContext,
  name: string,
  running: Running,
): Promise<Answer> {
  const { request, progress, signal } = running
  const slice = sliceOf(context, name)
  const databases = databasesOf(context, slice)
  await progress({ step: 'checking' })
  const tablesOn = (side: Side) => slice.tables.map((table) => tableOn(table, side))
  const wrong = [
    ...(await checkServer(databases.legacy, tablesOn('legacy'))),
    ...(await checkServer(databases.extracted, tablesOn('extracted'))),
    ...(await reasonsAgainstSequences(slice, databases)),
  ]
  if (wrong.length === 0) wrong.push(...(await reasonsAgainstRow(context, name)))
  if (wrong.length > 0) return refused(`Slice "${name}" cannot be synced.`, wrong)
  const pairs = await fitTables(slice, databases)
  const against = [
    ...reasonsAgainstKeys(await readKeys(context.plan, slice, pairs, databases), databases),
    ...(await reasonsAgainstSinks(pairs, databases)),
    ...(await context.logs.reasonsAgainst(
      pairs.flatMap(({ forward, reverse }) => [forward, reverse]),
    )),
    ...(await context.outboxes.reasonsAgainst(slice.service)),
  ]
  if (against.length > 0) return refused(`Slice "${name}" cannot be synced.`, against)
  if (request.arguments['dryRun'] === true) {
    return done(`Slice "${name}" can be synced. Nothing was changed.`, { steps: stepsFor(pairs) })
  }
  const before = await context.readRow(name)
  await progress({ step: 'provisioning' })
  await provisionSlice(slice, databases, before)
  if (before.sync === 'none') {
    await progress({ step: 'checking rows' })
    const lossy = await lossyRows(databases.legacy, pairs, { signal, progress })
    if (lossy.length > 0) return failed(`Slice "${name}" cannot be synced.`, lossy)
    const source = sourceOf(slice, 'forward', databases)
    await context.logs.checkRows(
      source,
      pairs.map(({ forward }) => forward),
    )
  }
  try {
    return await setUp(context, { slice, databases, pairs, before }, running)
  } catch (error) {
    if (before.sync !== 'none' || !isRefusal(error)) throw error
    await progress({ step: 'undoing' })
    // A slot that nobody reads keeps the log of its database, and fills the disk in the end.
    const left = await dropSync(context, name).then(
      () => [],
      (failure: Error) => [
        `what was made for it could not be removed (${failure.message}): run "strangler sync stop ${name} --drop"`,
      ],
    )
    return refused(`Slice "${name}" cannot be synced.`, [error.message, ...left])
  }
}

interface Checked {
  readonly slice: Slice
  readonly databases: SliceDatabases
  readonly pairs: readonly TablePair[]
  readonly before: SliceRow
}

/** Makes the streams and copies the rows. */
async function setUp(
  context: WorkerContext,
  { slice, databases, pairs, before }: Checked,
  { signal, progress }: Running,
): Promise<Answer> {
  const { name } = slice
  await setSync(context.control, name, 'preparing')
  await createPosition(slice, 'forward', databases, context.logs)
  await createPosition(slice, 'reverse', databases, context.logs)
  await context.outboxes.create(slice.service)
  await planCopies(name, before.owner, pairs, databases)
  await firstEpoch(context.control, name)
  const { owner } = await context.readRow(name)
  await setSync(context.control, name, 'copying')
  const runtime = await startStreams(context, name)
  const rows = new Map<string, number>()
  const stream = runtime.stream(directionFrom(owner))
  // A copy waits for its stream, and that perhaps for a person.
  const watch = setInterval(() => {
    if (stream.state.kind !== 'stopped') return
    void progress({ step: `waiting: ${stream.state.error.message}` })
  }, lookMs)
  await runtime
    .copy(owner, signal, (copied) => {
      rows.set(copied.table, copied.rows)
      void progress({
        step: 'copying',
        table: copied.table,
        done: copied.rows,
        total: copied.expected,
      })
    })
    .finally(() => clearInterval(watch))
  await setSync(context.control, name, 'streaming')
  const certificate = await certify(context, name, { signal, progress })
  const copied = [...rows.values()].reduce((sum, count) => sum + count, 0)
  return done(outcome(name, certificate), { copied, certificate })
}

function outcome(name: string, { clean, rows, deadLetters, differences }: Verified): string {
  if (clean) return `Slice "${name}" is in step: ${rows} rows verified.`
  if (!deadLetters) return `Slice "${name}" is copied, but the sides differ: ${differences[0]}`
  return `Slice "${name}" is copied, but for what the other side refused: ${deadLetters} dead letters wait. Run "strangler dead-letters list ${name}".`
}

/** The servers of a log do not let the worker, or Connect, do what it has to. */
function isRefusal(error: unknown): error is CdcError {
  const codes: readonly string[] = ['KAFKA_REFUSED', 'CONNECTOR_REFUSED']
  return error instanceof CdcError && codes.includes(error.code)
}

/** What `--dry-run` shows after the checks. */
function stepsFor(pairs: readonly TablePair[]): string[] {
  const tables = pairs.map(
    ({ legacy, service }) => `${displayName(legacy.name)} into ${displayName(service.name)}`,
  )
  return [
    'make schema "strangler", fences, publications and slots in both databases',
    'check that every row comes back equal from its translation',
    ...tables.map((text) => `copy ${text}; rows that only the side it goes to has are deleted`),
    'verify all rows; both streams run from then on',
  ]
}
