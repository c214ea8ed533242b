import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  answersAt,
  type Cluster,
  dataFolder,
  databaseUrls,
  disposable,
  freePort,
  grantToolkit,
  logFile,
  makeDatabase,
  program,
  proxyPart,
  startCluster,
  Supervisor,
  workerPart,
} from '@strangler/local'
import { setUpDepot } from './monolith/setup.ts'
import { setUpService } from './service/setup.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Parcel Depot behind the proxy, everything running. */
export interface DepotSystem extends AsyncDisposable {
  /** Of the proxy: what clients use. */
  readonly url: string
  readonly adminUrl: string
  readonly monolithUrl: string
  readonly plan: string
  /** What the command line needs to know. */
  readonly environment: Readonly<Record<string, string>>
  /** The applications' own connection strings, which own the tables. */
  readonly databases: { readonly depot: string; readonly parcel: string }
}

export interface DepotSystemOptions {
  /** A folder of its own, empty. */
  readonly dataDir: string
  /** Which log the streams are read from, and where that is, as the plan's variables say it. */
  readonly log?: Readonly<Record<string, string>>
  say(line: string): void
}

/**
 * Starts two database servers and a third one for the control store, the depot, its parcel service, a worker
 * and a proxy, with nothing but the toolkit's general parts.
 */
export async function startDepotSystem({
  dataDir,
  log = {},
  say,
}: DepotSystemOptions): Promise<DepotSystem> {
  const password = randomBytes(16).toString('hex')
  await using opened = new AsyncDisposableStack()
  const supervisor = opened.use(new Supervisor({ say }))

  const cluster = async (name: string): Promise<Cluster> => {
    const options = { dir: dataFolder(join(dataDir, name)), port: await freePort(), password }
    let running: Cluster | undefined
    const start = async () => (running = await startCluster({ ...options, settings: disposable }))
    await supervisor.start({ name: `${name} database`, start })
    return running!
  }
  const database = async (on: Cluster, name: string) => {
    const url = await makeDatabase(on, { database: name, owner: name, password })
    await grantToolkit(on, name, { owners: [name], password })
    return url
  }
  const [legacy, service, control] = await Promise.all(['legacy', 'parcel', 'control'].map(cluster))
  const databases = {
    depot: await database(legacy!, 'depot'),
    parcel: await database(service!, 'parcel'),
  }
  const controlUrl = await makeDatabase(control!, {
    database: 'strangler',
    owner: 'strangler',
    password,
  })
  await Promise.all([setUpDepot(databases.depot), setUpService(databases.parcel)])

  const ports = {
    monolith: await freePort(),
    parcel: await freePort(),
    proxy: await freePort(),
    admin: await freePort(),
  }
  const at = (port: number) => `http://127.0.0.1:${port}`
  const application = (name: string, port: number, env: Readonly<Record<string, string>>) =>
    program({
      name,
      command: [here(`${name}/main.ts`)],
      env: { PORT: String(port), ...env },
      logFile: logFile(dataDir, name),
      isReady: answersAt(`${at(port)}/health`),
    })
  const environment = {
    LEGACY_URL: at(ports.monolith),
    ...databaseUrls('LEGACY', legacy!.port, 'depot', password),
    PARCEL_URL: at(ports.parcel),
    ...databaseUrls('PARCEL', service!.port, 'parcel', password),
    CONTROL_URL: controlUrl,
    ...log,
    ADMIN_TOKEN: randomBytes(16).toString('hex'),
  }
  const plan = here('migration.plan.ts')
  const toolkit = { plan, environment, dataDir }
  await Promise.all([
    supervisor.start(application('monolith', ports.monolith, { DATABASE_URL: databases.depot })),
    supervisor.start(
      application('service', ports.parcel, {
        DATABASE_URL: databases.parcel,
        MONOLITH_URL: at(ports.monolith),
      }),
    ),
    supervisor.start(workerPart(toolkit)),
  ])
  await supervisor.start(proxyPart(toolkit, { port: ports.proxy, adminPort: ports.admin }))
  const closing = opened.move()
  return {
    url: at(ports.proxy),
    adminUrl: at(ports.admin),
    monolithUrl: at(ports.monolith),
    plan,
    environment,
    databases,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}
