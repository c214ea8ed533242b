import type { Effect, Memory, Outcome } from '../../src/machine/index.ts'
import { type Coordinator, spend, type State, type Step, type World } from './state.ts'
import { execute, type Executed, put } from './stores.ts'

const seats = ['first', 'second'] as const

/** All that the coordinators may do, and all that may befall them and their requests. */
export function* coordinatorSteps(world: World, state: State): Generator<Step> {
  for (const [by, seat] of seats.entries()) {
    if (state[seat].active) yield* active(world, state, by)
  }
  yield* starts(state)
  yield* lateRequest(world, state)
  yield* deadSessions(state)
}

function* active(world: World, state: State, by: number): Generator<Step> {
  const { machine } = world
  const seat = seats[by]!
  const { memory } = state[seat]
  const learned = (next: State, effect: Effect, outcome: Outcome) =>
    sit(next, by, { memory: machine.learn(memory, effect, outcome) })
  const effect = machine.decide(memory)

  if (effect.kind === 'rest') {
    const row = memory.row!
    if (state.budget.attempts > 0) yield* perform(machine.begin(row), spend(state, 'attempts'))
    if (row.epoch !== state.control.epoch || row.phase !== state.control.phase) {
      const next = learned(state, effect, { kind: 'done' })
      yield { name: `${seat} looks again`, kind: 'ordinary', state: next }
    }
  } else {
    yield* perform(effect, state)
    if (state.budget.faults > 0 && machine.isAttempting(memory.row?.phase ?? 'idle')) {
      const next = sit(spend(state, 'faults'), by, { memory: machine.giveUp(memory) })
      yield { name: `${seat} gives up`, kind: 'fault', state: next }
    }
  }

  function* perform(effect: Effect, state: State): Generator<Step> {
    const name = `${seat} ${describe(effect)}`
    const result = remembering(execute(world, state, by, effect), by, effect)
    const faulty = state.budget.faults > 0 && effect.kind !== 'read'
    const sendable = !['hold', 'drain', 'rollback'].includes(effect.kind)
    if (result) {
      const broken = result.broken ?? unchecked(state[seat], effect)
      yield {
        name,
        kind: 'ordinary',
        state: learned(result.state, effect, result.outcome),
        ...(broken !== undefined && { broken }),
        ...(result.reached !== undefined && { reached: result.reached }),
      }
    } else if (machine.isAttempting(memory.row!.phase)) {
      const next = learned(state, effect, { kind: 'refused' })
      yield { name: `${name}: in vain`, kind: 'ordinary', state: next }
    }
    if (!faulty) return
    const spent = spend(state, 'faults')
    const crashed = { active: false, memory: machine.nothing, began: 0 }
    if (result && sendable) {
      const after = spend(result.state, 'faults')
      const lost = learned(after, effect, { kind: 'unknown' })
      yield { name: `${name}: answer lost`, kind: 'fault', state: lost }
      yield { name: `${name}, then dies`, kind: 'fault', state: sit(after, by, crashed) }
    }
    yield {
      name: `${seat} dies before it ${describe(effect)}`,
      kind: 'fault',
      state: sit(spent, by, crashed),
    }
    if (sendable && !state.late) {
      const late = { ...spent, late: { by, effect } }
      const unaware = learned(late, effect, { kind: 'unknown' })
      yield { name: `${name}: delayed`, kind: 'fault', state: unaware }
      yield { name: `${name}: delayed, and dies`, kind: 'fault', state: sit(late, by, crashed) }
    }
  }
}

/** Who did not begin an attempt did not make its checks, and knows nothing of what they found. */
function unchecked({ began }: Coordinator, effect: Effect): string | undefined {
  if (effect.kind !== 'record' || effect.change.kind !== 'journal') return undefined
  return began === effect.change.epoch
    ? undefined
    : 'journaled by a coordinator that checked nothing'
}

function remembering(result: Executed | undefined, by: number, effect: Effect) {
  const begins = effect.kind === 'record' && effect.change.kind === 'begin'
  if (!begins || result?.outcome.kind !== 'done') return result
  return { ...result, state: sit(result.state, by, { began: effect.change.epoch }) }
}

/** A successor starts when nobody coordinates, or, by a fault, when somebody only seemed dead. */
function* starts(state: State): Generator<Step> {
  const alone = !state.first.active && !state.second.active
  if (!alone && state.budget.faults === 0) return
  const by = seats.findIndex((seat) => !state[seat].active)
  if (by < 0) return
  const next = sit(alone ? state : spend(state, 'faults'), by, { active: true })
  yield { name: `${seats[by]} takes over`, kind: alone ? 'ordinary' : 'fault', state: next }
}

function* lateRequest(world: World, state: State): Generator<Step> {
  if (!state.late) return
  const { by, effect } = state.late
  const gone: State = { ...state, late: null }
  yield { name: `late: ${describe(effect)} is lost`, kind: 'ordinary', state: gone }
  const executed = execute(world, gone, by, effect)
  const result = state[seats[by]!].active ? remembering(executed, by, effect) : executed
  if (!result) return
  yield {
    name: `late: ${describe(effect)}`,
    kind: 'ordinary',
    state: result.state,
    ...(result.broken !== undefined && { broken: result.broken }),
  }
}

/** Databases end the transaction of a dead session, and a successor ends its predecessor's. */
function* deadSessions(state: State): Generator<Step> {
  for (const side of ['legacy', 'extracted'] as const) {
    const { staged } = state[side]
    if (!staged) continue
    const holder = state[seats[staged.by]!]
    const rival = state[seats[1 - staged.by]!]
    const held = holder.active && holder.memory.staged
    if (held && !rival.active) continue
    const next = put(state, side, { staged: null })
    yield { name: `${side} ends a session`, kind: 'ordinary', state: next }
  }
}

function sit(state: State, by: number, change: Partial<Coordinator>): State {
  const seat = seats[by]!
  return { ...state, [seat]: { ...state[seat], ...change } }
}

export function describe(effect: Effect): string {
  if (effect.kind === 'record') return `records ${effect.change.kind} at ${effect.change.at.epoch}`
  if (effect.kind === 'read' || effect.kind === 'rest') return effect.kind
  return `${effect.kind}${'side' in effect ? ` ${effect.side}` : ''} at ${effect.epoch}`
}

export function isResting(world: World, memory: Memory): boolean {
  return world.machine.decide(memory).kind === 'rest'
}
