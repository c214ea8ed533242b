import { type Bounds, initial, stepGoals, type World } from './model/state.ts'
import { goals, served, settled } from './promises.ts'
import { Space } from './space.ts'
import { after, type Change, createSteps } from './steps.ts'

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

/**
 * Visits every state that can be reached within the bounds, breadth first, so that the first breach found
 * has a shortest trace; then checks that from each of them the run can still end well.
 */
export function explore(world: World, bounds: Bounds, { remember = true } = {}): Explored {
  const { delays } = bounds
  const space = new Space()
  const everyStep = createSteps(world, bounds, space, remember)
  const stored = (index: number) => {
    const row = space.row(index)
    return { row, state: space.stateOf(row, delays) }
  }
  const reached = Object.entries(goals).map(([name, isGoal]) => ({ name, isGoal, times: 0 }))
  const happened: Record<string, number> = Object.fromEntries(stepGoals.map((goal) => [goal, 0]))
  const ended: number[] = []
  const serving: number[] = []
  let steps = 0
  /** What happened on a shortest way to a state: the steps' names are not kept, but found again. */
  const trace = (index: number) => {
    const path = space.path(index)
    return path.slice(1).map((target, at) => {
      const from = stored(path[at]!)
      const leadsThere = (step: Change) => space.add(after(from.row, step), -1) === target
      return Iterator.from(everyStep(from)).find(leadsThere)!.name
    })
  }
  const result = (finding?: Finding): Explored => ({
    states: space.size,
    steps,
    goals: { ...happened, ...Object.fromEntries(reached.map(({ name, times }) => [name, times])) },
    ...(finding && { finding }),
  })
  space.add(space.rowOf(initial(world.machine, bounds)), -1)
  for (let index = 0; index < space.size; index++) {
    const from = stored(index)
    for (const goal of reached) if (goal.isGoal(from.state)) goal.times += 1
    if (settled(world, from.state)) ended.push(index)
    if (served(world, from.state)) serving.push(index)
    space.visit(index)
    for (const step of everyStep(from)) {
      steps += 1
      if (step.broken !== undefined) {
        return result({
          broken: step.broken,
          trace: [...trace(index), step.name],
        })
      }
      if (step.reached) happened[step.reached]! += 1
      space.link(space.add(after(from.row, step), index), step.kind === 'return')
    }
  }
  const stuck = space.leadingTo(ended, true).indexOf(0)
  if (stuck >= 0) {
    return result({ broken: 'the run can never end', trace: trace(stuck) })
  }
  const waiting = space.leadingTo(serving, false).indexOf(0)
  if (waiting >= 0) {
    return result({
      broken: 'clients wait for a dead database to return',
      trace: trace(waiting),
    })
  }
  return result()
}
