import type { TestDatabase } from '@strangler/local/testing'
import type { Contender, Round } from '../contender.ts'
import { watchMemory } from '../memory.ts'
import { digest, insertRows, perTransaction, seed, updateRows } from '../rows.ts'
import { type BenchStack, fillRate, startBenchStack } from '../stack.ts'
import { until, untilSeen } from '../until.ts'
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
    await worker.sync()
    const inserts = await drain(round, stack, worker, {
      write: () => insertRows(source, perTransaction, count),
      began: () => untilSeen(target, 'max(id)', perTransaction + 1),
      ended: () => untilSeen(target, 'max(id)', perTransaction + count),
    })
    const updates = await drain(round, stack, worker, {
      write: () => updateRows(source, 1, count),
      began: () => untilSeen(target, 'max(n)', 1, `where id = ${perTransaction}`),
      ended: () => untilSeen(target, 'max(n)', 1, `where id = ${count}`),
    })
    const [expected, found] = [await digest(source), await digest(target)]
    if (expected !== found) throw new Error(`the target holds ${found}, the source ${expected}`)
    say(`  ${expected} on both sides`)
    return {
      snapshotRowsPerSecond: null,
      insertRowsPerSecond: inserts.applied,
      updateRowsPerSecond: updates.applied,
      capturedRowsPerSecond: inserts.captured,
      lagP50Ms: null,
      lagP99Ms: null,
      lagP50MsAt5000: null,
      lagP99MsAt5000: null,
      memoryMb: memory.peakMb(),
    }
  },
}

interface Writing {
  write(): Promise<void>
  began(): Promise<void>
  ended(): Promise<void>
}

/** Fills the topic while the worker is away, and then looks how fast it applies what waits. */
async function drain(
  { source, count }: Round,
  stack: BenchStack,
  worker: RunningWorker,
  { write, began, ended }: Writing,
): Promise<{ captured: number; applied: number }> {
  const [topic] = await stack.topics('strangler.bench.forward.')
  await worker.kill()
  const before = await stack.messages(topic!)
  const filling = fillRate(stack, topic!, before + count)
  await write()
  const captured = await filling
  await untilCaptured(source)
  const watching = began().then(() => performance.now())
  await worker.startAgain()
  const from = await watching
  await ended()
  // What the first transaction brought came before the clock ran.
  return { captured, applied: (count - perTransaction) / ((performance.now() - from) / 1000) }
}

/** The connector lets go of the log up to where it has it in Kafka. */
async function untilCaptured({ superuser }: TestDatabase): Promise<void> {
  const { rows } = await superuser.query<{ end: string }>('select pg_current_wal_lsn() as end')
  await until('the connector has captured all', async () => {
    const slot = await superuser.query<{ is: boolean }>(
      `select confirmed_flush_lsn >= $1 as is from pg_replication_slots where slot_name = 'strangler_bench_forward'`,
      [rows[0]!.end],
    )
    return slot.rows[0]!.is
  })
}
