import { setTimeout as delay } from 'node:timers/promises'
import { exactText } from '@strangler/core'
import pg from 'pg'

/** A replication origin belongs to one session; a predecessor may still have it. */
export const objectInUse = '55006'

/** What marks the writes of a stream's applier. */
export function originName(stream: string): string {
  return `strangler:${stream}`
}

/**
 * Opens a session that applies a stream: its writes are marked with the stream's origin, so that no log
 * brings them back, and fire no triggers but the fence's. A predecessor's session is ended.
 *
 * @param name the stream's, unique in the target's server.
 */
export async function openApplierSession(url: string, name: string): Promise<pg.Client> {
  const application = `strangler apply ${name}`
  const client = new pg.Client({
    connectionString: url,
    application_name: application,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    options: `${exactText} -c idle_in_transaction_session_timeout=20000 -c lock_timeout=5000 -c tcp_user_timeout=10000 -c tcp_keepalives_idle=5`,
  })
  client.on('error', () => {}) // The statement that runs, or the next one, fails and tells.
  await client.connect()
  try {
    const origin = originName(name)
    await client.query(
      `select pg_replication_origin_create($1) where pg_replication_origin_oid($1) is null`,
      [origin],
    )
    await takeOrigin(client, origin, application)
    await client.query('set session_replication_role = replica')
    return client
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}

async function takeOrigin(client: pg.Client, origin: string, application: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await client.query('select pg_replication_origin_session_setup($1)', [origin])
      return
    } catch (error) {
      if ((error as { code?: string }).code !== objectInUse || attempt === 20) throw error
      await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = $1 and usename = current_user and pid <> pg_backend_pid()`,
        [application],
      )
      await delay(50)
    }
  }
}
