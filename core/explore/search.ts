import { coordinatorSteps, isResting } from './model/coordinators.ts'
import { databaseSteps } from './model/databases.ts'
import { proxySteps } from './model/proxies.ts'
import { type Bounds, initial, type State, type Step, type World } from './model/state.ts'

export interface Finding {
  readonly broken: string
  /** What happened, in order. */
  readonly trace: readonly string[]
}

export interface Explored {
  readonly states: number
  readonly steps: number
  readonly finding?: Finding
  /** How often a state of each goal was reached. */
  readonly goals: Readonly<Record<string, number>>
}

/** What is checked in every state and on every step; docs/invariants.md says more of each. */
export const invariants = [
  'at most one side is open',
  'a side opens only when it has applied every write of the other',
  'no applier changes rows of the side that owns the slice',
  'nothing is journaled without its fence, its barrier, and the checks of its own coordinator',
  'sequences are set only while their side is fenced',
  'a fence that stands as it should is not touched again',
  'a write sent under a lease never meets a fence',
  'a proxy that acknowledged a hold never sends to the side being left',
  'a proxy without a lease sends only to a side that it has just seen open',
  'what a proxy knows never goes back',
  'every run can end, one side open and everything delivered',
  'clients are served again although the other side is dead',
]

/** What has to be possible, so that a machine that does nothing at all is no solution. */
const goals: Readonly<Record<string, (state: State) => boolean>> = {
  'cut over': ({ control }) => control.phase === 'idle' && control.owner === 'extracted',
  'rolled back': ({ control, legacy }) =>
    control.phase === 'idle' && control.owner === 'legacy' && legacy.barrier > 0,
  undone: ({ control }) => control.phase === 'idle' && control.ownerEpoch > 1,
  'journaled under a live proxy': ({ control, left, right }) =>
    control.phase === 'journaled' && (left.leased || right.leased),
  'cut over without a dead proxy': ({ control, left, right }) =>
    control.owner === 'extracted' && [left, right].some(({ up, row }) => !up && row),
  'undone while the other side is dead': ({ control, extracted }) =>
    control.phase === 'tidying' && extracted.down,
}

function* everyStep(world: World, state: State): Generator<Step> {
  yield* coordinatorSteps(world, state)
  yield* databaseSteps(world, state)
  yield* proxySteps(world, state)
}

/**
 * Visits every state that can be reached within the bounds, breadth first, so that the first breach found
 * has a shortest trace; then checks that from each of them the run can still end well.
 */
export function explore(world: World, bounds: Bounds): Explored {
  const space = new Space()
  const reached: Record<string, number> = Object.fromEntries(Object.keys(goals).map((g) => [g, 0]))
  const { delays } = bounds
  space.add(initial(world.machine, bounds), -1)
  let count = 0
  for (let index = 0; index < space.size; index++) {
    const state: State = { ...space.get(index), delays }
    for (const [name, isGoal] of Object.entries(goals)) if (isGoal(state)) reached[name]! += 1
    space.mark(settled(world, state), served(world, state))
    for (const step of everyStep(world, state)) {
      count += 1
      if (step.broken !== undefined) {
        const trace = [...space.trace(world, delays, index), step.name]
        return {
          states: space.size,
          steps: count,
          goals: reached,
          finding: { broken: step.broken, trace },
        }
      }
      space.link(index, space.add(step.state, index), step.kind === 'return')
    }
  }
  const stuck = space.firstStuck()
  const explored = { states: space.size, steps: count, goals: reached }
  if (!stuck) return explored
  return {
    ...explored,
    finding: { broken: stuck.why, trace: space.trace(world, delays, stuck.index) },
  }
}

/** The run has ended well: one side open, as the control store says, everything delivered. */
function settled(world: World, state: State): boolean {
  const { control, first, second, late, left, right } = state
  const told = world.machine.announcement(control)
  if (control.phase !== 'idle' || late || !told.open) return false
  const owner = state[control.owner]
  const other = state[control.owner === 'legacy' ? 'extracted' : 'legacy']
  return (
    !owner.fenced &&
    other.fenced &&
    owner.epoch === control.ownerEpoch &&
    other.epoch === control.ownerEpoch &&
    !owner.log.includes('write') &&
    !other.log.includes('write') &&
    [first, second].every(({ active, memory }) => !active || isResting(world, memory)) &&
    [left, right].every(({ view }) => !view || (view.epoch === told.epoch && view.open))
  )
}

/** Clients are served, whatever has become of the other side; or the journal has decided. */
function served(world: World, state: State): boolean {
  if (state.control.owner === 'extracted') return true
  return world.machine.announcement(state.control).open && !state.legacy.fenced
}

const partNames = [
  'control',
  'legacy',
  'extracted',
  'first',
  'second',
  'late',
  'left',
  'right',
  'budget',
] as const

/** The states met so far. Each of a state's parts is stored once; a state is a row of their numbers. */
class Space {
  readonly #numbers = new Map<string, number>()
  readonly #seen = new WeakMap<object, number>()
  readonly #settled: boolean[] = []
  readonly #served: boolean[] = []
  readonly #parts: unknown[] = []
  readonly #known = new Map<string, number>()
  readonly #keys: string[] = []
  readonly #parents: number[] = []
  readonly #sources: number[] = []
  readonly #targets: number[] = []
  readonly #returns: boolean[] = []

  get size(): number {
    return this.#keys.length
  }

  add(state: State, parent: number): number {
    let numbers = partNames.map((part) => this.#number(state[part]))
    const [left, right] = [numbers[6]!, numbers[7]!]
    if (left > right) numbers = numbers.with(6, right).with(7, left)
    const key = String.fromCharCode(...numbers)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const index = this.#keys.push(key) - 1
    this.#known.set(key, index)
    this.#parents.push(parent)
    return index
  }

  get(index: number): Omit<State, 'delays'> {
    const key = this.#keys[index]!
    return Object.fromEntries(
      partNames.map((part, at) => [part, this.#parts[key.charCodeAt(at)]]),
    ) as unknown as Omit<State, 'delays'>
  }

  link(source: number, target: number, isReturn: boolean) {
    if (source === target) return
    this.#sources.push(source)
    this.#targets.push(target)
    this.#returns.push(isReturn)
  }

  mark(settled: boolean, served: boolean) {
    this.#settled.push(settled)
    this.#served.push(served)
  }

  #number(part: object | null): number {
    const seen = part && this.#seen.get(part)
    if (typeof seen === 'number') return seen
    const text = JSON.stringify(part)
    let number = this.#numbers.get(text)
    if (number === undefined) {
      number = this.#parts.push(part) - 1
      if (number > 0xffff) throw new Error('more parts than a character can number')
      this.#numbers.set(text, number)
      if (part) this.#seen.set(part, number)
    }
    return number
  }

  /** A state from which the run cannot end well, or not without a dead database's return. */
  firstStuck(): { index: number; why: string } | undefined {
    const ends = this.#leadingTo(this.#settled, true)
    const stuck = ends.indexOf(0)
    if (stuck >= 0) return { index: stuck, why: 'the run can never end' }
    const serves = this.#leadingTo(this.#served, false)
    const waiting = serves.indexOf(0)
    if (waiting >= 0) return { index: waiting, why: 'clients wait for a dead database to return' }
    return undefined
  }

  #leadingTo(good: readonly boolean[], withReturns: boolean): Uint8Array {
    const heads = new Int32Array(this.size).fill(-1)
    const nexts = new Int32Array(this.#sources.length)
    for (let edge = 0; edge < nexts.length; edge++) {
      if (this.#returns[edge] && !withReturns) continue
      const target = this.#targets[edge]!
      nexts[edge] = heads[target]!
      heads[target] = edge
    }
    const leads = new Uint8Array(this.size)
    const queue: number[] = []
    for (const [index, isGood] of good.entries())
      if (isGood && (leads[index] = 1)) queue.push(index)
    for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
      for (let edge = heads[index]!; edge >= 0; edge = nexts[edge]!) {
        const source = this.#sources[edge]!
        if (leads[source]) continue
        leads[source] = 1
        queue.push(source)
      }
    }
    return leads
  }

  trace(world: World, delays: boolean, index: number): string[] {
    const path: number[] = []
    for (let at = index; at >= 0; at = this.#parents[at]!) path.unshift(at)
    return path.slice(1).map((target, at) => {
      const source = { ...this.get(path[at]!), delays }
      for (const step of everyStep(world, source)) {
        if (this.add(step.state, -1) === target) return step.name
      }
      throw new Error('a path without a step')
    })
  }
}
