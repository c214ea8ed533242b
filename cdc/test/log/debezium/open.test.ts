import { randomUUID } from 'node:crypto'
import { useStack } from '@strangler/local/testing'
import { expect, test } from 'vitest'
import { createConnect } from '../../../src/log/debezium/connect.ts'
import { createKafka } from '../../../src/log/debezium/kafka.ts'
import { openTopic } from '../../../src/log/debezium/open.ts'
import { formatPlace } from '../../../src/log/debezium/place.ts'

const stack = useStack()

test('a log that is closed while it begins to be read does not wait for what comes', async () => {
  await using kafka = createKafka({ brokers: stack.brokers.split(','), clientId: 'test' })
  const topic = `closed-${randomUUID()}`
  await kafka.createTopic(topic, 1)
  const log = await openTopic({
    kafka,
    connect: createConnect(stack.connectUrl),
    identity: { system: '1', timeline: 1, log: topic },
    unchanged: 'unchanged',
    gone: (what) => new Error(what),
    checkSource: async () => true,
    checkEntries: async () => {},
    log: { warn() {} },
  })
  const place = formatPlace({ offset: 0n, committed: 0n })
  const reading = log.read(place, 0)[Symbol.asyncIterator]().next()
  await log.close()
  await expect(reading).rejects.toThrow(/abort/)
})
