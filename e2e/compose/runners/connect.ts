import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { javaProgram, type Part, program, writeProperties } from '@strangler/local'
import { isStarted, type Placed, type Runner } from '../placed.ts'
import { javaArguments, kafkaJars, pieceFiles } from './java.ts'

/** Debezium's image: where it looks for plugins, and where its own connector lies. */
const plugins = '/kafka/connect'
const connector = `${plugins}/debezium-connector-postgres`

export const connectRunner: Runner = { part }

/** Kafka Connect, with the plugins of the image that the Dockerfile builds and the connector that its base has. */
async function part(placed: Placed): Promise<Part> {
  const { name, logFile, environment, folder, image } = placed
  const jars = await kafkaJars()
  const properties = join(folder, 'connect-distributed.properties')
  const connectorFolder = join(image!.root, connector)
  mkdirSync(connectorFolder, { recursive: true })
  const debezium = await pieceFiles('debezium-postgres')
  for (const file of readdirSync(debezium)) {
    if (file.startsWith('exact-text')) continue // The base has it not: the Dockerfile has to bring it.
    symlinkSync(join(debezium, file), join(connectorFolder, file))
  }
  const settings = settingsOf(environment)
  writeProperties(properties, { ...settings, 'plugin.path': join(image!.root, plugins) })
  return program({
    name,
    executable: javaProgram(),
    command: [
      ...javaArguments(jars, environment['HEAP_OPTS']),
      'org.apache.kafka.connect.cli.ConnectDistributed',
      properties,
    ],
    env: {},
    logFile,
    isReady: isStarted,
  })
}

const json = 'org.apache.kafka.connect.json.JsonConverter'

/** What the image's start script takes without the prefix, and what it takes when nothing is said. */
const named: Readonly<Record<string, readonly [property: string, otherwise?: string]>> = {
  BOOTSTRAP_SERVERS: ['bootstrap.servers'],
  GROUP_ID: ['group.id', '1'],
  CONFIG_STORAGE_TOPIC: ['config.storage.topic'],
  OFFSET_STORAGE_TOPIC: ['offset.storage.topic'],
  STATUS_STORAGE_TOPIC: ['status.storage.topic'],
  KEY_CONVERTER: ['key.converter', json],
  VALUE_CONVERTER: ['value.converter', json],
  OFFSET_FLUSH_INTERVAL_MS: ['offset.flush.interval.ms', '60000'],
  OFFSET_FLUSH_TIMEOUT_MS: ['offset.flush.timeout.ms', '5000'],
  SHUTDOWN_TIMEOUT: ['task.shutdown.graceful.timeout.ms', '10000'],
  ADVERTISED_HOST_NAME: ['rest.advertised.host.name'],
}

function settingsOf(environment: Readonly<Record<string, string>>): Record<string, string> {
  const settings: Record<string, string> = {}
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith('CONNECT_')) continue
    settings[variable.slice('CONNECT_'.length).toLowerCase().replaceAll('_', '.')] = value
  }
  for (const [variable, [property, otherwise]] of Object.entries(named)) {
    const value = environment[variable] ?? otherwise
    if (value !== undefined) settings[property] = value
  }
  return settings
}
