import { type Side } from '../../src/machine/index.ts'
import { spend, type State, type Step, type World } from './state.ts'
import { across, put } from './stores.ts'

const sides = ['legacy', 'extracted'] as const

/** Clients that know no proxy, writers that no fence stops, the streams, and a death. */
export function* databaseSteps(world: World, state: State): Generator<Step> {
  for (const side of sides) {
    yield* writers(state, side)
    yield* applier(world, state, side)
  }
  const { extracted, budget } = state
  if (extracted.down) {
    const next = put(state, 'extracted', { down: false })
    yield { name: 'extracted returns', kind: 'return', state: next }
  } else if (budget.faults > 0) {
    const next = put(spend(state, 'faults'), 'extracted', { down: true, staged: null })
    yield { name: 'extracted dies', kind: 'fault', state: next }
  }
}

function* writers(state: State, side: Side): Generator<Step> {
  const { down, fenced, log } = state[side]
  if (down) return
  if (!fenced && state.budget.writes > 0) {
    const next = put(spend(state, 'writes'), side, { log: [...log, 'write'] })
    yield { name: `a write to ${side}`, kind: 'ordinary', state: next }
  }
  if (fenced && side !== state.control.owner && state.budget.strays > 0) {
    const next = put(spend(state, 'strays'), side, { log: [...log, 'stray'] })
    yield { name: `a write past the fence of ${side}`, kind: 'fault', state: next }
  }
}

/** The stream into a side takes the next entry, in one transaction that locks the fence row. */
function* applier({ machine }: World, state: State, side: Side): Generator<Step> {
  const source = state[across(side)]
  const target = state[side]
  const [entry, ...log] = source.log
  if (entry === undefined || source.down || target.down || target.staged) return
  const taken = put(state, across(side), { log })
  if (typeof entry === 'number') {
    const next = put(taken, side, { barrier: entry })
    yield { name: `barrier ${entry} arrives in ${side}`, kind: 'ordinary', state: next }
    return
  }
  if (machine.mayApply(target, target.known) === true) {
    const broken = overwritesOwner(state, side)
    const name = `a ${entry} is applied to ${side}`
    yield { name, kind: 'ordinary', state: taken, ...(broken !== undefined && { broken }) }
  } else if (target.known !== state.control.ownerEpoch) {
    const next = put(state, side, { known: state.control.ownerEpoch })
    yield { name: `the applier to ${side} reads the control row`, kind: 'ordinary', state: next }
  }
}

function overwritesOwner({ control, ...state }: State, side: Side): string | undefined {
  if (!state[side].fenced) return `an applier changed rows in ${side} while it was open`
  if (control.owner === side && control.phase !== 'journaled') {
    return `an applier changed rows in ${side}, which owns the slice`
  }
  return undefined
}
