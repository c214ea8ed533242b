import { type Direction, reportStream, setCertificate, type StreamReport } from '@strangler/core'
import type { OpenDatabase } from '../databases.ts'
import type { SliceRuntime } from '../slice/runtime.ts'
import type { WorkerContext } from './context.ts'

/** Writes a heartbeat into every database whose log a stream reads. */
export async function beat({ running }: WorkerContext): Promise<void> {
  const databases = new Set(
    [...running.values()].flatMap(({ databases }) => [databases.legacy, databases.extracted]),
  )
  await Promise.allSettled([...databases].map(({ beats }) => beats.write()))
}

/** Tells the control store how every stream is. */
export async function reportStreams(context: WorkerContext): Promise<void> {
  for (const runtime of context.running.values()) {
    for (const direction of ['forward', 'reverse'] as const) {
      const report = describeStream(runtime, direction)
      const seen = direction === 'forward' && {
        writers: context.writersOf(runtime),
        fences: context.fencesOf(runtime),
        altered: alteredSince(context, runtime),
      }
      await reportStream(context.control, { ...report, detail: { ...report.detail, ...seen } })
    }
    await voidCertificate(context, runtime)
  }
}

function alteredSince(
  { rows, alteredIn }: WorkerContext,
  runtime: SliceRuntime,
): readonly string[] {
  const altered = alteredIn(runtime)
  const { at } = rows.get(runtime.slice.name)?.certificate ?? {}
  return altered && altered.since === at ? altered.reasons : []
}

/** Rows that wait as dead letters are not on the other side: at once nobody may read there by a share any more. */
async function voidCertificate(
  { rows, control }: WorkerContext,
  { slice, deadLetters }: SliceRuntime,
): Promise<void> {
  const certificate = rows.get(slice.name)?.certificate
  if (deadLetters === 0 || !certificate?.clean) return
  await setCertificate(control, slice.name, { ...certificate, clean: false, deadLetters })
}

function describeStream(runtime: SliceRuntime, direction: Direction): StreamReport {
  const stream = runtime.stream(direction)
  const { state, position, touched } = stream
  const { waiting: deadLetters } = stream.letters
  const source: OpenDatabase = runtime.databases[direction === 'forward' ? 'legacy' : 'extracted']
  const lagMs = position ? Math.round(source.beats.lagBehind(position.beat)) : null
  const why =
    state.kind === 'waiting'
      ? state.why
      : state.kind === 'stopped'
        ? state.error.message
        : undefined
  return {
    slice: runtime.slice.name,
    direction,
    state: runtime.isCopying && state.kind === 'streaming' ? 'copying' : state.kind,
    lagMs,
    detail: {
      place: position?.place,
      changedSinceCertificate: touched.count,
      ...(deadLetters !== undefined && { deadLetters }),
      ...(why !== undefined && { why }),
    },
  }
}
