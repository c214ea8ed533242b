import { setTimeout as delay } from 'node:timers/promises'
import {
  type Effect,
  type Move,
  type MoveSide,
  opposite,
  readRequest,
  type Side,
  type Slice,
  type SliceRow,
  switchOwner,
} from '@strangler/core'
import type { SliceRuntime } from '../../slice/runtime.ts'
import { aboutLetters, aboutShape, reasonsAgainst } from '../checks.ts'
import { databasesOf, runtimeOf, sliceOf, type WorkerContext } from '../context.ts'
import { aboutReferred, aboutTogether } from '../neighbours.ts'
import { aboutProxies } from '../proxies.ts'
import { lookAtWriters } from '../writers.ts'
import { closeGap, verifyRest } from './gap.ts'
import { type Answer, done, failed, refused, type Running } from './request.ts'

/**
 * How long streams that have just lost a server may take to run again and prove the way back. Nothing is held
 * meanwhile, and a connector that starts again needs seconds.
 */
const wayBackMs = 20_000

/** What `--dry-run` shows after the checks. */
const steps = [
  'verify what changed since the certificate',
  'hold writes at every proxy',
  'fence the database of the side that is left',
  'send a barrier through the stream and wait for it',
  'raise sequences on the side that is entered',
  'write the journal: from here on only forward',
  'open the side that is entered, release the held writes',
]

/** Gives slices another owner: checks first, refuses with every reason, else switches or undoes. */
export async function switchSlices(context: WorkerContext, running: Running): Promise<Answer> {
  const { request, signal, progress } = running
  const names = request.slices
  const to = request.arguments['to'] as Side
  const slices = names.map((name) => sliceOf(context, name)) as [Slice, ...Slice[]]
  const [slice] = slices
  if (slices.some(({ service }) => service !== slice.service)) {
    return refused('These slices cannot move together.', ['they belong to different services'])
  }
  const rows = await Promise.all(names.map((name) => context.readRow(name)))
  if (rows.every(({ owner }) => owner === to)) {
    return done(`${list(names)} ${names.length > 1 ? 'are' : 'is'} on the ${to} side already.`)
  }
  await progress({ step: 'checking' })
  const { reasons, warnings } = await check(context, slices, rows, to, signal)
  if (reasons.length > 0) {
    return refused(`${list(names)} cannot be switched to ${to} now. Nothing was changed.`, reasons)
  }
  if (request.arguments['dryRun'] === true) {
    const unseen = to === 'extracted' ? await unobserved(context, names) : []
    return done(`${list(names)} can be switched to ${to}. Nothing was changed.`, {
      steps,
      warnings: [...warnings, ...unseen],
    })
  }
  await progress({ step: 'verifying what changed' })
  const runtimes = names.map((name) => runtimeOf(context, name))
  for (const runtime of runtimes) {
    const gaps = await closeGap(runtime, opposite(to), signal)
    if (gaps.length > 0)
      return refused(`${list(names)} cannot be switched to ${to} now. Nothing was changed.`, gaps)
  }
  const startedAt = performance.now()
  const timeline: { step: string; atMs: number }[] = []
  const move = createMove(context, slices, runtimes)
  const ended = await switchOwner(move, {
    request: request.id,
    abort: signal,
    onEffect: async (effect) => {
      timeline.push({ step: describe(effect), atMs: Math.round(performance.now() - startedAt) })
      await progress({ step: describe(effect) }).catch(() => {}) // It may be the control store that is down.
      await pause(context, running, effect)
    },
  })
  const heldMs = Math.round(performance.now() - startedAt)
  const { owner, epoch } = ended.row
  if (owner === to) {
    for (const name of names) context.switched.add(name)
    const message = `${list(names)} ${names.length > 1 ? 'are' : 'is'} on the ${to} side, at epoch ${epoch}. Writes were held for ${heldMs} ms at most.`
    return done(message, { owner, epoch, heldMs, timeline, warnings })
  }
  const message = `The switch was undone: ${list(names)} ${names.length > 1 ? 'stay' : 'stays'} on the ${owner} side, at epoch ${epoch}, and nothing was lost.`
  return failed(message, ended.reasons, { owner, epoch, heldMs, timeline })
}

async function check(
  context: WorkerContext,
  slices: readonly [Slice, ...Slice[]],
  rows: readonly SliceRow[],
  to: Side,
  stopped: AbortSignal,
): Promise<{ reasons: string[]; warnings: string[] }> {
  const names = slices.map(({ name }) => name)
  const reasons: string[] = []
  const { left, split } = aboutTogether(context, names, to)
  const others = [...left, ...(await aboutProxies(context, slices, to, stopped))]
  const within = (ms: number) => AbortSignal.any([stopped, AbortSignal.timeout(ms)])
  const patience = within(wayBackMs)
  // What stays behind must not keep anybody from the way back.
  const patienceWithOthers = to === 'extracted' ? patience : within(2000)
  for (const [at, { name }] of slices.entries()) {
    const row = rows[at]!
    const label = (reason: string) => (slices.length > 1 ? `${name}: ${reason}` : reason)
    if (row.owner === to)
      reasons.push(`${name}: it is on the ${to} side already; name only slices that are not`)
    if (row.phase !== 'idle') reasons.push(label(`another switch is under way (${row.phase})`))
    const runtime = context.running.get(name)
    if (!runtime) {
      reasons.push(label(`it is not synced: run "strangler sync start ${name}"`))
      continue
    }
    await untilStreaming(runtime, patience)
    const found = await reasonsAgainst(context, runtime, row)
    reasons.push(...found.map(label))
    if (found.length === 0) reasons.push(...(await proveStreams(runtime, to, patience)).map(label))
    others.push(...(await aboutReferred(context, name, names, to, patienceWithOthers)).map(label))
  }
  stopped.throwIfAborted()
  return to === 'extracted'
    ? { reasons: [...reasons, ...others], warnings: split }
    : { reasons, warnings: [...split, ...others] }
}

/** Streams that start, or start again, are waited for; one that has stopped is not. */
async function untilStreaming(runtime: SliceRuntime, patience: AbortSignal): Promise<void> {
  const kinds = () =>
    (['forward', 'reverse'] as const).map((direction) => runtime.stream(direction).state.kind)
  while (!patience.aborted && !runtime.isStreaming && !kinds().includes('stopped')) await delay(50)
}

/** A first switch may go ahead without anybody having looked who else writes, but not unsaid. */
async function unobserved(context: WorkerContext, names: readonly string[]): Promise<string[]> {
  const states = names.map(async (name) => (await lookAtWriters(runtimeOf(context, name))).state)
  const never = (await Promise.all(states)).flatMap((state, at) =>
    state === 'never' ? names[at]! : [],
  )
  return never.map(
    (name) =>
      `nobody has observed who writes the tables of "${name}": a job or script that goes past the proxy would be refused after the switch; run "strangler observe start ${name}" and let it see a whole day first`,
  )
}

/**
 * Both streams have just brought something. That one runs is not enough: one that cannot apply what comes starts
 * again and again.
 */
async function proveStreams(
  runtime: SliceRuntime,
  to: Side,
  patience: AbortSignal,
): Promise<string[]> {
  const prove = (from: Side, what: string) =>
    runtime.barrier(from, patience).then(
      () => [],
      (error: Error) => [`${what} is not proved: ${error.message}`],
    )
  const proofs = [prove(opposite(to), 'the way there'), prove(to, 'the way back')]
  return (await Promise.all(proofs)).flat()
}

export function createMove(
  context: WorkerContext,
  slices: readonly [Slice, ...Slice[]],
  runtimes: readonly SliceRuntime[],
): Move {
  const databases = databasesOf(context, slices[0])
  const side = (name: Side): MoveSide => ({
    coordinator: databases[name].coordinator,
    applier: databases[name].roles.applier,
  })
  return {
    slices,
    control: context.control,
    legacy: side('legacy'),
    extracted: side('extracted'),
    by: context.id,
    async verifyChanged(to) {
      const differences: string[] = []
      for (const { name } of slices) differences.push(...(await aboutLetters(databases, name)))
      for (const runtime of runtimes) {
        const row = context.rows.get(runtime.slice.name)
        if (row) differences.push(...(await aboutShape(runtime, row)))
        differences.push(...(await verifyRest(runtime, opposite(to))))
      }
      return differences
    },
  }
}

/** A request may name a step to stop before, so that a rehearsal can take something away there. */
async function pause(context: WorkerContext, { request }: Running, effect: Effect): Promise<void> {
  const wanted = request.arguments['pause'] as { before: string; ms: number } | undefined
  if (wanted?.before !== describe(effect)) return
  const until = performance.now() + wanted.ms
  while (performance.now() < until) {
    const now = await readRequest(context.control, request.id).catch(() => undefined)
    if (now && now.arguments['pause'] === undefined) return
    await delay(20)
  }
}

/** A step's name: `hold`, `fence legacy`, `record journal`. */
function describe(effect: Effect): string {
  if (effect.kind === 'record')
    return `record ${effect.change.kind}${effect.change.kind === 'advance' ? ` from ${effect.change.at.phase}` : ''}`
  return 'side' in effect ? `${effect.kind} ${effect.side}` : effect.kind
}

function list(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(' and ')
}
