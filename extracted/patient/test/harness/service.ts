import type { Pool } from 'pg'
import { createPool } from '../../src/database/pool.ts'
import type { Log } from '../../src/log.ts'
import { listen } from '../../src/server.ts'
import { createService } from '../../src/service.ts'
import { jwtSecret } from './tokens.ts'

export const silent: Log = { info() {}, error() {} }

/** The service in this process, on a port of its own. */
export interface Service extends AsyncDisposable {
  readonly url: string
  readonly pool: Pool
}

export async function startService(databaseUrl: string): Promise<Service> {
  const log = silent
  const pool = createPool({ databaseUrl, size: 25, statementTimeoutMs: 10_000, log })
  const clock = () => new Date()
  const server = await listen(createService({ pool, log, clock, jwtSecret }), '127.0.0.1', 0)
  return {
    url: server.url,
    pool,
    async [Symbol.asyncDispose]() {
      await server.close()
      await pool.end()
    },
  }
}
