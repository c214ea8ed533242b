import { type Direction, ownerSince } from '@strangler/core'
import type { SliceRuntime } from '../../slice/runtime.ts'
import { countLetters } from '../checks.ts'
import { runtimeOf, type WorkerContext } from '../context.ts'
import { type Answer, done, failed, type Running } from './request.ts'

/** A stream that cannot get to it in this time says why. */
const patienceMs = 30_000

/** So many letters that stay are named. */
const named = 20

const directions = ['forward', 'reverse'] as const

/** `f17`: the forward stream's letter 17; `17` alone that of either stream. */
export function idsFor(names: readonly string[], direction: Direction): number[] {
  return names
    .filter((name) => /^\d/.test(name) || name.startsWith(direction.slice(0, 1)))
    .map((name) => Number(name.replace(/^\D/, '')))
}

/** Applies dead letters, in order, where nothing is in their way any more. */
export async function replayLetters(
  context: WorkerContext,
  name: string,
  { request, signal, progress }: Running,
): Promise<Answer> {
  const runtime = runtimeOf(context, name)
  const isTrial = request.arguments['dryRun'] === true
  const wanted = request.arguments['ids'] as readonly string[] | undefined
  await progress({ step: 'replaying' })
  const since = await ownerSince(context.control, name)
  let applied = 0
  const left: { id: string; table: string; key: readonly string[]; why: string }[] = []
  for (const direction of directions) {
    const ids = wanted && idsFor(wanted, direction)
    if (ids?.length === 0 || !hasLetters(runtime, direction)) continue
    const stream = runtime.stream(direction)
    const replayed = await inTime(
      stream.letters.replay({ ids, since, isTrial }, bound(signal)),
      runtime,
    )
    applied += replayed.applied
    for (const { letter, why } of replayed.left) {
      const { id, sourceTable: table, key } = letter
      left.push({ id: `${direction.slice(0, 1)}${id}`, table, key, why })
    }
  }
  const waiting = await waitingIn(runtime)
  const would = isTrial ? 'would be ' : ''
  const rest = waiting - (isTrial ? applied : 0)
  const message = `Slice "${name}": ${count(applied)} ${would}replayed, ${rest} ${isTrial ? 'would stay' : 'left'}.`
  const detail = { applied, waiting: rest, left }
  if (left.length === 0) return done(message, detail)
  const reasons = left
    .slice(0, named)
    .map(({ id, table, key, why }) => `${id}, ${table} (${key.join(', ')}): ${why}`)
  if (left.length > named) reasons.push(`and ${left.length - named} more`)
  const next = `Take away what is in their way ("strangler dead-letters list ${name}"), then replay again.`
  return failed(`${message} ${next}`, reasons, detail)
}

/** Gives dead letters up. Their rows stay as they are in the target, and differ from their source's. */
export async function discardLetters(
  context: WorkerContext,
  name: string,
  { request, signal, progress }: Running,
): Promise<Answer> {
  const runtime = runtimeOf(context, name)
  const isTrial = request.arguments['dryRun'] === true
  const wanted = request.arguments['ids'] as readonly string[] | undefined
  await progress({ step: 'discarding' })
  const discarded: string[] = []
  for (const direction of directions) {
    const ids = wanted && idsFor(wanted, direction)
    if (ids?.length === 0 || !hasLetters(runtime, direction)) continue
    const stream = runtime.stream(direction)
    const asked = stream.letters.discard({ ids, isTrial, by: request.requestedBy }, bound(signal))
    for (const { id } of await inTime(asked, runtime)) {
      discarded.push(`${direction.slice(0, 1)}${id}`)
    }
  }
  const waiting = (await waitingIn(runtime)) - (isTrial ? discarded.length : 0)
  const message = `Slice "${name}": ${count(discarded.length)} ${isTrial ? 'would be ' : ''}discarded, ${waiting} ${isTrial ? 'would stay' : 'left'}.`
  return done(message, { discarded, waiting })
}

function count(letters: number): string {
  return `${letters} dead letter${letters === 1 ? '' : 's'}`
}

/** What is not known may have some. */
function hasLetters(runtime: SliceRuntime, direction: Direction): boolean {
  return runtime.stream(direction).letters.waiting !== 0
}

async function waitingIn(runtime: SliceRuntime): Promise<number> {
  const counted = await countLetters(runtime.databases, runtime.slice.name)
  return counted.legacy + counted.extracted
}

function bound(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
}

/** A stream that cannot open its session does nothing that it is asked. */
async function inTime<Result>(asked: Promise<Result>, runtime: SliceRuntime): Promise<Result> {
  try {
    return await asked
  } catch (error) {
    if ((error as Error).name !== 'TimeoutError') throw error
    const states = directions.map((direction) => {
      const { state } = runtime.stream(direction)
      return `${direction} is ${state.kind}${state.kind === 'waiting' ? `: ${state.why}` : ''}`
    })
    const message = `the stream did not get to it in ${patienceMs / 1000} s (${states.join('; ')})`
    throw new Error(message, { cause: error })
  }
}
