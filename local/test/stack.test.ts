import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Kafka, logLevel } from 'kafkajs'
import { expect, test, vi } from 'vitest'
import { missingForStack } from '../src/stack/java.ts'
import { startOwnStack } from '../src/testing/own-stack.ts'
import { useRedis, useStack } from '../src/testing/stack.ts'

const patience = { timeout: 90_000, interval: 100 }

const client = (brokers: string) => new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING })

async function makeTopic(brokers: string): Promise<string> {
  const topic = `test-${randomUUID()}`
  const admin = client(brokers).admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor: 1 }] })
  await admin.disconnect()
  return topic
}

async function produce(brokers: string, topic: string, value: string): Promise<void> {
  const producer = client(brokers).producer({ retry: { retries: 1 } })
  await producer.connect()
  try {
    await producer.send({ topic, messages: [{ value }] })
  } finally {
    await producer.disconnect()
  }
}

/** What a topic holds from its beginning, as soon as it is `count` messages. */
async function consume(brokers: string, topic: string, count: number): Promise<string[]> {
  const consumer = client(brokers).consumer({ groupId: `test-${randomUUID()}` })
  const seen: string[] = []
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({ eachMessage: async ({ message }) => void seen.push(String(message.value)) })
  await vi.waitFor(() => expect(seen).toHaveLength(count), patience)
  await consumer.disconnect()
  return seen
}

async function ping(url: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname, () => socket.write('PING\r\n'))
  socket.once('data', (data) => resolve(data.toString())).once('error', reject)
  return promise.finally(() => socket.destroy())
}

const isAlive = (url: string) =>
  ping(url).then(
    () => true,
    () => false,
  )

const stack = useStack()
const redis = useRedis()

test('what is written to a topic is read from it', async () => {
  const topic = await makeTopic(stack.brokers)
  await produce(stack.brokers, topic, 'hello')
  expect(await consume(stack.brokers, topic, 1)).toEqual(['hello'])
})

test('a topic that nobody made is refused', async () => {
  await expect(produce(stack.brokers, `test-${randomUUID()}`, 'lost')).rejects.toThrow(
    /does not host this topic-partition/,
  )
})

test('Connect can run Debezium for Postgres', async () => {
  const plugins = (await (await fetch(`${stack.connectUrl}/connector-plugins`)).json()) as {
    class: string
  }[]
  const postgres = 'io.debezium.connector.postgresql.PostgresConnector'
  expect(plugins.map((plugin) => plugin.class)).toContain(postgres)
})

test('Redis answers, and all files of a run are given the same one', async () => {
  expect(await ping(redis.redisUrl)).toBe('+PONG\r\n')
  expect(redis.redisUrl).toBe(stack.redisUrl)
})

test('Kafka that is killed comes back with what was written, and Connect goes on', async ({
  skip,
}) => {
  const missing = missingForStack()
  if (missing !== undefined) skip(missing)
  await using own = await startOwnStack({ parts: ['kafka', 'connect'] })
  const topic = await makeTopic(own.brokers)
  await produce(own.brokers, topic, 'before')
  const before = own.pid('kafka')
  own.kill('kafka')
  await vi.waitFor(() => expect(own.said).toContain('kafka is back.'), patience)
  expect(own.pid('kafka')).not.toBe(before)
  await produce(own.brokers, topic, 'after')
  expect(await consume(own.brokers, topic, 2)).toEqual(['before', 'after'])
  await vi.waitFor(async () => {
    const { status } = await fetch(`${own.connectUrl}/connectors`)
    expect(status).toBe(200)
  }, patience)
}, 180_000)

test('npm run stack says where everything is, and leaves nothing running when it is killed', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'strangler-stack-main-'))
  const main = spawn(
    process.execPath,
    [fileURLToPath(import.meta.resolve('../src/stack/main.ts'))],
    {
      // Those that run already are used, so that only Redis starts.
      env: {
        ...process.env,
        DATA_DIR: dataDir,
        KAFKA_BROKERS: stack.brokers,
        CONNECT_URL: stack.connectUrl,
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  let printed = ''
  main.stdout.on('data', (text) => void (printed += text))
  await vi.waitFor(() => expect(printed).toContain('REDIS_URL='), patience)
  const addresses = Object.fromEntries(
    printed
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/).slice(0, 2)),
  )
  expect(addresses).toMatchObject({ KAFKA_BROKERS: stack.brokers, CONNECT_URL: stack.connectUrl })
  expect(await isAlive(addresses['REDIS_URL'])).toBe(true)
  main.kill('SIGKILL')
  await vi.waitFor(async () => expect(await isAlive(addresses['REDIS_URL'])).toBe(false), patience)
  rmSync(dataDir, { recursive: true })
})
