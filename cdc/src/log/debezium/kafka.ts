import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type Admin,
  type EachBatchPayload,
  Kafka as Client,
  type KafkaConfig,
  type KafkaMessage,
  logLevel,
} from 'kafkajs'
import { CdcError } from '../../errors.ts'

/** The one file that knows kafkajs. */
export interface Kafka extends AsyncDisposable {
  /** Makes a topic of one partition that keeps everything. */
  createTopic(topic: string, replicationFactor: number): Promise<void>
  deleteTopics(topics: readonly string[]): Promise<void>
  topics(prefix: string): Promise<string[]>
  /** The first offset that the topic still has and the one after its last; undefined: there is no such topic. */
  range(topic: string): Promise<{ first: bigint; end: bigint } | undefined>
  /** Reads a topic from an offset on, without remembering in Kafka how far. */
  read(topic: string, from: bigint): MessageStream
}

export type Message = Pick<KafkaMessage, 'key' | 'value' | 'headers' | 'offset'>

export interface MessageStream {
  /** The messages that have arrived, as many as there are; waits for the first. */
  next(): Promise<readonly Message[]>
  close(): Promise<void>
}

export interface KafkaOptions {
  readonly brokers: readonly string[]
  readonly ssl?: KafkaConfig['ssl']
  readonly sasl?: KafkaConfig['sasl']
  readonly clientId: string
}

const unknownTopic = 'UNKNOWN_TOPIC_OR_PARTITION'
/** So many batches wait at most before no further ones are fetched. */
const batchesAhead = 2

export function createKafka({ brokers, ssl, sasl, clientId }: KafkaOptions): Kafka {
  const client = new Client({
    clientId,
    brokers: [...brokers],
    ...(ssl && { ssl }),
    ...(sasl && { sasl }),
    connectionTimeout: 2000,
    requestTimeout: 10_000,
    // A stream starts anew by itself; what is tried again for long in here nobody sees.
    retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1000 },
    logLevel: logLevel.NOTHING,
  })
  /** One a topic: a client that once asked for a topic that is gone by now gets no answer about any other. */
  const askers = new Map<string, Promise<Admin>>()

  async function connect(): Promise<Admin> {
    const made = client.admin()
    await made.connect()
    return made
  }

  async function once<Result>(use: (admin: Admin) => Promise<Result>): Promise<Result> {
    const made = await connect()
    try {
      return await use(made)
    } finally {
      await made.disconnect()
    }
  }

  async function rangeOf(topic: string) {
    let asker = askers.get(topic)
    if (!asker) askers.set(topic, (asker = connect()))
    try {
      const [partition] = await (await asker).fetchTopicOffsets(topic)
      return { first: BigInt(partition!.low), end: BigInt(partition!.high) }
    } catch (error) {
      askers.delete(topic)
      void asker.then((made) => made.disconnect()).catch(() => {})
      if (isUnknownTopic(error)) return undefined
      throw error
    }
  }

  return {
    async createTopic(topic, replicationFactor) {
      const configEntries = [
        { name: 'cleanup.policy', value: 'delete' },
        { name: 'retention.ms', value: '-1' },
        { name: 'retention.bytes', value: '-1' },
      ]
      const topics = [{ topic, numPartitions: 1, replicationFactor, configEntries }]
      await once((made) => made.createTopics({ topics, waitForLeaders: false }))
      // It is told of before it can be read.
      for (let attempt = 0; attempt < 100; attempt++) {
        if (await rangeOf(topic).catch(() => undefined)) return
        await delay(100)
      }
      throw new CdcError('CONNECTION_LOST', `Kafka has not made its topic ${topic} after 10 s.`)
    },

    async deleteTopics(topics) {
      if (topics.length === 0) return
      await once((made) => made.deleteTopics({ topics: [...topics] })).catch((error: unknown) => {
        if (!isUnknownTopic(error)) throw error
      })
    },

    topics: async (prefix) =>
      (await once((made) => made.listTopics())).filter((topic) => topic.startsWith(prefix)),

    range: rangeOf,

    read: (topic, from) => read(client, topic, from),

    async [Symbol.asyncDispose]() {
      const ended = [...askers.values()].map(async (asker) => (await asker).disconnect())
      await Promise.allSettled(ended)
    },
  }
}

function read(client: Client, topic: string, from: bigint): MessageStream {
  // A group of its own: a reader that was cut off keeps nobody waiting, and offsets are the target's affair.
  const consumer = client.consumer({
    groupId: `${topic}.${randomUUID()}`,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: 50,
    minBytes: 1,
    maxBytesPerPartition: 4_000_000,
    sessionTimeout: 30_000,
    heartbeatInterval: 3000,
    retry: {
      retries: 3,
      initialRetryTime: 100,
      maxRetryTime: 1000,
      restartOnFailure: async () => false,
    },
  })
  const waiting: (readonly Message[])[] = []
  let failure: Error | undefined
  let arrived = Promise.withResolvers<void>()
  let taken = Promise.withResolvers<void>()
  let next = from

  const fail = (error: Error) => {
    failure ??= new CdcError(
      'CONNECTION_LOST',
      `Kafka's topic ${topic} cannot be read: ${error.message}`,
      { topic },
      { cause: error },
    )
    arrived.resolve()
    taken.resolve()
  }
  consumer.on('consumer.crash', ({ payload }) => fail(payload.error))

  async function eachBatch({ batch, heartbeat }: EachBatchPayload): Promise<void> {
    const messages = batch.messages.filter(({ offset }) => BigInt(offset) >= next)
    const last = messages.at(-1)
    if (!last) return
    next = BigInt(last.offset) + 1n
    waiting.push(messages)
    arrived.resolve()
    const alive = setInterval(() => void heartbeat().catch(() => {}), 2000)
    while (waiting.length >= batchesAhead && !failure) {
      taken = Promise.withResolvers<void>()
      await taken.promise
    }
    clearInterval(alive)
  }

  const running = (async () => {
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({ autoCommit: false, partitionsConsumedConcurrently: 1, eachBatch })
    consumer.seek({ topic, partition: 0, offset: String(from) })
  })()
  running.catch(fail)

  return {
    async next() {
      while (waiting.length === 0) {
        if (failure) throw failure
        arrived = Promise.withResolvers<void>()
        await arrived.promise
      }
      const messages = waiting.splice(0).flat()
      taken.resolve()
      return messages
    },
    async close() {
      fail(new Error('it was closed'))
      await running.catch(() => {})
      await consumer.disconnect().catch(() => {})
    },
  }
}

function isUnknownTopic(error: unknown): boolean {
  const { type, message, cause } = error as { type?: string; message?: string; cause?: unknown }
  return (
    type === unknownTopic ||
    (message ?? '').includes('does not host this topic-partition') ||
    (cause instanceof Error && isUnknownTopic(cause))
  )
}
