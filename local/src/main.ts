import { relative } from 'node:path'
import pc from 'picocolors'
import { readSettings } from './petsphere/settings.ts'
import { startPetSphere } from './petsphere/start.ts'

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
  const settings = readSettings(process.env)
  console.log('PetSphere, its first service, and what moves the one to the other:')
  const starting = startPetSphere({ ...settings, say })
  const first = await Promise.race([starting, stopping.promise])
  if (typeof first === 'string') console.log('\nStopping as soon as what has begun has started.')
  await using petSphere = await starting
  if (typeof first !== 'string') {
    console.log(introduce(petSphere.url, petSphere.adminUrl, petSphere.environment['UNLEASH_URL']!))
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

function introduce(url: string, adminUrl: string, unleashUrl: string): string {
  const { dataDir } = readSettings(process.env)
  const short = relative(process.cwd(), dataDir)
  const folder = short === '' || short.startsWith('..') ? dataDir : short
  return `
  PetSphere   ${url}   reception@petsphere.test, password petsphere-demo
  metrics     ${adminUrl}/metrics
  Unleash     ${unleashUrl}   admin, password in ${folder}/local.json
  logs, data  ${folder}

  In a second terminal:  npx strangler status
  Ctrl-C stops everything; the data stays in ${folder}.
`
}
