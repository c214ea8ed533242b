import { type Certificate, record, setCertificate } from '@strangler/core'
import { verifyAll } from '../../verify/verify.ts'
import { aboutLetters, countLetters } from '../checks.ts'
import { runtimeOf, type WorkerContext } from '../context.ts'
import { lossyRows } from './lossy-rows.ts'
import { type Answer, done, failed, type Running } from './request.ts'

type Reporting = Pick<Running, 'signal' | 'progress'>

export async function verify(
  context: WorkerContext,
  name: string,
  running: Running,
): Promise<Answer> {
  const certificate = await certify(context, name, running)
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
 */
export async function certify(
  context: WorkerContext,
  name: string,
  { signal, progress }: Reporting,
): Promise<Certificate & { readonly differences: readonly string[] }> {
  const runtime = runtimeOf(context, name)
  const { owner } = await context.readRow(name)
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
    // Rows that were written since the first sync may be such as the way back would change.
    const own = runtime.pairs.filter(({ table }) => !table.sharedSink)
    const lossy =
      owner === 'legacy' ? await lossyRows(runtime.databases.legacy, own, { signal, progress }) : []
    const letters = await countLetters(runtime.databases, name)
    const deadLetters = letters.legacy + letters.extracted
    const certificate: Certificate = {
      ...verified,
      clean: verified.clean && lossy.length === 0 && deadLetters === 0,
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
    return { ...certificate, differences: [...waiting, ...lossy, ...differences] }
  } catch (error) {
    touched.giveBack(before)
    if (overflowed) touched.overflow()
    throw error
  }
}
