import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  answersAt,
  buildClient,
  disposable,
  files,
  freePort,
  logFile,
  prepareMonolith,
  program,
  startCluster,
  Supervisor,
} from '@strangler/local'
import pg from 'pg'
import { quickly } from './system.ts'

/** The monolith alone, with data around today and the client that it serves. */
export interface Clinic extends AsyncDisposable {
  readonly url: string
  /** Its database, as the superuser. */
  readonly pool: pg.Pool
}

export async function startClinic(): Promise<Clinic> {
  await using opened = new AsyncDisposableStack()
  const dir = mkdtempSync(join(tmpdir(), 'clinic-'))
  opened.defer(() => rmSync(dir, { recursive: true, force: true }))
  chmodSync(dir, 0o755) // The database server may run as another user.
  const [port, databasePort] = [await freePort(), await freePort()]
  const cluster = await startCluster({
    dir: join(dir, 'postgres'),
    port: databasePort,
    password: 'clinic',
    settings: disposable,
  })
  opened.defer(() => cluster.stop())
  const databaseUrl = cluster.url('postgres')
  await Promise.all([buildClient(), prepareMonolith(databaseUrl, 'small', { env: quickly })])
  const supervisor = opened.use(new Supervisor({ say: () => {} }))
  const url = `http://127.0.0.1:${port}`
  await supervisor.start(
    program({
      name: 'monolith',
      command: [files.monolith],
      env: {
        DATABASE_URL: databaseUrl,
        JWT_SECRET: 'a secret for the journeys only',
        PORT: String(port),
        NIGHTLY_AT: 'off',
        ...quickly,
      },
      logFile: logFile(dir, 'monolith'),
      isReady: answersAt(`${url}/api/roles`),
    }),
  )
  const pool = opened.adopt(new pg.Pool({ connectionString: databaseUrl, max: 2 }), (used) =>
    used.end(),
  )
  const closing = opened.move()
  return { url, pool, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}
