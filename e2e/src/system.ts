import { execFile } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  disposable,
  files,
  freePort,
  type PetSphere,
  proxyPart,
  startPetSphere,
} from '@strangler/local'
import pg from 'pg'

/** How a run of the command line ended. */
export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** All of PetSphere behind the proxy, with a folder of its own that goes with it. */
export interface System extends AsyncDisposable {
  /** What clients use. */
  readonly url: string
  /** The monolith itself, past the proxy. */
  readonly monolithUrl: string
  readonly parts: PetSphere
  readonly dataDir: string
  /** The databases, as their superuser. */
  readonly legacy: pg.Pool
  readonly patient: pg.Pool
  readonly control: pg.Pool
  /** The connection strings of the roles that the monolith and the service write with. */
  readonly monolithDatabaseUrl: string
  readonly serviceDatabaseUrl: string
  /** What the parts' keeper said so far. */
  readonly said: readonly string[]
  /** Starts one more proxy beside the first. */
  startProxy(name: string): Promise<Pick<PetSphere, 'url' | 'adminUrl'>>
  /** Runs the command line, and fails with all that it printed unless it succeeds. */
  strangler(...args: string[]): Promise<CommandResult>
  /** Runs the command line, whatever comes of it. */
  tryStrangler(...args: string[]): Promise<CommandResult>
}

const cli = fileURLToPath(new URL('../../cli/bin/strangler.js', import.meta.url))

/** What a run leaves behind for whoever looks for the reason of a failure. */
export const artifacts = fileURLToPath(new URL('../artifacts', import.meta.url))

export interface SystemOptions {
  /** Names the folder of the logs among the artifacts. */
  readonly name: string
  /** What streams are read from. Kafka, Connect and Redis are then the system's own. */
  readonly log?: 'pgoutput' | 'debezium'
  /** But for those that run elsewhere, in variables such as `KAFKA_BROKERS`. */
  readonly elsewhere?: Readonly<Record<string, string>>
  /** Another plan than PetSphere's own. */
  readonly plan?: string
  /** What the monolith finds in its environment besides. */
  readonly monolith?: Readonly<Record<string, string>>
  /** A part that dies again and again is started again after this at the latest. */
  readonly longestPauseMs?: number
}

/** Passwords are hashed with little work, which has nothing to do with what is tested. */
export const quickly = { BCRYPT_COST: '4' }

export async function startSystem({ name, ...options }: SystemOptions): Promise<System> {
  await using opened = new AsyncDisposableStack()
  const dataDir = mkdtempSync(join(tmpdir(), 'strangler-e2e-'))
  opened.defer(() => rmSync(dataDir, { recursive: true, force: true }))
  opened.defer(() => {
    for (const logs of ['logs', 'stack/logs'].map((path) => join(dataDir, path))) {
      if (!existsSync(logs)) continue
      cpSync(logs, join(artifacts, 'logs', name), { recursive: true, force: true })
    }
  })
  chmodSync(dataDir, 0o755) // The database servers may run as another user.
  const said: string[] = []
  const parts = await startPetSphere({
    port: await freePort(),
    adminPort: await freePort(),
    dataDir,
    size: 'small',
    postgres: disposable,
    say: (line) => said.push(line),
    ...options,
    monolith: { ...quickly, ...options.monolith },
  })
  opened.use(parts)
  const { kept } = parts
  const pool = (port: number, database: string) => {
    const url = `postgres://postgres:${kept.password}@127.0.0.1:${port}/${database}`
    const made = new pg.Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 2000 })
    made.on('error', () => {}) // Its server was killed; the next query connects again.
    return opened.adopt(made, (used) => used.end())
  }
  const tryStrangler = (...args: string[]) => run(args, parts.environment)
  const system = {
    url: parts.url,
    monolithUrl: parts.environment['LEGACY_URL']!,
    parts,
    dataDir,
    said,
    legacy: pool(kept.ports.legacyDatabase, 'petsphere'),
    patient: pool(kept.ports.patientDatabase, 'patient'),
    control: pool(kept.ports.controlDatabase, 'strangler'),
    serviceDatabaseUrl: `postgres://patient:${kept.password}@127.0.0.1:${kept.ports.patientDatabase}/patient`,
    monolithDatabaseUrl: `postgres://petsphere:${kept.password}@127.0.0.1:${kept.ports.legacyDatabase}/petsphere`,
    tryStrangler,
    async startProxy(name: string) {
      const { environment, supervisor } = parts
      const ports = { port: await freePort(), adminPort: await freePort() }
      const toolkit = { plan: options.plan ?? files.plan, environment, dataDir }
      await supervisor.start(proxyPart(toolkit, { ...ports, name }))
      return {
        url: `http://127.0.0.1:${ports.port}`,
        adminUrl: `http://127.0.0.1:${ports.adminPort}`,
      }
    },
    async strangler(...args: string[]) {
      const result = await tryStrangler(...args)
      if (result.code === 0) return result
      const { code, stdout, stderr } = result
      throw new Error(`strangler ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`)
    },
  }
  const closing = opened.move()
  return { ...system, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}

function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const { promise, resolve } = Promise.withResolvers<CommandResult>()
  const env = { PATH: process.env['PATH'], ...environment }
  execFile(process.execPath, [cli, ...args], { env }, (error, stdout, stderr) => {
    const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0
    resolve({ code, stdout, stderr })
  })
  return promise
}
