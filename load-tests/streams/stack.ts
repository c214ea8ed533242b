import { join } from 'node:path'
import { type Stack, startStack, type StackOptions, Supervisor } from '@strangler/local'
import { Kafka, logLevel } from 'kafkajs'
import type { Round } from './contender.ts'
import { until } from './until.ts'

export interface BenchStack extends Stack {
  pids(): number[]
  topics(prefix: string): Promise<string[]>
  /** How many messages a topic holds. */
  messages(topic: string): Promise<number>
  /** Registers a connector; resolves when it and its task run. */
  register(name: string, settings: Readonly<Record<string, string>>): Promise<void>
  pause(name: string): Promise<void>
  resume(name: string): Promise<void>
}

/** A Kafka and a Connect that nobody used before. */
export async function startBenchStack(
  { dataDir, say }: Round,
  opened: AsyncDisposableStack,
  plugins: NonNullable<StackOptions['plugins']>,
): Promise<BenchStack> {
  const supervisor = opened.use(new Supervisor({ say }))
  const parts = ['kafka', 'connect'] as const
  const stack = await startStack({
    dataDir: join(dataDir, 'stack'),
    supervisor,
    say,
    parts,
    plugins,
  })
  const admin = new Kafka({ brokers: [stack.brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  opened.defer(() => admin.disconnect())

  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${stack.connectUrl}/connectors/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`Connect answered ${response.status}: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  const untilState = async (name: string, state: string) => {
    await until(`the connector ${name} is ${state}`, async () => {
      const status = (await ask('GET', `${name}/status`).catch(() => undefined)) as
        | { connector: Part; tasks: Part[] }
        | undefined
      const all = status ? [status.connector, ...status.tasks] : []
      const failed = all.find((part) => part.state === 'FAILED')
      if (failed) throw new Error(`the connector ${name} failed: ${failed.trace}`)
      return all.length > 1 && all.every((part) => part.state === state)
    })
  }
  return {
    ...stack,
    pids: () => parts.map((part) => supervisor.running(part)?.process.pid ?? 0),
    topics: async (prefix) =>
      (await admin.listTopics()).filter((topic) => topic.startsWith(prefix)),
    async messages(topic) {
      const offsets = await admin.fetchTopicOffsets(topic).catch(() => [])
      return offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0)
    },
    async register(name, settings) {
      await ask('PUT', `${name}/config`, settings)
      await untilState(name, 'RUNNING')
    },
    async pause(name) {
      await ask('PUT', `${name}/pause`)
      await untilState(name, 'PAUSED')
    },
    async resume(name) {
      await ask('PUT', `${name}/resume`)
      await untilState(name, 'RUNNING')
    },
  }
}

interface Part {
  readonly state: string
  readonly trace?: string
}

/** Kafka shall have something else to do than to answer how far it is. */
const askEveryMs = 50

/** Rows a second that reach a topic while it is filled to `total` messages, from the first that is seen on. */
export async function fillRate(stack: BenchStack, topic: string, total: number): Promise<number> {
  const before = await stack.messages(topic)
  let [first, began] = [before, 0]
  const isFilled = async () => {
    const count = await stack.messages(topic)
    if (count > before && began === 0) [first, began] = [count, performance.now()]
    return count >= total
  }
  await until(`the topic ${topic} holds ${total} messages`, isFilled, { everyMs: askEveryMs })
  return (total - first) / ((performance.now() - began) / 1000)
}
