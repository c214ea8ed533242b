import { setTimeout as delay } from 'node:timers/promises'
import {
  finish,
  openRequests,
  record,
  type Request,
  setProgress,
  whyPlanned,
} from '@strangler/core'
import type { WorkerContext } from '../context.ts'
import { checkNotRestored } from '../restored.ts'
import { discardLetters, replayLetters } from './dead-letters.ts'
import { type Answer, failed, refused, type Running } from './request.ts'
import { switchSlices } from './switch.ts'
import { syncStart } from './sync-start.ts'
import { syncStop } from './sync-stop.ts'
import { verify } from './verify.ts'

export interface QueueOptions {
  readonly context: WorkerContext
  /** Slices whose switch is being recovered: its own request is not finished before that. */
  readonly recovering: ReadonlySet<string>
  /** Called before a request is carried out: makes way for it on its slices. */
  makeWay(request: Request): Promise<void>
}

interface UnderWay {
  readonly request: Request
  readonly abort: AbortController
  readonly ended: Promise<void>
}

/** Why requests are interrupted when another worker goes on with them. */
const handedOver = new Error('another worker goes on with it')

/** What people asked for and this worker carries out, one request a slice at a time. */
export class RequestQueue {
  readonly #options: QueueOptions
  readonly #underWay = new Map<number, UnderWay>()

  constructor(options: QueueOptions) {
    this.#options = options
  }

  isBusy(slice: string): boolean {
    return [...this.#underWay.values()].some(({ request }) => request.slices.includes(slice))
  }

  /** Begins what can begin, and stops what somebody wants stopped. */
  async take(): Promise<void> {
    const { control } = this.#options.context
    for (const request of await openRequests(control)) {
      const underWay = this.#underWay.get(request.id)
      if (underWay && request.abort) underWay.abort.abort()
      if (underWay || !request.slices.every((slice) => this.#isFree(slice))) continue
      const abort = new AbortController()
      const ended = this.#carryOut(request, abort.signal).finally(() =>
        this.#underWay.delete(request.id),
      )
      this.#underWay.set(request.id, { request, abort, ended })
    }
  }

  /** Interrupts everything, for another worker to go on with. Resolves when nothing is under way. */
  async handOver(): Promise<void> {
    const all = [...this.#underWay.values()]
    for (const { abort } of all) abort.abort(handedOver)
    await Promise.all(all.map(({ ended }) => ended))
  }

  /** A slice whose switch is being recovered is left alone until that has come to rest. */
  #isFree(slice: string): boolean {
    const { context, recovering } = this.#options
    const { phase = 'idle' } = context.rows.get(slice) ?? {}
    return phase === 'idle' && !recovering.has(slice) && !this.isBusy(slice)
  }

  async #carryOut(request: Request, signal: AbortSignal): Promise<void> {
    const { control, log } = this.#options.context
    log.info({ request: request.id, kind: request.kind, slices: request.slices }, 'request')
    const running: Running = {
      request,
      signal,
      progress: (progress) => setProgress(control, request.id, progress).catch(() => {}),
    }
    const answer = await this.#answer(request, running).catch((error: unknown): Answer | null => {
      if (signal.reason === handedOver) return null
      const reason = error instanceof Error ? error.message : String(error)
      return failed(`"${typed(request)}" ${signal.aborted ? 'was stopped' : 'failed'}.`, [reason])
    })
    if (!answer) {
      log.info({ request: request.id }, 'request left to the next coordinator')
      return
    }
    log.info({ request: request.id, state: answer.state, ...answer.result }, 'request ended')
    await this.#finish(request, answer)
  }

  async #answer(request: Request, running: Running): Promise<Answer> {
    const { context, makeWay } = this.#options
    const planned = request.slices.flatMap((slice) => context.plan.planned.get(slice) ?? [])
    if (planned.length > 0) {
      return refused('That is not possible yet. Nothing was changed.', planned.map(whyPlanned))
    }
    await checkNotRestored(context, request.slices)
    await makeWay(request)
    const [name] = request.slices
    switch (request.kind) {
      case 'sync-start':
        return syncStart(context, name!, running)
      case 'sync-stop':
        return syncStop(context, name!, running)
      case 'verify':
        return verify(context, name!, running)
      case 'dead-letters-replay':
        return replayLetters(context, name!, running)
      case 'dead-letters-discard':
        return discardLetters(context, name!, running)
      case 'switch':
        return switchSlices(context, running)
    }
  }

  async #finish(request: Request, { state, result }: Answer): Promise<void> {
    const { control } = this.#options.context
    const { message, reasons } = result
    const entry = {
      event: `${request.kind} ${state}`,
      by: request.requestedBy,
      detail: { ...request.arguments, message, ...(reasons && { reasons }) },
    }
    for (;;) {
      try {
        await finish(control, request.id, state, result)
        for (const slice of request.slices) await record(control, { slice, ...entry })
        return
      } catch {
        await delay(500)
      }
    }
  }
}

/** A request as the command that asks for it. */
function typed({ kind, slices }: Request): string {
  return [kind.replace(/-(start|stop|replay|discard)$/, ' $1'), ...slices].join(' ')
}
