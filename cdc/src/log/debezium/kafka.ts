import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Admin, EachBatchPayload, Kafka as Client, KafkaMessage } from 'kafkajs'
import { CdcError } from '../../errors.ts'
import { createClient, type KafkaOptions } from './client.ts'
import { type Asker, askerOf, explainKafka } from './refusals.ts'

/**
 * Kafka, as the toolkit needs it: this file and its neighbours `client.ts`, `subscribe.ts` and `refusals.ts` alone know
 * kafkajs. Whatever fails here is a CdcError, KAFKA_REFUSED or CONNECTION_LOST.
 */
export interface Kafka extends AsyncDisposable {
  /** Why it cannot be used for topics and groups that begin so, as far as is known without making any. */
  reasonsAgainst(prefix: string): Promise<string[]>
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

/**
 * In bytes. A row is one message, and its large values are longer as text; usually Kafka takes no more than a megabyte.
 * A broker takes no request above 100 MiB (`socket.request.max.bytes`).
 */
export const largestMessage = 100_000_000

const unknownTopic = 'UNKNOWN_TOPIC_OR_PARTITION'
/** So many batches wait at most before no further ones are fetched. */
const batchesAhead = 2
/**
 * After so many messages at once more are on their way. A rest brings them in one fetch, and so in one transaction of
 * the target's; without it each fetch brings the few that came since the one before, which costs both sides more.
 */
const burst = { messages: 100, restMs: 5 }

export function createKafka(options: KafkaOptions): Kafka {
  const client = createClient(options)
  const asker = askerOf(options)
  /** One a topic: a client that once asked for a topic that is gone by now gets no answer about any other. */
  const admins = new Map<string, Promise<Admin>>()

  async function connect(): Promise<Admin> {
    const made = client.admin()
    await made.connect()
    return made
  }

  /** @param may what is to be done, as in "may not ...". */
  async function once<Result>(may: string, use: (admin: Admin) => Promise<Result>) {
    const made = client.admin()
    try {
      await made.connect()
      return await use(made)
    } catch (error) {
      throw explainKafka(error, may, asker)
    } finally {
      await made.disconnect()
    }
  }

  async function rangesOf(topic: string): Promise<ReadonlyMap<number, Range> | undefined> {
    let admin = admins.get(topic)
    if (!admin) admins.set(topic, (admin = connect()))
    try {
      const partitions = await (await admin).fetchTopicOffsets(topic)
      return new Map(
        partitions.map(({ partition, low, high }) => [
          partition,
          { first: BigInt(low), end: BigInt(high) },
        ]),
      )
    } catch (error) {
      admins.delete(topic)
      void admin.then((made) => made.disconnect()).catch(() => {})
      if (isUnknownTopic(error)) return undefined
      throw explainKafka(error, `describe the topic ${topic}`, asker)
    }
  }

  const rangeOf = async (topic: string) => (await rangesOf(topic))?.get(0)

  return {
    reasonsAgainst: (prefix) =>
      once('come in', (admin) => refusals(admin, prefix, asker)).catch((error: CdcError) => [
        error.message,
      ]),

    async createTopic(topic, replicationFactor, { partitions = 1, keepMs = -1 } = {}) {
      const configEntries = [
        { name: 'cleanup.policy', value: 'delete' },
        { name: 'retention.ms', value: String(keepMs) },
        { name: 'retention.bytes', value: '-1' },
        { name: 'max.message.bytes', value: String(largestMessage) },
      ]
      const topics = [{ topic, numPartitions: partitions, replicationFactor, configEntries }]
      await once(`create the topic ${topic}`, (made) =>
        made.createTopics({ topics, waitForLeaders: false }),
      )
      // It is told of before it can be read.
      for (let attempt = 0; attempt < 100; attempt++) {
        if (await rangeOf(topic).catch(unlessRefused)) return
        await delay(100)
      }
      throw new CdcError('CONNECTION_LOST', `Kafka has not made its topic ${topic} after 10 s.`)
    },

    async deleteTopics(topics) {
      if (topics.length === 0) return
      await once(`delete the topics ${topics.join(', ')}`, (made) =>
        made.deleteTopics({ topics: [...topics] }),
      ).catch((error: unknown) => {
        if (!isUnknownTopic(error)) throw error
      })
    },

    topics: async (prefix) =>
      (await once('list topics', (made) => made.listTopics())).filter((topic) =>
        topic.startsWith(prefix),
      ),

    range: rangeOf,

    ranges: rangesOf,

    read: (topic, from) =>
      read(client, topic, from, (error) =>
        explainKafka(error, `read the topic ${topic}, or use consumer groups that begin so`, asker),
      ),

    async [Symbol.asyncDispose]() {
      const ended = [...admins.values()].map(async (admin) => (await admin).disconnect())
      await Promise.allSettled(ended)
    },
  }
}

function read(
  client: Client,
  topic: string,
  from: bigint,
  explain: (error: Error) => CdcError,
): MessageStream {
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
    failure ??= explain(error)
    arrived.resolve()
    taken.resolve()
  }
  consumer.on('consumer.crash', ({ payload }) => fail(payload.error))

  async function eachBatch({ batch, heartbeat }: EachBatchPayload): Promise<void> {
    const { messages: all } = batch
    const isRepeated = BigInt(all[0]?.offset ?? next) < next
    const messages = isRepeated ? all.filter(({ offset }) => BigInt(offset) >= next) : all
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
    if (messages.length >= burst.messages) await delay(burst.restMs)
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

/** Asks for what is not there: whether one may is looked at first. */
async function refusals(admin: Admin, prefix: string, asker: Asker): Promise<string[]> {
  const name = `${prefix}${randomUUID()}`
  const topics = [{ topic: name, numPartitions: 1, replicationFactor: -1 }]
  const begins = `that begin with "${prefix}"`
  const asked: readonly (readonly [may: string, ask: () => Promise<unknown>])[] = [
    [`create topics ${begins}`, () => admin.createTopics({ topics, validateOnly: true })],
    [`describe and delete topics ${begins}`, () => admin.deleteTopics({ topics: [name] })],
    [`read as consumer groups ${begins}`, () => admin.describeGroups([name])],
  ]
  const found: string[] = []
  for (const [may, ask] of asked) {
    try {
      await ask()
    } catch (error) {
      if (!isUnknownTopic(error)) found.push(explainKafka(error, may, asker).message)
    }
  }
  return found
}

function unlessRefused(error: CdcError): undefined {
  if (!error.retriable) throw error
}

function isUnknownTopic(error: unknown): boolean {
  const { type, message, cause } = error as { type?: string; message?: string; cause?: unknown }
  return (
    type === unknownTopic ||
    (message ?? '').includes('does not host this topic-partition') ||
    (cause instanceof Error && isUnknownTopic(cause))
  )
}
