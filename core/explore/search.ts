import { coordinatorSteps } from './model/coordinators.ts'
import { databaseSteps } from './model/databases.ts'
import { proxySteps } from './model/proxies.ts'
import {
  type Bounds,
  initial,
  type State,
  type Step,
  stepGoals,
  type World,
} from './model/state.ts'
import { goals, served, settled } from './promises.ts'
import { Space } from './space.ts'

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
  const { delays } = bounds
  const space = new Space()
  const reached = Object.entries(goals).map(([name, isGoal]) => ({ name, isGoal, times: 0 }))
  const happened: Record<string, number> = Object.fromEntries(stepGoals.map((goal) => [goal, 0]))
  const ended: number[] = []
  const serving: number[] = []
  let steps = 0
  const result = (finding?: Finding): Explored => ({
    states: space.size,
    steps,
    goals: { ...happened, ...Object.fromEntries(reached.map(({ name, times }) => [name, times])) },
    ...(finding && { finding }),
  })
  space.add(initial(world.machine, bounds), -1)
  for (let index = 0; index < space.size; index++) {
    const row = space.row(index)
    const from = { row, state: space.stateOf(row, delays) }
    for (const goal of reached) if (goal.isGoal(from.state)) goal.times += 1
    if (settled(world, from.state)) ended.push(index)
    if (served(world, from.state)) serving.push(index)
    space.visit(index)
    for (const step of everyStep(world, from.state)) {
      steps += 1
      if (step.broken !== undefined) {
        return result({
          broken: step.broken,
          trace: [...trace(space, world, delays, index), step.name],
        })
      }
      if (step.reached) happened[step.reached]! += 1
      space.link(space.add(step.state, index, from), step.kind === 'return')
    }
  }
  const stuck = space.leadingTo(ended, true).indexOf(0)
  if (stuck >= 0) {
    return result({ broken: 'the run can never end', trace: trace(space, world, delays, stuck) })
  }
  const waiting = space.leadingTo(serving, false).indexOf(0)
  if (waiting >= 0) {
    return result({
      broken: 'clients wait for a dead database to return',
      trace: trace(space, world, delays, waiting),
    })
  }
  return result()
}

/** What happened on a shortest way to a state: the steps' names are not kept, but found again. */
function trace(space: Space, world: World, delays: boolean, index: number): string[] {
  const path = space.path(index)
  return path.slice(1).map((target, at) => {
    const row = space.row(path[at]!)
    const from = { row, state: space.stateOf(row, delays) }
    for (const step of everyStep(world, from.state)) {
      if (space.add(step.state, -1, from) === target) return step.name
    }
    throw new Error('a path without a step')
  })
}
