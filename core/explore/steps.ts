import { coordinatorSteps } from './model/coordinators.ts'
import { databaseSteps } from './model/databases.ts'
import { proxySteps } from './model/proxies.ts'
import type { Bounds, State, Step, StepGoal, World } from './model/state.ts'
import { partNames, type Row, type Space, type Stored } from './space.ts'

/** A step, as what it changes in the row of the state that it comes from. */
export interface Change extends Pick<Step, 'name' | 'kind'> {
  readonly broken: string | undefined
  readonly reached: StepGoal | undefined
  readonly parts: readonly { readonly at: number; readonly number: number }[]
}

type PartName = (typeof partNames)[number]

/** What steps depend on: parts of a state, each whole or as much of it as a function returns. */
type Sight = { readonly [Name in PartName]?: 'whole' | ((part: State[Name]) => unknown) }

interface Group {
  readonly steps: (state: State) => Iterable<Step>
  readonly sees: Sight
}

const databases: Sight = {
  control: 'whole',
  legacy: 'whole',
  extracted: 'whole',
  budget: 'whole',
}

/** Of the proxies coordinators see no more than their rows in the control store. */
const coordinators: Sight = {
  ...databases,
  first: 'whole',
  second: 'whole',
  late: 'whole',
  left: ({ row }) => row,
  right: ({ row }) => row,
}

function proxy({ machine }: World, seat: 'left' | 'right'): Sight {
  const fence = ({ epoch, fenced, down }: State['legacy']) => [epoch, fenced, down]
  const control = machine.announcement
  return { control, legacy: fence, extracted: fence, budget: 'whole', [seat]: 'whole' }
}

/**
 * All steps from a state. What somebody may do depends on what they see of it, so it is worked out once for
 * all states that look alike to them: there are far fewer.
 */
export function createSteps(
  world: World,
  { proxies }: Bounds,
  space: Space,
  remember: boolean,
): (from: Stored) => Iterable<Change> {
  const groups: Group[] = [
    { steps: (state) => coordinatorSteps(world, state), sees: coordinators },
    { steps: (state) => databaseSteps(world, state), sees: databases },
  ]
  for (const seat of ['left', 'right'] as const) {
    groups.push({ steps: (state) => proxySteps(world, state, seat), sees: proxy(world, seat) })
  }
  const stepsOf = groups.map(({ steps, sees }) => {
    const ofState = (from: Stored) =>
      Array.from(steps(from.state), (step) => toChange(space, step, from))
    // Without proxies no two states look alike to the coordinators.
    const worthIt = remember && (proxies > 0 || sees !== coordinators)
    return worthIt ? remembering(ofState, createKey(sees)) : ofState
  })
  return function* everyStep(from) {
    for (const steps of stepsOf) yield* steps(from)
  }
}

function toChange(space: Space, step: Step, from: Stored): Change {
  const { name, kind, broken, reached } = step
  const row = space.rowOf(step.state, from)
  const parts = []
  for (let at = 0; at < row.length; at++) {
    if (row[at] !== from.row[at]) parts.push({ at, number: row[at]! })
  }
  return { name, kind, broken, reached, parts }
}

/** The row after a step. */
export function after(row: Row, { parts }: Change): Row {
  const next = row.slice()
  for (const { at, number } of parts) next[at] = number
  return next
}

function remembering(
  ofState: (from: Stored) => readonly Change[],
  key: (from: Stored) => string,
): (from: Stored) => readonly Change[] {
  const known = new Map<string, readonly Change[]>()
  return (from) => {
    const at = key(from)
    let changes = known.get(at)
    if (!changes) known.set(at, (changes = ofState(from)))
    return changes
  }
}

/** A text that is the same for states in which all that is seen is the same. */
function createKey(sees: Sight): (from: Stored) => string {
  const numbers = new Map<string, number>()
  const seen = Object.entries(sees).map(([name, sight]) => {
    const at = partNames.indexOf(name as PartName)
    if (sight === 'whole') return ({ row }: Stored) => row[at]!
    const look = sight as (part: unknown) => unknown
    const known: number[] = []
    return ({ row, state }: Stored) => (known[row[at]!] ??= numberOf(look(state[name as PartName])))
  })
  function numberOf(what: unknown): number {
    const text = JSON.stringify(what)
    const number = numbers.get(text) ?? numbers.size
    numbers.set(text, number)
    return number
  }
  return (from) => {
    let key = ''
    for (const see of seen) key += String.fromCharCode(see(from))
    return key
  }
}
