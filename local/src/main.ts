import { relative } from 'node:path'
import pc from 'picocolors'
import { readSettings } from './petsphere/settings.ts'
import { type PetSphere, startPetSphere } from './petsphere/start.ts'

const parent = process.ppid
const startedAt = performance.now()
const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`.padStart(7)
let isReady = false
const say = (line: string) =>
  console.log(
    isReady ? `${new Date().toISOString().slice(11, 19)} ${line}` : `${pc.dim(seconds())}  ${line}`,
  )

const stopping = Promise.withResolvers<string>()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => stopping.resolve(signal))
setInterval(() => {
  if (process.ppid !== parent) stopping.resolve('its parent has ended')
}, 500).unref()

try {
  const settings = readSettings(process.env, process.argv.slice(2))
  console.log('PetSphere, its first service, and what moves the one to the other:')
  const starting = startPetSphere({ ...settings, say, elsewhere: process.env })
  const first = await Promise.race([starting, stopping.promise])
  if (typeof first === 'string') console.log('\nStopping as soon as what has begun has started.')
  await using petSphere = await starting
  if (typeof first !== 'string') {
    console.log(introduce(petSphere, settings.dataDir))
    console.log(pc.green(`ready: ${petSphere.url}`))
    isReady = true
    await stopping.promise
    say('stopping')
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
process.exit()

function introduce({ url, adminUrl, environment }: PetSphere, dataDir: string): string {
  const short = relative(process.cwd(), dataDir)
  const folder = short === '' || short.startsWith('..') ? dataDir : short
  return `
  PetSphere   ${url}   reception@petsphere.test, password petsphere-demo
  metrics     ${adminUrl}/metrics
  Unleash     ${environment['UNLEASH_URL']}   admin, password in ${folder}/local.json
${streams(environment)}  logs, data  ${folder}

  In a second terminal:  npx strangler status
  Ctrl-C stops everything; the data stays in ${folder}.
`
}

function streams({ CHANGE_LOG, KAFKA_BROKERS, CONNECT_URL }: PetSphere['environment']): string {
  if (CHANGE_LOG === 'pgoutput') return ''
  return `  Kafka       ${KAFKA_BROKERS}, Connect ${CONNECT_URL}/connectors\n`
}
