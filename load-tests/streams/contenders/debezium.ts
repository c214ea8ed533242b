import type { Contender } from '../contender.ts'
import { measurePipeline } from '../measure.ts'
import { startBenchStack } from '../stack.ts'
import { startWorker } from '../worker.ts'

/** Our worker from end to end with Debezium's log in Kafka. */
export const debezium: Contender = {
  name: 'debezium',
  async run(round) {
    await using opened = new AsyncDisposableStack()
    const stack = await startBenchStack(round, opened, ['debezium-postgres'])
    const worker = await startWorker(round, opened, stack)
    return await measurePipeline(round, async () => {
      const settled = await worker.sync()
      return { settled, pids: () => [...stack.pids(), worker.pid() ?? 0] }
    })
  },
}
