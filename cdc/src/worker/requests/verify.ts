import { type Certificate, record, setCertificate, type Side } from '@strangler/core'
import type { SliceRuntime } from '../../slice/runtime.ts'
import { verifyAll } from '../../verify/verify.ts'
import { fitTables } from '../../slice/setup.ts'
import { aboutLetters, countLetters } from '../checks.ts'
import { runtimeOf, type WorkerContext } from '../context.ts'
import { brokenKeys } from './broken-keys.ts'
import { lossyAmong } from './gap.ts'
import { lossyRows } from './lossy-rows.ts'
import { type Answer, done, failed, type Running } from './request.ts'

/** A certificate, and the first of what speaks against it. */
export type Verified = Certificate & { readonly differences: readonly string[] }

type Reporting = Pick<Running, 'signal' | 'progress'>

export async function verify(
  context: WorkerContext,
  name: string,
  running: Running,
): Promise<Answer> {
  const certificate = await certify(context, name, running, true)
  if (certificate.clean) {
    return done(`Slice "${name}": ${certificate.rows} rows are equal on both sides.`, {
      certificate,
    })
  }
  const message = `Slice "${name}": the sides differ.`
  return failed(message, certificate.differences, { certificate })
}

/**
 * Verifies all of a slice and stores the certificate. The stream's list of changed keys starts anew with
 * it: what changed since is what a switch still has to look at.
 *
 * @param isAsked by a person, so that everything is looked at again.
 */
export async function certify(
  context: WorkerContext,
  name: string,
  { signal, progress }: Reporting,
  isAsked = false,
): Promise<Verified> {
  const runtime = runtimeOf(context, name)
  // DDL may have given a table a column that the plan does not account for: nothing carries or compares it.
  await fitTables(runtime.slice, runtime.databases)
  const { owner, certificate: last } = await context.readRow(name)
  const sides = runtime.sides(owner)
  const { touched } = sides.stream
  const { overflowed } = touched
  const before = touched.take()
  try {
    const [legacy, extracted] = await Promise.all([
      runtime.shape('legacy'),
      runtime.shape('extracted'),
    ])
    const { differences, ...verified } = await verifyAll(sides, {
      signal,
      onProgress: ({ table, rows, expected }) =>
        void progress({ step: 'verifying', table, done: rows, total: expected }),
    })
    // After a clean certificate of this run's and owner's, only what changed since can be wrong without differing.
    const isOfThisOwner = !context.switched.has(name) && last?.worker === runtime.worker
    const isKnown = last?.clean === true && isOfThisOwner && !overflowed
    const hidden =
      isAsked || !isKnown
        ? await lookDeeper(context, runtime, owner, { signal, progress })
        : await lossyAmong(runtime, owner, before)
    const letters = await countLetters(runtime.databases, name)
    const deadLetters = letters.legacy + letters.extracted
    const certificate: Certificate = {
      ...verified,
      clean: verified.clean && hidden.length === 0 && deadLetters === 0,
      deadLetters,
      at: new Date().toISOString(),
      position: sides.stream.position?.place ?? '',
      worker: runtime.worker,
      shapes: { legacy, extracted },
    }
    await setCertificate(context.control, name, certificate)
    context.switched.delete(name)
    const { clean, rows } = certificate
    await record(context.control, {
      slice: name,
      event: 'verified',
      by: context.id,
      detail: { clean, rows, ...(deadLetters > 0 && { deadLetters }) },
    })
    const waiting = await aboutLetters(runtime.databases, name)
    return { ...certificate, differences: [...waiting, ...hidden, ...differences] }
  } catch (error) {
    touched.giveBack(before)
    if (overflowed) touched.overflow()
    throw error
  }
}

/** What is wrong though both sides hold the same: the way back would change a row, or a foreign key is broken. */
async function lookDeeper(
  context: WorkerContext,
  runtime: SliceRuntime,
  owner: Side,
  running: Reporting,
): Promise<string[]> {
  const { databases, pairs } = runtime
  const own = pairs.filter(({ table }) => !table.sharedSink)
  const lossy = owner === 'legacy' ? await lossyRows(databases.legacy, own, running) : []
  return [...lossy, ...(await brokenKeys(context, runtime, owner, running.signal))]
}
