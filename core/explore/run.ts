import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Bounds } from './model/state.ts'
import type { Mutant } from './mutants.ts'
import type { Explored } from './search.ts'
import type { Job } from './worker.ts'

const none = { attempts: 1, faults: 0, writes: 0, strays: 0, proxies: 0, delays: false } as const

/** Small worlds, in which every mutant is caught. Each is about something else. */
export const smallWorlds: Readonly<Record<string, Bounds>> = {
  'a fault at every point': { ...none, faults: 1, writes: 1 },
  'a proxy, delays': { ...none, proxies: 1, delays: true },
  'a proxy, a fault': { ...none, proxies: 1, faults: 1 },
  'two proxies': { ...none, proxies: 2 },
  'a proxy, there and back': { ...none, attempts: 2, proxies: 1, delays: true },
  'there and back, a fault, a stray': { ...none, attempts: 2, faults: 1, writes: 1, strays: 1 },
}

/** The worlds that take minutes. */
export const largeWorlds: Readonly<Record<string, Bounds>> = {
  'two proxies, a fault': { ...none, proxies: 2, faults: 1 },
  'there and back, two faults': { ...none, attempts: 2, faults: 2, writes: 1 },
  'a proxy, delays, a fault': { ...none, proxies: 1, faults: 1, delays: true },
}

/** Explores in a thread of its own. */
export function exploreInThread(job: Job): Promise<Explored> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('worker.ts', import.meta.url), {
      workerData: job,
      resourceLimits: { maxOldGenerationSizeMb: 8192 },
    })
    thread.once('message', resolve).once('error', reject)
  })
}

/** Why the mutant is no better than what is shipped, or undefined if no world tells them apart. */
export async function catchMutant(
  mutant: Mutant,
  shipped: ReadonlyMap<string, Explored>,
): Promise<string | undefined> {
  for (const [name, bounds] of Object.entries(smallWorlds)) {
    const { finding, goals } = await exploreInThread({ bounds, mutant })
    if (finding) return finding.broken
    const missed = Object.entries(shipped.get(name)!.goals).find(
      ([goal, n]) => n > 0 && !goals[goal],
    )
    if (missed) return `never reached: ${missed[0]}`
  }
  return undefined
}

/** Runs the work for every item, as many at once as there are processors; results in their order. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const queue = items.entries()
  const lane = async () => {
    for (const [index, item] of queue) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, lane))
  return results
}
