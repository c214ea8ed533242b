import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Kafka, logLevel } from 'kafkajs'
import type { Part } from '../system/part.ts'
import { program } from '../system/program.ts'
import { logFile } from '../system/toolkit.ts'
import { javaProgram } from './java.ts'
import { type Properties, writeProperties } from './properties.ts'

export interface KafkaOptions {
  /** The folder with Kafka's jars. */
  readonly jars: string
  readonly dataDir: string
  readonly port: number
  /** KRaft's own; nobody else connects to it. */
  readonly controllerPort: number
  /** Over the usual ones. */
  readonly settings?: Properties
  /** More for Kafka's tool that makes the folder, such as its first users. */
  readonly format?: readonly string[]
}

/** The same for all: what keeps two clusters apart is where they listen. */
const clusterId = 'c3RyYW5nbGVyLXN0YWNrMQ'

const logging = [
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
]

/** How Java is told to run one of the programs of a folder of jars. */
export function javaArguments(jars: string, megabytes: number): string[] {
  return [`-Xmx${megabytes}m`, ...logging, '-cp', join(jars, '*')]
}

/** One broker that is its own controller, on loopback. */
export function kafkaPart(options: KafkaOptions): Part {
  const { jars, dataDir, port, controllerPort } = options
  const dir = join(dataDir, 'kafka')
  const properties = join(dataDir, 'kafka.properties')
  const broker = program({
    name: 'kafka',
    executable: javaProgram(),
    command: [...javaArguments(jars, 512), 'kafka.Kafka', properties],
    env: {},
    logFile: logFile(dataDir, 'kafka'),
    isReady: () => answers(port),
  })
  return {
    name: 'kafka',
    async start(onProcess) {
      mkdirSync(dir, { recursive: true })
      writeProperties(properties, {
        ...settings(dir, port, controllerPort),
        ...options.settings,
      })
      await format(jars, dir, properties, options.format)
      return broker.start(onProcess)
    },
  }
}

function settings(dir: string, port: number, controllerPort: number) {
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'log.dirs': dir,
    // A topic that nobody made is a mistake to be seen.
    'auto.create.topics.enable': false,
    // A group starts when its first member comes.
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
  }
}

/** Makes the folder Kafka's, once. Kafka's tool does not say whether it came to its end, so a file does. */
async function format(
  jars: string,
  dir: string,
  properties: string,
  more: readonly string[] = [],
): Promise<void> {
  const done = join(dir, '..', 'kafka.formatted')
  if (existsSync(done)) return
  await promisify(execFile)(javaProgram(), [
    ...javaArguments(jars, 128),
    'kafka.tools.StorageTool',
    'format',
    '--ignore-formatted',
    `--cluster-id=${clusterId}`,
    `--config=${properties}`,
    ...more,
  ])
  writeFileSync(done, '')
}

/** Whether the broker knows itself: a port that is open is not enough to make topics. */
async function answers(port: number): Promise<boolean> {
  const admin = new Kafka({
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  }).admin()
  try {
    await admin.connect()
    return (await admin.describeCluster()).brokers.length === 1
  } finally {
    await admin.disconnect()
  }
}
