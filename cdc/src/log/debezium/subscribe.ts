import type { EachBatchPayload } from 'kafkajs'
import { type KafkaOptions, createClient } from './client.ts'
import type { Message } from './kafka.ts'

export interface Subscription {
  readonly topic: string
  readonly group: string
  /** The next offset of each partition, as far as they are known. */
  readonly from: ReadonlyMap<number, bigint>
  /** Resolves when a message need not be seen again. */
  take(message: Message, partition: number): Promise<void>
}

/**
 * Reads a topic as one of a group, until the signal says that it is enough. Offsets are committed for what was
 * taken, and only then.
 *
 * @throws what ended it: Kafka is gone, or `take` rejected.
 */
export async function subscribe(
  options: KafkaOptions,
  { topic, group, from, take }: Subscription,
  signal: AbortSignal,
): Promise<void> {
  const consumer = createClient(options).consumer({
    groupId: group,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: 50,
    minBytes: 1,
    // Of a process that was killed the group waits so long before others get its partitions.
    sessionTimeout: 10_000,
    heartbeatInterval: 3000,
    retry: {
      retries: 3,
      initialRetryTime: 100,
      maxRetryTime: 1000,
      restartOnFailure: async () => false,
    },
  })
  const ended = Promise.withResolvers<void>()
  ended.promise.catch(() => {}) // Waited for below.
  const stop = () => ended.resolve()
  consumer.on('consumer.crash', ({ payload }) => ended.reject(payload.error))
  signal.addEventListener('abort', stop)

  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat, resolveOffset, isRunning, isStale } = payload
    const alive = setInterval(() => void heartbeat().catch(() => {}), 2000)
    try {
      for (const message of batch.messages) {
        if (!isRunning() || isStale() || signal.aborted) return
        await take(message, batch.partition)
        resolveOffset(message.offset)
      }
    } catch (error) {
      if (!signal.aborted) ended.reject(error)
    } finally {
      clearInterval(alive)
    }
  }

  try {
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch,
    })
    // Where the consumer's database has come is what counts, not what Kafka remembers of it.
    for (const [partition, offset] of from) {
      consumer.seek({ topic, partition, offset: String(offset) })
    }
    if (!signal.aborted) await ended.promise
  } finally {
    signal.removeEventListener('abort', stop)
    await consumer.disconnect().catch(() => {})
  }
}
