import { setTimeout as delay } from 'node:timers/promises'
import {
  ask,
  askToAbort,
  readLease,
  readRequest,
  readSlice,
  type Request,
  type Result,
} from '@strangler/core'
import type pg from 'pg'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import type { Output } from '../output/output.ts'
import { describeProgress } from './progress.ts'

const pollMs = 150
const workerMs = 10_000
const storeMs = 30_000

/** What Ctrl-C means: the worker is asked to stop, or goes on alone. */
export type Interrupt = 'abort' | 'detach'

/**
 * Asks the worker for something and shows how it goes until it has ended.
 *
 * @throws CliError REFUSED, FAILED, or UNREACHABLE when no worker runs: then nothing was asked.
 */
export async function carryOut(
  context: Context,
  wanted: Pick<Request, 'kind' | 'slices' | 'arguments'>,
  onInterrupt: Interrupt,
): Promise<Result> {
  const control = await context.control()
  await needWorker(control, context)
  const request = await ask(control, { ...wanted, requestedBy: context.by }).catch(
    (cause: Error) => {
      const message = `The control store failed (${cause.message}) while this was asked, so nobody knows whether it was. Once it answers, type the same again: that follows what was asked, or asks.`
      throw new CliError('UNREACHABLE', message, {}, { cause })
    },
  )
  if (request.state === 'running') context.output.step('this is under way already; following it')
  return follow(context, control, request, onInterrupt)
}

async function needWorker(control: pg.Pool, { output }: Context): Promise<void> {
  const until = performance.now() + workerMs
  while (!(await readLease(control))?.live) {
    if (performance.now() > until) {
      const message =
        'No worker runs, so nothing was asked. Start one with "strangler worker", then type the same again.'
      throw new CliError('UNREACHABLE', message)
    }
    output.progress('waiting for a worker')
    await delay(pollMs)
  }
}

/** Shows a request's progress until it has ended. */
export async function follow(
  { output }: Context,
  control: pg.Pool,
  { id, slices }: Request,
  onInterrupt: Interrupt,
): Promise<Result> {
  let interrupted = 0
  const interrupt = () => void (interrupted += 1)
  process.on('SIGINT', interrupt)
  try {
    for (let seen = '', handled = 0; ; await delay(pollMs)) {
      const request = await lookUp(control, id, output)
      if (!request) throw new CliError('FAILED', 'The request has gone from the control store.')
      if (request.result) return settle(request, request.result)
      const text = describeProgress(request.progress)
      if (onInterrupt === 'detach' && request.progress.step && request.progress.step !== seen) {
        seen = request.progress.step
        output.step(seen)
      }
      output.progress(text)
      if (interrupted === handled) continue
      handled = interrupted
      if (onInterrupt === 'detach') throw detached(slices)
      await stop(control, slices, output.step)
    }
  } finally {
    process.off('SIGINT', interrupt)
  }
}

/** A control store that is down for a while keeps nobody from learning how it ended. */
async function lookUp(control: pg.Pool, id: number, output: Output): Promise<Request | undefined> {
  for (const until = performance.now() + storeMs; ; await delay(pollMs)) {
    try {
      return await readRequest(control, id)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      output.progress(`the control store does not answer: ${why}`)
      if (performance.now() < until) continue
      const message = `The control store does not answer (${why}). What was asked for goes on or is undone by itself; the same command follows it again.`
      throw new CliError('UNREACHABLE', message)
    }
  }
}

/** Past the journal a switch only goes forward: the request to stop changes nothing then. */
async function stop(
  control: pg.Pool,
  slices: readonly string[],
  say: (text: string) => void,
): Promise<void> {
  const rows = await Promise.all(slices.map((slice) => readSlice(control, slice)))
  if (rows.some((row) => row && isPastJournal(row.phase))) {
    return say('The point of no return has passed: the switch will finish.')
  }
  for (const slice of slices) await askToAbort(control, slice)
  say('Undoing. This waits until it is done.')
}

export function isPastJournal(phase: string): boolean {
  return phase === 'journaled'
}

function detached(slices: readonly string[]): CliError {
  const message = `The worker goes on without this terminal. The same command follows it again; "strangler abort ${slices.join(' ')}" stops it.`
  return new CliError('DETACHED', message)
}

function settle({ state }: Request, result: Result): Result {
  if (state === 'done') return result
  const reasons = result.reasons ?? []
  const lines = [result.message, ...reasons.map((reason) => `  - ${reason}`)]
  throw new CliError(state === 'refused' ? 'REFUSED' : 'FAILED', lines.join('\n'), { ...result })
}
