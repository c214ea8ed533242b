import { type Contender, nothing, type Round } from '../contender.ts'
import { watchMemory } from '../memory.ts'
import { digest, insertRows, perTransaction, seed, updateRows } from '../rows.ts'
import { type BenchStack, fillRate, startBenchStack } from '../stack.ts'
import { untilSeen } from '../until.ts'
import { type RunningWorker, startWorker } from '../worker.ts'

/** Our worker where all of Debezium's log waits in Kafka already: what reading and applying can do alone. */
export const debeziumFilled: Contender = {
  name: 'debezium-filled',
  async run(round) {
    const { source, target, count, say } = round
    await using opened = new AsyncDisposableStack()
    const stack = await startBenchStack(round, opened, ['debezium-postgres'])
    const worker = await startWorker(round, opened, stack)
    const memory = opened.use(watchMemory(async () => [...stack.pids(), worker.pid() ?? 0]))
    await seed(source, perTransaction)
    const settled = await worker.sync()
    await settled()
    const insert = (after: number) =>
      drain(round, stack, worker, {
        write: () => insertRows(source, after, count),
        n: 0,
        first: after + 1,
      })
    await insert(perTransaction) // So that the connector's code is compiled.
    const updates = await drain(round, stack, worker, {
      write: () => updateRows(source, 1, count),
      n: 1,
      first: 1,
    })
    const inserts = await insert(perTransaction + count)
    const [expected, found] = [await digest(source), await digest(target)]
    if (expected !== found) throw new Error(`the target holds ${found}, the source ${expected}`)
    say(`  ${expected} on both sides`)
    return {
      ...nothing,
      insertRowsPerSecond: inserts.applied,
      updateRowsPerSecond: updates.applied,
      capturedRowsPerSecond: inserts.captured,
      memoryMb: memory.peakMb(),
    }
  },
}

interface Writing {
  write(): Promise<void>
  /** The keys that are written, from `first` on, have this value then. */
  readonly n: number
  readonly first: number
}

/** Fills the topic while the worker is away, and then looks how fast it applies what waits. */
async function drain(
  { target, count }: Round,
  stack: BenchStack,
  worker: RunningWorker,
  { write, n, first }: Writing,
): Promise<{ captured: number; applied: number }> {
  const [topic] = await stack.topics('strangler.bench.forward.')
  await worker.kill()
  const before = await stack.messages(topic!)
  const filling = fillRate(stack, topic!, before + count)
  await write()
  const captured = await filling
  const watching = untilSeen(target, 'max(n)', n, `where id = ${first}`).then(async () => {
    const { rows } = await target.superuser.query<{ last: number }>(
      `select max(id)::int as last from rows where n = ${n}`,
    )
    return { last: rows[0]!.last, at: performance.now() }
  })
  await worker.startAgain()
  const began = await watching
  const last = first + count - 1
  await untilSeen(target, 'max(n)', n, `where id = ${last}`)
  // What was there at the first look came before the clock ran.
  return { captured, applied: (last - began.last) / ((performance.now() - began.at) / 1000) }
}
