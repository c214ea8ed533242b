import { fileURLToPath } from 'node:url'
import { dataFolder, disposable, freePort, type Part, startCluster } from '@strangler/local'
import { forward } from '../addresses.ts'
import type { Placed, Runner } from '../placed.ts'

/** What Postgres takes for what nobody sets, and {@link startCluster} would set otherwise. */
const postgresDefaults = {
  wal_level: 'replica',
  max_wal_senders: '10',
  max_replication_slots: '10',
  max_connections: '100',
  track_commit_timestamp: 'off',
}

const pgIsReady = fileURLToPath(new URL('../programs/pg_isready.mjs', import.meta.url))

export const postgresRunner: Runner = {
  part,
  programs: async (name) => (name === 'pg_isready' ? ['node', pgIsReady] : undefined),
}

/** The embedded server, with the settings of the file's command, reached at the service's address. */
async function part({
  name,
  address,
  command,
  environment,
  volumes,
  opened,
}: Placed): Promise<Part> {
  const port = await freePort()
  opened.use(await forward({ host: address, port: 5432 }, { host: '127.0.0.1', port }))
  const settings = { ...postgresDefaults, ...disposable, ...settingsOf(command) }
  const dir = dataFolder(volumes['/var/lib/postgresql/data']!)
  const password = environment['POSTGRES_PASSWORD']!
  return { name, start: () => startCluster({ dir, port, password, settings }) }
}

function settingsOf([executable, ...options]: readonly string[]): Record<string, string> {
  if (executable !== 'postgres') throw new Error(`${executable} is no server of Postgres.`)
  return Object.fromEntries(
    options
      .filter((option) => option !== '-c')
      .map((option) => option.split('=', 2) as [string, string]),
  )
}
