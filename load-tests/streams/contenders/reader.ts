import { type Contender, nothing } from '../contender.ts'
import { debeziumSource, sourceTopic } from '../debezium-source.ts'
import { watchMemory } from '../memory.ts'
import { insertRows, updateRows } from '../rows.ts'
import { runProgram } from '../run-program.ts'
import { fillRate, startBenchStack } from '../stack.ts'

/** A reader of a filled topic that only parses: the limit of what Node can do with Debezium's messages. */
export const reader: Contender = {
  name: 'reader',
  async run(round) {
    const { source, count } = round
    await using opened = new AsyncDisposableStack()
    const stack = await startBenchStack(round, opened, ['debezium-postgres'])
    const memory = opened.use(watchMemory(async () => stack.pids()))
    await stack.register('source', debeziumSource(round, { 'snapshot.mode': 'no_data' }))
    await insertRows(source, 0, count)
    await fillRate(stack, sourceTopic, count)
    await updateRows(source, 1, count)
    await fillRate(stack, sourceTopic, 2 * count)
    // By now its code is compiled. It is made to wait until all rows do.
    await stack.pause('source')
    await insertRows(source, count, count)
    await stack.resume('source')
    const captured = await fillRate(stack, sourceTopic, 3 * count)
    const args = [stack.brokers, sourceTopic, String(count), String(count)]
    const { rates, memoryMb } = await runProgram<{ rates: number[]; memoryMb: number }>(
      'read',
      args,
    )
    return {
      ...nothing,
      insertRowsPerSecond: rates[0]!,
      updateRowsPerSecond: rates[1]!,
      capturedRowsPerSecond: captured,
      memoryMb: (memory.peakMb() ?? 0) + memoryMb,
    }
  },
}
