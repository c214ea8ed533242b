import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Admin, EachBatchPayload, Kafka as Client, KafkaMessage } from 'kafkajs'
import { CdcError } from '../../errors.ts'
import { createClient, type KafkaOptions } from './client.ts'

/** Kafka, as the toolkit needs it: this file and its neighbours `client.ts` and `subscribe.ts` alone know kafkajs. */
export interface Kafka extends AsyncDisposable {
  /** Makes a topic, by default of one partition that keeps everything; leaves one alone that is there. */
  createTopic(
    topic: string,
    replicationFactor: number,
    more?: { readonly partitions?: number; readonly keepMs?: number },
  ): Promise<void>
  deleteTopics(topics: readonly string[]): Promise<void>
  topics(prefix: string): Promise<string[]>
  /** The first offset that the topic still has and the one after its last; undefined: there is no such topic. */
  range(topic: string): Promise<Range | undefined>
  /** The same of every partition. */
  ranges(topic: string): Promise<ReadonlyMap<number, Range> | undefined>
  /** Reads a topic from an offset on, without remembering in Kafka how far. */
  read(topic: string, from: bigint): MessageStream
}

export interface Range {
  readonly first: bigint
  readonly end: bigint
}

export type Message = Pick<KafkaMessage, 'key' | 'value' | 'headers' | 'offset'>

export interface MessageStream {
  /** The messages that have arrived, as many as there are; waits for the first. */
  next(): Promise<readonly Message[]>
  close(): Promise<void>
}

const unknownTopic = 'UNKNOWN_TOPIC_OR_PARTITION'
/** So many batches wait at most before no further ones are fetched. */
const batchesAhead = 2

export function createKafka(options: KafkaOptions): Kafka {
  const client = createClient(options)
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

  async function rangesOf(topic: string): Promise<ReadonlyMap<number, Range> | undefined> {
    let asker = askers.get(topic)
    if (!asker) askers.set(topic, (asker = connect()))
    try {
      const partitions = await (await asker).fetchTopicOffsets(topic)
      return new Map(
        partitions.map(({ partition, low, high }) => [
          partition,
          { first: BigInt(low), end: BigInt(high) },
        ]),
      )
    } catch (error) {
      askers.delete(topic)
      void asker.then((made) => made.disconnect()).catch(() => {})
      if (isUnknownTopic(error)) return undefined
      throw error
    }
  }

  const rangeOf = async (topic: string) => (await rangesOf(topic))?.get(0)

  return {
    async createTopic(topic, replicationFactor, { partitions = 1, keepMs = -1 } = {}) {
      const configEntries = [
        { name: 'cleanup.policy', value: 'delete' },
        { name: 'retention.ms', value: String(keepMs) },
        { name: 'retention.bytes', value: '-1' },
      ]
      const topics = [{ topic, numPartitions: partitions, replicationFactor, configEntries }]
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

    ranges: rangesOf,

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
