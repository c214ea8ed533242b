import type { Contender, Round } from '../contender.ts'
import { debeziumSource, sourceTopic, withSchemas } from '../debezium-source.ts'
import { measurePipeline } from '../measure.ts'
import { fillRate, startBenchStack } from '../stack.ts'
import { untilSeen } from '../until.ts'

/** Debezium from end to end: its source, and its sink for databases. */
export const jdbcSink: Contender = {
  name: 'jdbc-sink',
  async run(round) {
    await using opened = new AsyncDisposableStack()
    const stack = await startBenchStack(round, opened, ['debezium-postgres', 'debezium-jdbc'])
    return await measurePipeline(round, async () => {
      await stack.register(
        'source',
        debeziumSource(round, { 'snapshot.mode': 'initial', ...withSchemas }),
      )
      await stack.register('sink', sink(round))
      await untilSeen(round.target, 'count(*)', round.count)
      return {
        pids: () => stack.pids(),
        async captureRate(write) {
          await stack.pause('sink')
          await stack.pause('source')
          const before = await stack.messages(sourceTopic)
          await write()
          await stack.resume('source')
          const rate = await fillRate(stack, sourceTopic, before + round.count)
          await stack.resume('sink')
          return rate
        },
      }
    })
  },
}

function sink({ servers, target }: Round): Record<string, string> {
  const { host, username, password } = new URL(servers.target.url(target.name))
  return {
    'connector.class': 'io.debezium.connector.jdbc.JdbcSinkConnector',
    // The driver sends a batch as few statements of many rows; without it, a statement a row.
    'connection.url': `jdbc:postgresql://${host}/${target.name}?reWriteBatchedInserts=true`,
    'connection.username': username,
    'connection.password': password,
    topics: sourceTopic,
    'collection.name.format': 'rows',
    // What our streams do too: a row that comes again is the same row, and a deletion deletes.
    'insert.mode': 'upsert',
    'delete.enabled': 'true',
    'primary.key.mode': 'record_key',
    'schema.evolution': 'none',
    // The default is 500. One row's changes within a batch become one: upserts of a row twice would fail.
    'batch.size': '2000',
    'use.reduction.buffer': 'true',
    'consumer.override.max.poll.records': '2000',
    'consumer.override.max.partition.fetch.bytes': '8388608',
    'consumer.override.fetch.max.wait.ms': '50',
    ...withSchemas,
  }
}
