import type { Effect, Outcome, ProxyRow, Side } from '../../src/machine/index.ts'
import type { Database, State, StepGoal, World } from './state.ts'

/** What a store did with a request; `undefined` while a lock, a proxy or a stream keeps it waiting. */
export interface Executed {
  readonly state: State
  readonly outcome: Outcome
  readonly broken?: string | undefined
  readonly reached?: StepGoal | undefined
}

/** Carries out a coordinator's request in the stores, at once and whole, as a transaction does. */
export function execute(
  { machine, misreading }: World,
  state: State,
  by: number,
  effect: Effect,
): Executed | undefined {
  switch (effect.kind) {
    case 'rest':
      return undefined
    case 'read':
      return { state, outcome: { kind: 'done', row: state.control } }
    case 'record': {
      const result = machine.change(state.control, effect.change)
      if (machine.isRefusal(result)) {
        return { state, outcome: { kind: 'refused', row: state.control } }
      }
      const broken =
        effect.change.kind === 'journal' ? journaledTooEarly(state, effect.change.epoch) : undefined
      return {
        state: { ...state, control: result },
        outcome: { kind: 'done', row: result },
        broken,
      }
    }
    case 'hold': {
      const registered = [state.left, state.right].flatMap(({ row }, index) =>
        row ? [{ id: String(index), ...row }] : [],
      )
      const missing = machine.notHolding(registered, effect.epoch)
      if (misreading.proxiesListedBeforeHold && registered.length < 2) return done(state)
      if (missing.length > 0) return undefined
      return { ...done(state), reached: whoHeld(registered, effect.epoch) }
    }
    case 'drain':
      return machine.barrierApplied(state[effect.side].barrier, effect.epoch)
        ? done(state)
        : undefined
    default:
      return inDatabase(machine, state, by, effect)
  }
}

function inDatabase(
  machine: World['machine'],
  state: State,
  by: number,
  effect: Extract<Effect, { side: Side }>,
): Executed | undefined {
  const { side, epoch } = effect
  const database = state[side]
  if (effect.kind === 'rollback') {
    return done(database.staged?.by === by ? put(state, side, { staged: null }) : state)
  }
  if (database.down) return undefined
  if (effect.kind === 'commit') {
    if (database.staged?.by !== by) return refused(state)
    const opened = { epoch: database.staged.epoch, fenced: false, staged: null }
    return { ...done(put(state, side, opened)), broken: openedTooEarly(state, side) }
  }
  if (database.staged) {
    const again = effect.kind === 'stage' && database.staged.by === by
    return again && database.staged.epoch === epoch ? done(state) : undefined
  }
  switch (effect.kind) {
    case 'fence':
    case 'open':
    case 'stage': {
      const fenced = effect.kind === 'fence'
      const judged = machine.judgeFence(database, { epoch, fenced })
      if (machine.isRefusal(judged)) return refused(state)
      if (judged === 'done') return done(state)
      if (database.epoch === epoch) {
        return { ...done(state), broken: `${side}'s tables are locked again for what is done` }
      }
      if (effect.kind === 'stage') return done(put(state, side, { staged: { by, epoch } }))
      return {
        ...done(put(state, side, { epoch, fenced })),
        broken: fenced ? undefined : openedTooEarly(state, side),
      }
    }
    case 'barrier':
      if (machine.isRefusal(machine.judgeBarrier(database, epoch))) return refused(state)
      return {
        ...done(put(state, side, { log: [...database.log, epoch] })),
        broken: endless(database.log, epoch),
      }
    case 'sequences':
      if (machine.isRefusal(machine.judgeSequences(database, epoch))) return refused(state)
      return {
        ...done(state),
        broken: database.fenced ? undefined : `sequences were set under ${side}'s writers`,
      }
    case 'drain':
      throw new Error('a drain waits for a stream')
  }
}

export function put(state: State, side: Side, change: Partial<Database>): State {
  return { ...state, [side]: { ...state[side], ...change } }
}

export function across(side: Side): Side {
  return side === 'legacy' ? 'extracted' : 'legacy'
}

function done(state: State): Executed {
  return { state, outcome: { kind: 'done' } }
}

function refused(state: State): Executed {
  return { state, outcome: { kind: 'refused' } }
}

function endless(log: Database['log'], epoch: number): string | undefined {
  const times = log.filter((entry) => entry === epoch).length
  return times > 3 ? `barrier ${epoch} is written over and over` : undefined
}

function whoHeld(rows: readonly ProxyRow[], epoch: number): StepGoal | undefined {
  if (rows.some(({ expired }) => !expired)) return 'a live proxy held, and the attempt went on'
  const unheard = rows.some(({ acknowledged }) => acknowledged !== epoch)
  return unheard ? 'the attempt went on without a dead proxy' : undefined
}

/** Invariants "one open side" and "nothing is left behind", at the moment a side opens. */
function openedTooEarly(state: State, side: Side): string | undefined {
  const other = state[across(side)]
  if (!other.fenced) return 'both sides are open'
  if (other.log.includes('write')) return `${side} opened without a write that it has not applied`
  return undefined
}

function journaledTooEarly(state: State, epoch: number): string | undefined {
  const from = state[state.control.owner]
  if (from.epoch !== epoch || !from.fenced) return 'journaled without a fence'
  if (state[across(state.control.owner)].barrier !== epoch) return 'journaled without a barrier'
  return undefined
}
