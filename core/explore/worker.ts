import { parentPort, workerData } from 'node:worker_threads'
import type { Bounds } from './model/state.ts'
import { load, type Mutant } from './mutants.ts'
import { explore, type Explored } from './search.ts'

export interface Job {
  readonly bounds: Bounds
  readonly mutant?: Mutant
}

const { bounds, mutant } = workerData as Job

async function run(): Promise<Explored> {
  const machine = await load(mutant ?? { name: 'as shipped' })
  try {
    return explore({ machine, misreading: mutant?.misreading ?? {} }, bounds)
  } catch (error) {
    if (!mutant) throw error
    const broken = `it fails: ${String(error)}`
    return { states: 0, steps: 0, goals: {}, finding: { broken, trace: [] } }
  }
}

parentPort!.postMessage(await run())
