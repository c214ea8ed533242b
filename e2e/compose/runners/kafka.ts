import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { javaProgram, type Part, program, writeProperties } from '@strangler/local'
import { isStarted, type Placed, type Runner } from '../placed.ts'
import { javaArguments, kafkaJars } from './java.ts'

const brokerApiVersions = fileURLToPath(
  new URL('../programs/kafka-broker-api-versions.mjs', import.meta.url),
)

export const kafkaRunner: Runner = {
  part,
  programs: async (name) =>
    name === '/opt/kafka/bin/kafka-broker-api-versions.sh'
      ? ['node', brokerApiVersions]
      : undefined,
}

async function part(placed: Placed): Promise<Part> {
  const { name, logFile, environment, folder, volumes } = placed
  const properties = join(folder, 'server.properties')
  writeProperties(properties, settingsOf(environment))
  for (const volume of Object.values(volumes)) mkdirSync(volume, { recursive: true })
  const jars = await kafkaJars()
  const storageTool = [...javaArguments(jars, '-Xmx128m'), 'kafka.tools.StorageTool', 'format']
  const options = [`--cluster-id=${environment['CLUSTER_ID']}`, `--config=${properties}`]
  await promisify(execFile)(javaProgram(), [...storageTool, '--ignore-formatted', ...options])
  return program({
    name,
    executable: javaProgram(),
    command: [...javaArguments(jars, environment['KAFKA_HEAP_OPTS']), 'kafka.Kafka', properties],
    env: {},
    logFile,
    isReady: isStarted,
  })
}

/** As the image makes its server.properties of the environment: `_` is a dot, `__` is `_`, `___` is `-`. */
function settingsOf(environment: Readonly<Record<string, string>>): Record<string, string> {
  const own = /^KAFKA_(?!(?:HEAP_|LOG4J_|JMX_)?OPTS$)(.+)$/
  const marks: Readonly<Record<string, string>> = { _: '.', __: '_', ___: '-' }
  return Object.fromEntries(
    Object.entries(environment).flatMap(([variable, value]) => {
      const rest = own.exec(variable)?.[1]
      if (rest === undefined) return []
      return [[rest.toLowerCase().replaceAll(/_{1,3}/g, (line) => marks[line]!), value]]
    }),
  )
}
