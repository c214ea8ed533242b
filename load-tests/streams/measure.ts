import type { Measures, Pipeline, Round } from './contender.ts'
import { cpuOf, postmasterOf, serverCpu } from './cpu.ts'
import { measureLag } from './lag.ts'
import { watchMemory } from './memory.ts'
import { digest, insertRows, seed, updateRows } from './rows.ts'
import { untilSeen } from './until.ts'

/**
 * What every contender that brings rows into a target is measured at: a first copy of `count` rows, then
 * `count` rows inserted and `count` updated as fast as the source takes them, then a steady trickle.
 *
 * @param start resolves when the first copy is in the target and what is written now follows.
 */
export async function measurePipeline(
  round: Round,
  start: () => Promise<Pipeline>,
): Promise<Measures> {
  const { source, target, count, say } = round
  await seed(source, count)
  let pipeline: Pipeline | undefined
  await using memory = watchMemory(async () => (await pipeline?.pids()) ?? [])

  const snapshotSeconds = await timed(async () => {
    pipeline = await start()
  })
  await pipeline!.settled?.()
  let last = count
  const insert = async (rows: number) => {
    await insertRows(source, last, rows)
    last += rows
    await untilSeen(target, 'max(id)', last)
  }
  await insert(count) // What runs for the first time is compiled, cached and connected.
  const spent = await watchCpu(round, pipeline!)
  const insertSeconds = await timed(() => insert(count))
  const cpu = await spent()
  const update = async (n: number) => {
    await updateRows(source, n, count)
    await untilSeen(target, 'max(n)', n, `where id = ${count}`)
  }
  const updateSeconds = await timed(() => update(1))

  const lag: number[][] = []
  for (const rowsPerSecond of [1000, 5000]) {
    lag.push(await measureLag({ ...round, rowsPerSecond, last }))
    last += rowsPerSecond * round.lagSeconds
  }
  const captured = await pipeline!.captureRate?.(async () => {
    await insertRows(source, last, count)
    last += count
  })
  await untilSeen(target, 'max(id)', last)
  const [expected, found] = [await digest(source), await digest(target)]
  if (expected !== found) throw new Error(`the target holds ${found}, the source ${expected}`)
  say(`  ${expected} on both sides`)
  const [slow, fast] = lag
  return {
    snapshotRowsPerSecond: count / snapshotSeconds,
    insertRowsPerSecond: count / insertSeconds,
    updateRowsPerSecond: count / updateSeconds,
    capturedRowsPerSecond: captured ?? null,
    lagP50Ms: percentile(slow!, 0.5),
    lagP99Ms: percentile(slow!, 0.99),
    lagP50MsAt5000: percentile(fast!, 0.5),
    lagP99MsAt5000: percentile(fast!, 0.99),
    memoryMb: memory.peakMb(),
    ...cpu,
  }
}

/** @returns what was spent since then, for each of the round's rows. */
async function watchCpu({ servers, count }: Round, pipeline: Pipeline) {
  const [source, target] = [await postmasterOf(servers.source), await postmasterOf(servers.target)]
  const now = async () => [cpuOf(await pipeline.pids()), serverCpu(source), serverCpu(target)]
  const before = await now()
  return async () => {
    const after = await now()
    const [own, atSource, atTarget] = after.map((micros, at) => (micros - before[at]!) / count)
    return {
      cpuMicrosPerInsert: own!,
      cpuMicrosPerInsertAtSource: atSource!,
      cpuMicrosPerInsertAtTarget: atTarget!,
    }
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}
