import type { TestPostgres } from '@strangler/local/testing'
import pg from 'pg'
import { until } from './until.ts'

/** Removes what a contender left in a server, so that the next one finds it as the first did. */
export async function cleanServer(server: TestPostgres, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.url('postgres') })
  await client.connect()
  try {
    // Slots belong to the server, not to a database; whoever used them may need a moment to end.
    await until('all slots are dropped', async () => {
      await client.query(
        'select pg_drop_replication_slot(slot_name) from pg_replication_slots where not active',
      )
      const { rowCount } = await client.query('select from pg_replication_slots')
      return rowCount === 0
    })
    await client.query(`drop database ${pg.escapeIdentifier(database)} with (force)`)
  } finally {
    await client.end()
  }
}
