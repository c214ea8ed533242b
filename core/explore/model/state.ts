import type { ControlRow, Effect, FenceRow, Memory, Side, View } from '../../src/machine/index.ts'

/** The shipped state machine, or a mutant of it. */
export type Machine = typeof import('../../src/machine/index.ts')

/** What a change log holds for the other side: a write, a write past the fence, a barrier's epoch. */
export type Entry = 'write' | 'stray' | number

export interface Database extends FenceRow {
  /** An uncommitted opening of the fence; it locks the fence row. */
  readonly staged: { readonly by: number; readonly epoch: number } | null
  /** What the other side has not applied yet. */
  readonly log: readonly Entry[]
  /** The epoch of the last barrier that was applied here. */
  readonly barrier: number
  /** The owner's epoch as the applier into this database last read it. */
  readonly known: number
  readonly down: boolean
}

export interface Coordinator {
  readonly active: boolean
  readonly memory: Memory
  /** The attempt that it really began, after it had made the checks; whether it knows or not. */
  readonly began: number
}

/** A request that is still under way although its sender waits for no answer any more. */
export interface Late {
  readonly by: number
  readonly effect: Effect
}

export interface Proxy {
  readonly up: boolean
  readonly view: View | null
  readonly leased: boolean
  /** The highest epoch that it acknowledged a hold with. */
  readonly promised: number
  /** A renewal under way: recorded by the control store, then answered with a state. */
  readonly renewal: 'recorded' | View | null
  /** A state that was read because of an announcement, on its way. */
  readonly heard: View | null
  readonly acknowledging: number | null
  /** A write on its way, and whether the lease has stood ever since it was sent. */
  readonly write: { readonly side: Side; readonly leased: boolean } | null
  /** Its row in the control store. */
  readonly row: { readonly expired: boolean; readonly acknowledged: number } | null
}

/** What may still happen in a run. */
export interface Budget {
  readonly attempts: number
  readonly faults: number
  readonly writes: number
  readonly strays: number
}

export interface State {
  readonly control: ControlRow
  readonly legacy: Database
  readonly extracted: Database
  readonly first: Coordinator
  readonly second: Coordinator
  readonly late: Late | null
  readonly left: Proxy
  readonly right: Proxy
  readonly budget: Budget
  readonly delays: boolean
}

/** Something that may happen next. A `return` is a dead database's: nothing may depend on it. */
export interface Step {
  readonly name: string
  readonly kind: 'ordinary' | 'fault' | 'return'
  readonly state: State
  /** The invariant that this step breaks. */
  readonly broken?: string
  /** Something that has to be possible, and has just happened. */
  readonly reached?: StepGoal
}

/** What a run has to be able to bring about, seen in one step rather than in a state. */
export const stepGoals = [
  'a live proxy held, and the attempt went on',
  'the attempt went on without a dead proxy',
] as const

export type StepGoal = (typeof stepGoals)[number]

/** Deliberate misreadings of the protocol that lie in the order of requests, not in a guard. */
export interface Misreading {
  readonly leaseWithoutState?: boolean
  readonly proxiesListedBeforeHold?: boolean
}

export interface World {
  readonly machine: Machine
  readonly misreading: Misreading
}

export interface Bounds extends Budget {
  readonly proxies: 0 | 1 | 2
  /** Whether what proxies send and are sent may take any time; else each exchange is one step. */
  readonly delays: boolean
}

export function initial(machine: Machine, { proxies, delays, ...budget }: Bounds): State {
  const database = { epoch: 1, staged: null, log: [], barrier: 0, known: 1, down: false }
  const coordinator = { active: true, memory: machine.nothing, began: 0 }
  const proxy: Proxy = {
    up: true,
    view: null,
    leased: false,
    promised: 0,
    renewal: null,
    heard: null,
    acknowledging: null,
    write: null,
    row: null,
  }
  return {
    control: { epoch: 1, phase: 'idle', owner: 'legacy', ownerEpoch: 1 },
    legacy: { ...database, fenced: false },
    extracted: { ...database, fenced: true },
    first: coordinator,
    second: { ...coordinator, active: false },
    late: null,
    left: { ...proxy, up: proxies > 0 },
    right: { ...proxy, up: proxies > 1 },
    budget,
    delays,
  }
}

export function spend(state: State, what: keyof Budget): State {
  return { ...state, budget: { ...state.budget, [what]: state.budget[what] - 1 } }
}
