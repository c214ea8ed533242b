import { setTimeout as delay } from 'node:timers/promises'
import { changeSlices, readSlice, type SliceRow } from '../control/slices.ts'
import { CoreError } from '../errors.ts'
import type { Staged } from '../fence/fence.ts'
import { isAttempting } from '../machine/control.ts'
import {
  begin,
  decide,
  type Effect,
  giveUp,
  learn,
  type Memory,
  nothing,
  type Outcome,
} from '../machine/coordinator.ts'
import { isRefusal, type Refusal } from '../machine/refusal.ts'
import { type Move, sliceNames, StepFailed } from './move.ts'
import { barrier } from './steps/barrier.ts'
import { drain } from './steps/drain.ts'
import { fence, fenceWholly } from './steps/fence.ts'
import { hold } from './steps/hold.ts'
import { open } from './steps/open.ts'
import { sequences } from './steps/sequences.ts'
import { stage } from './steps/stage.ts'

/** How long an attempt may take before it is undone, so that no held request runs out of time. */
export const attemptMs = 8000

const retryMs = 100

export interface Attempt {
  /** Called before each effect; what it throws ends the coordinator as a crash would. */
  onEffect?(effect: Effect): void | Promise<void>
  /** Asks for an undo; without effect after the journal. */
  readonly abort?: AbortSignal
  readonly request?: number
}

export interface Ended {
  /** The control row at the end. */
  readonly row: SliceRow
  /** Why the attempt was given up, if it was. */
  readonly reasons: readonly string[]
}

/** Begins an attempt to move the slices to the other side, and sees it through: to its end or its undo. */
export async function switchOwner(move: Move, attempt: Attempt = {}): Promise<Ended> {
  const rows = await readRows(move)
  const row = rows[0]
  if (rows.some(({ phase }) => phase !== 'idle')) {
    return { row, reasons: ['another switch is under way'] }
  }
  if (rows.some(({ owner }) => owner !== row.owner)) {
    return { row, reasons: ['the slices do not all have the same owner'] }
  }
  const epochs = new Map(rows.map(({ name, epoch }) => [name, epoch]))
  const epoch = Math.max(...epochs.values()) + 1
  return new Coordination(move, attempt, epochs).run(begin(row, epoch), { ...nothing, row })
}

async function readRows(move: Move): Promise<[SliceRow, ...SliceRow[]]> {
  const rows = await Promise.all(sliceNames(move).map((name) => readSlice(move.control, name)))
  const missing = sliceNames(move).filter((_, at) => !rows[at])
  if (missing.length === 0) return rows as [SliceRow, ...SliceRow[]]
  const message = `The control store has no slice ${missing.join(', ')}. Start a worker with the plan that declares it.`
  throw new CoreError('NOT_SYNCED', message, { slices: missing })
}

/** Undoes or finishes whatever attempt another coordinator left. */
export function recover(move: Move, attempt: Attempt = {}): Promise<Ended> {
  return new Coordination(move, attempt).run({ kind: 'read' }, nothing)
}

/** One coordinator's work on one attempt: performs what the state machine decides, and tells it how it went. */
class Coordination {
  readonly #move: Move
  readonly #attempt: Attempt
  /** Each slice's epoch before the attempt began. */
  readonly #epochs: ReadonlyMap<string, number> | undefined
  readonly #reasons: string[] = []
  readonly #deadline = AbortSignal.timeout(attemptMs)
  readonly #signal: AbortSignal
  #staged: Staged | undefined
  #row: SliceRow | undefined

  constructor(move: Move, attempt: Attempt, epochs?: ReadonlyMap<string, number>) {
    this.#move = move
    this.#attempt = attempt
    this.#epochs = epochs
    const signals = [this.#deadline, ...(attempt.abort ? [attempt.abort] : [])]
    this.#signal = AbortSignal.any(signals)
  }

  async run(first: Effect, known: Memory): Promise<Ended> {
    let memory = known
    try {
      for (let effect = first; effect.kind !== 'rest'; effect = decide(memory)) {
        await this.#attempt.onEffect?.(effect)
        const outcome = await this.#perform(effect)
        memory = learn(memory, effect, outcome)
        if (this.#signal.aborted && isAttempting(memory.row?.phase ?? 'idle')) {
          const { abort } = this.#attempt
          this.#because(abort?.aborted ? 'it was aborted' : `it took more than ${attemptMs} ms`)
          memory = giveUp(memory)
        }
        if (outcome.kind === 'unknown' || !memory.row) await delay(retryMs)
      }
    } finally {
      await this.#release('rollback').catch(() => {})
    }
    return { row: this.#row!, reasons: this.#reasons }
  }

  #because(reason: string): void {
    if (!this.#reasons.includes(reason)) this.#reasons.push(reason)
  }

  async #perform(effect: Effect): Promise<Outcome> {
    try {
      return await this.#carryOut(effect)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (error instanceof StepFailed) {
        this.#because(reason)
        return { kind: 'refused' }
      }
      this.#because(`${effect.kind}: ${reason}`)
      return { kind: 'unknown' }
    }
  }

  async #carryOut(effect: Effect): Promise<Outcome> {
    const move = this.#move
    switch (effect.kind) {
      case 'rest':
        return { kind: 'done' }
      case 'read':
        this.#row = await readSlice(move.control, move.slices[0].name)
        return { kind: 'done', row: this.#row! }
      case 'record': {
        const detail = { reasons: this.#reasons }
        const { request } = this.#attempt
        const recorded = await changeSlices(move.control, sliceNames(move), effect.change, {
          by: move.by,
          request,
          detail,
          epochs: effect.change.kind === 'begin' ? this.#epochs : undefined,
        })
        this.#row = recorded.row
        return { kind: recorded.made ? 'done' : 'refused', row: recorded.row }
      }
      case 'hold':
        return finished(await hold(move, effect.epoch, this.#signal))
      case 'fence':
        return finished(await this.#fence(effect))
      case 'barrier':
        return finished(await barrier(move, effect.side, effect.epoch))
      case 'drain':
        return finished(await drain(move, effect.side, effect.epoch, this.#signal))
      case 'sequences':
        return finished(await sequences(move, effect.side, effect.epoch))
      case 'stage':
        return this.#stage(effect)
      case 'commit':
        await this.#release('commit')
        return { kind: 'done' }
      case 'rollback':
        await this.#release('rollback')
        return { kind: 'done' }
      case 'open':
        return finished(await open(move, effect.side, effect.epoch, 2000))
    }
  }

  /** Once an attempt was undone, a gap in the other side's fence must not keep it from its end. */
  #fence({ side, epoch }: Extract<Effect, { kind: 'fence' }>): Promise<'done' | Refusal> {
    const isLeft = isAttempting(this.#row?.phase ?? 'idle')
    return isLeft
      ? fenceWholly(this.#move, side, epoch, 2000, this.#signal)
      : fence(this.#move, side, epoch, 2000)
  }

  async #stage({ side, epoch }: Extract<Effect, { kind: 'stage' }>): Promise<Outcome> {
    if (this.#staged?.epoch === epoch) return { kind: 'done' }
    const staged = await stage(this.#move, side, epoch, 2000)
    if (isRefusal(staged)) return { kind: 'refused' }
    if (staged !== 'done') this.#staged = staged
    return { kind: 'done' }
  }

  async #release(how: 'commit' | 'rollback'): Promise<void> {
    const staged = this.#staged
    this.#staged = undefined
    await staged?.[how]()
  }
}

function finished(result: void | 'done' | Refusal): Outcome {
  return { kind: isRefusal(result ?? 'done') ? 'refused' : 'done' }
}
