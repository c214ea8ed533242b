import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { type Account, reachableByOthers, serverAccount } from './account.ts'
import { openFolder, postgresBinaries } from './binaries.ts'

export interface ClusterOptions {
  /** Data folder; made by initdb when it does not hold a cluster yet. */
  readonly dir: string
  readonly port: number
  /** The superuser's password. It is set when the cluster is made and must stay the same afterwards. */
  readonly password: string
  /** Settings of postgresql.conf, over {@link defaults}. */
  readonly settings?: Readonly<Record<string, string>>
  /** Gets the server's log, a line at a time. */
  readonly onLog?: (line: string) => void
}

export interface Cluster {
  readonly port: number
  readonly process: ChildProcess
  /** The superuser's connection string for one of the cluster's databases. */
  url(database: string): string
  /** Ends all sessions and stops the server; resolves when it has exited. */
  stop(): Promise<void>
}

const defaults = {
  wal_level: 'logical',
  max_wal_senders: '32',
  max_replication_slots: '32',
  max_connections: '200',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  track_commit_timestamp: 'on',
  log_min_messages: 'warning',
  lc_messages: 'C',
  timezone: 'UTC',
}

/** Settings for clusters that need not survive a power cut: a killed process still loses nothing. */
export const disposable = { fsync: 'off', full_page_writes: 'off', max_wal_size: '512MB' }

/**
 * Starts a Postgres server on loopback and resolves once it takes connections.
 *
 * @throws when initdb or the server fails, with what it printed.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const account = serverAccount()
  const { initdb, postgres } = postgresBinaries(account !== undefined)
  if (!existsSync(join(options.dir, 'PG_VERSION'))) {
    await makeCluster(initdb, options, account)
  }
  const settings = Object.entries({ ...defaults, ...options.settings, port: String(options.port) })
  const server = spawn(
    postgres,
    ['-D', options.dir, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      ...account,
    },
  )
  const recent: string[] = []
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter(Boolean)) {
      recent.push(line)
      if (recent.length > 20) recent.shift()
      options.onLog?.(line)
    }
  })
  const url = (database: string) =>
    `postgres://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${options.port}/${database}`
  try {
    await untilReady(server, url('postgres'), recent)
  } catch (error) {
    await stop(server)
    throw wrongPassword.has((error as { code?: string }).code ?? '')
      ? new Error(
          `The data in ${options.dir} was made with another password than the one that is known now. Put back the file that held it, or remove that folder to start anew without its data.`,
          { cause: error },
        )
      : error
  }
  return { port: options.port, process: server, url, stop: () => stop(server) }
}

/**
 * Where a cluster's data can lie: `dir` itself, or, for root in a folder closed to others, a folder of its
 * own in the open. The same for the same `dir`, before there is a cluster and after: a cluster's own folder
 * is always closed, so it is not asked.
 */
export function dataFolder(dir: string): string {
  const parent = dirname(dir)
  mkdirSync(parent, { recursive: true })
  if (!serverAccount() || reachableByOthers(parent)) return dir
  return join(openFolder, `strangler-data${dir.replaceAll('/', '-')}`)
}

/** Makes a cluster beside its folder and moves it there: what is broken off never passes for a cluster. */
async function makeCluster(initdb: string, options: ClusterOptions, account?: Account) {
  const half = `${options.dir}.new`
  rmSync(half, { recursive: true, force: true })
  mkdirSync(half, { recursive: true })
  const passwordFile = join(tmpdir(), `strangler-initdb-${process.pid}-${options.port}`)
  writeFileSync(passwordFile, options.password, { mode: 0o600 })
  chmodSync(half, 0o700)
  if (account) {
    chownSync(half, account.uid, account.gid)
    chownSync(passwordFile, account.uid, account.gid)
  }
  try {
    await promisify(execFile)(
      initdb,
      [
        `--pgdata=${half}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--no-sync',
        '--no-instructions',
      ],
      { env: { PATH: process.env['PATH'], LC_ALL: 'C' }, ...account },
    )
    renameSync(half, options.dir)
  } catch (cause) {
    rmSync(half, { recursive: true, force: true })
    const { stderr = '', message } = cause as { stderr?: string; message: string }
    const why = stderr.trim() || message
    throw new Error(`Postgres could not make its data in ${options.dir}: ${why}`, { cause })
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

const wrongPassword = new Set(['28P01', '28000'])

async function untilReady(server: ChildProcess, url: string, recent: readonly string[]) {
  for (;;) {
    if (server.exitCode !== null || server.signalCode !== null) {
      throw new Error(`Postgres did not start:\n${recent.join('\n')}`)
    }
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
    client.on('error', () => {})
    try {
      await client.connect()
      return
    } catch (error) {
      if (wrongPassword.has((error as { code?: string }).code ?? '')) throw error
      await delay(50)
    } finally {
      await client.end().catch(() => {})
    }
  }
}

async function stop(server: ChildProcess) {
  if (server.exitCode !== null || server.signalCode !== null) return
  const exited = once(server, 'exit')
  server.kill('SIGINT')
  await exited
}

/** The id of the server process that a data folder belongs to, if one claims it. */
export function runningServer(dir: string): number | undefined {
  const file = join(dir, 'postmaster.pid')
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n', 1)[0]) : undefined
}
