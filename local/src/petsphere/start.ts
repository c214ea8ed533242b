import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Cluster,
  type ClusterOptions,
  dataFolder,
  runningServer,
  startCluster,
} from '../postgres/cluster.ts'
import { type Stack, startStack } from '../stack/stack.ts'
import { grantToolkit, makeDatabase } from '../system/databases.ts'
import { isFree } from '../system/ports.ts'
import { Supervisor } from '../system/supervisor.ts'
import { proxyPart, workerPart } from '../system/toolkit.ts'
import { databases, type Environment, toolkitEnvironment } from './environment.ts'
import { type InnerPort, keep, type Kept } from './kept.ts'
import { files, monolith, patientService, unleash } from './parts.ts'
import { buildClient, prepareMonolith, preparePatient } from './prepare.ts'
import type { Settings } from './settings.ts'

export interface StartOptions extends Omit<Settings, 'log'> {
  readonly log?: Settings['log']
  /** Another plan than PetSphere's own. */
  readonly plan?: string
  /** What the monolith finds in its environment besides, where its mail goes for example. */
  readonly monolith?: Readonly<Record<string, string>>
  /** Tells a person how it goes. */
  say(line: string): void
  /** Settings of the database servers. */
  readonly postgres?: ClusterOptions['settings']
  /** How long a part that dies again and again stays away at most. */
  readonly longestPauseMs?: number
  /** Where it says that Kafka, Connect or Redis run elsewhere, those are used. */
  readonly elsewhere?: Readonly<Record<string, string | undefined>>
}

/** PetSphere behind the proxy, everything running. */
export interface PetSphere extends AsyncDisposable {
  /** Of the proxy: what clients use. */
  readonly url: string
  readonly adminUrl: string
  readonly kept: Kept
  /** What is written into `strangler.env`. */
  readonly environment: Environment
  readonly supervisor: Supervisor
}

const clusters = {
  'legacy database': 'legacyDatabase',
  'patient database': 'patientDatabase',
  'control database': 'controlDatabase',
} as const satisfies Record<string, InnerPort>

/** Starts everything, or what of it is missing in the data folder. Resolves when requests are answered. */
export async function startPetSphere(options: StartOptions): Promise<PetSphere> {
  const { dataDir, port, adminPort, say, longestPauseMs } = options
  await needPort('PORT', port)
  await needPort('ADMIN_PORT', adminPort)
  makeFolder(dataDir)
  await Promise.all(Object.keys(clusters).map((name) => untilReleased(folderOf(dataDir, name))))
  const kept = await keep(dataDir)
  const supervisor = new Supervisor({
    say,
    ...(longestPauseMs !== undefined && { longestPauseMs }),
  })
  try {
    const [[legacy, patient, control], stack] = await all([
      startClusters(options, kept, supervisor),
      options.log === 'debezium' ? startKafka(options, supervisor) : undefined,
    ])
    say('databases are up')
    const environment = toolkitEnvironment(kept, stack)
    const password = kept.password
    const urls = {
      legacy: await makeDatabase(legacy!, { ...databases.legacy, password }),
      patient: await makeDatabase(patient!, { ...databases.patient, password }),
      control: await makeDatabase(control!, {
        database: 'strangler',
        owner: 'strangler',
        password,
      }),
      unleash: await makeDatabase(control!, { database: 'unleash', owner: 'unleash', password }),
    }
    const { owner } = databases.legacy
    const extensions = ['btree_gist']
    await grantToolkit(legacy!, databases.legacy.database, {
      owners: [owner],
      password,
      extensions,
    })
    const owners = [databases.patient.owner]
    await grantToolkit(patient!, databases.patient.database, { owners, password })

    const toolkit = { plan: options.plan ?? files.plan, environment, dataDir }
    const env = options.monolith ?? {}
    const part = (databaseUrl: string) => ({ kept, dataDir, databaseUrl })
    await all([
      supervisor.start(unleash(part(urls.unleash))).then(() => say('Unleash is up')),
      Promise.all([prepareMonolith(urls.legacy, options.size, { env, say }), buildClient()])
        .then(() => supervisor.start(monolith({ ...part(urls.legacy), env })))
        .then(() => say('the monolith is up')),
      preparePatient(urls.patient)
        .then(() => supervisor.start(patientService(part(urls.patient))))
        .then(() => say('the patient service is up')),
      supervisor.start(workerPart(toolkit)).then(() => say('the worker is up')),
    ])
    await supervisor.start(proxyPart(toolkit, { port, adminPort }))
    say('the proxy is up')
    writeEnvironment(join(dataDir, 'strangler.env'), environment)
    return {
      url: `http://127.0.0.1:${port}`,
      adminUrl: `http://127.0.0.1:${adminPort}`,
      kept,
      environment,
      supervisor,
      [Symbol.asyncDispose]: () => supervisor[Symbol.asyncDispose](),
    }
  } catch (error) {
    await supervisor[Symbol.asyncDispose]()
    throw error
  }
}

async function startKafka(
  { dataDir, say, elsewhere = {} }: StartOptions,
  supervisor: Supervisor,
): Promise<Stack> {
  const folder = join(dataDir, 'stack')
  const stack = await startStack({ dataDir: folder, supervisor, say, environment: elsewhere })
  say('Kafka, Connect and Redis are up')
  return stack
}

function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true })
  } catch (cause) {
    const { message } = cause as Error
    throw new Error(`DATA_DIR cannot be used: ${message}. Choose another folder.`, { cause })
  }
}

function folderOf(dataDir: string, cluster: string): string {
  return dataFolder(join(dataDir, cluster.replace(' ', '-')))
}

async function needPort(name: string, port: number): Promise<void> {
  if (await isFree(port)) return
  throw new Error(
    `Port ${port} is taken by another program. Stop that one, or choose another port with ${name}, for example ${name}=${port + 1000} npm start.`,
  )
}

function startClusters(
  { dataDir, postgres }: StartOptions,
  { ports, password }: Kept,
  supervisor: Supervisor,
): Promise<Cluster[]> {
  return all(
    Object.entries(clusters).map(async ([name, portName]) => {
      const dir = folderOf(dataDir, name)
      let cluster: Cluster | undefined
      const start = async () => {
        cluster = await startCluster({
          dir,
          port: ports[portName],
          password,
          ...(postgres && { settings: postgres }),
        })
        return cluster
      }
      await supervisor.start({ name, start })
      return cluster!
    }),
  )
}

/** A server of an earlier start that was killed may need a moment to end. */
async function untilReleased(dir: string): Promise<void> {
  const pid = runningServer(dir)
  if (pid === undefined) return
  const until = performance.now() + 10_000
  while (isAlive(pid)) {
    if (performance.now() > until) {
      throw new Error(
        `Another start uses the data in ${dir} (process ${pid}). Stop it, or choose another folder with DATA_DIR.`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Waits for all, also when one fails, so that nothing starts after the failure was dealt with. */
async function all<const Work extends readonly unknown[]>(
  work: Work,
): Promise<{ -readonly [At in keyof Work]: Awaited<Work[At]> }> {
  await Promise.allSettled(work)
  return Promise.all(work)
}

function writeEnvironment(file: string, environment: Environment): void {
  const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`)
  writeFileSync(file, lines.join(''), { mode: 0o600 })
  chmodSync(file, 0o600)
}
