import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Part } from '../system/part.ts'
import { program } from '../system/program.ts'
import { logFile } from '../system/toolkit.ts'
import { javaProgram } from './java.ts'
import { javaArguments } from './kafka.ts'
import { type Properties, writeProperties } from './properties.ts'

export interface ConnectOptions {
  /** The folder with Connect's jars, which are Kafka's. */
  readonly jars: string
  /** For each plugin the folder that its folder lies in. */
  readonly plugins: readonly string[]
  readonly dataDir: string
  readonly port: number
  readonly brokers: string
  /** Over the usual ones. */
  readonly settings?: Properties
  /** What it wants to see before it answers, if its REST interface was told to. */
  readonly authorization?: string
  /** More arguments for Java. */
  readonly java?: readonly string[]
}

/** A worker of Kafka Connect, distributed so that what it was told outlives it, on loopback. */
export function connectPart(options: ConnectOptions): Part {
  const { jars, plugins, dataDir, port, brokers, authorization } = options
  const properties = join(dataDir, 'connect.properties')
  const url = `http://127.0.0.1:${port}`
  const worker = program({
    name: 'connect',
    executable: javaProgram(),
    command: [
      ...javaArguments(jars, 768),
      ...(options.java ?? []),
      'org.apache.kafka.connect.cli.ConnectDistributed',
      properties,
    ],
    env: {},
    logFile: logFile(dataDir, 'connect'),
    isReady: async () => {
      const signal = AbortSignal.timeout(5000)
      const headers = authorization === undefined ? {} : { authorization }
      return (await fetch(`${url}/connectors`, { signal, headers })).status === 200
    },
  })
  return {
    name: 'connect',
    start(onProcess) {
      mkdirSync(dataDir, { recursive: true })
      writeProperties(properties, { ...settings(url, brokers, plugins), ...options.settings })
      return worker.start(onProcess)
    },
  }
}

function settings(url: string, brokers: string, plugins: readonly string[]) {
  const json = 'org.apache.kafka.connect.json.JsonConverter'
  return {
    'bootstrap.servers': brokers,
    'group.id': 'strangler-connect',
    listeners: url,
    'rest.advertised.listener': 'http',
    'rest.advertised.host.name': '127.0.0.1',
    'plugin.path': plugins.join(','),
    // Looking through every class for plugins takes seconds; those here say what they hold.
    'plugin.discovery': 'service_load',
    'key.converter': json,
    'value.converter': json,
    // A schema in every message would be most of it.
    'key.converter.schemas.enable': false,
    'value.converter.schemas.enable': false,
    // A connector may say how its own producer and consumer wait and gather.
    'connector.client.config.override.policy': 'All',
    // What was read and not noted is read again after a crash: little of it.
    'offset.flush.interval.ms': 1000,
    // A task whose worker died starts again with the worker, not minutes later.
    'scheduled.rebalance.max.delay.ms': 0,
    // It waits until Kafka misses the one that died, which has to be asked of Kafka's smallest.
    'session.timeout.ms': 6000,
    'heartbeat.interval.ms': 2000,
    // While Kafka is away no task can end in order.
    'task.shutdown.graceful.timeout.ms': 2000,
    'config.storage.topic': 'connect-configs',
    'config.storage.replication.factor': 1,
    'offset.storage.topic': 'connect-offsets',
    'offset.storage.replication.factor': 1,
    'offset.storage.partitions': 1,
    'status.storage.topic': 'connect-status',
    'status.storage.replication.factor': 1,
    'status.storage.partitions': 1,
  }
}
