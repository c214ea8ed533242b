import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { CoreError } from '../errors.ts'

const folder = join(import.meta.dirname, 'sql')

/** The schema of the control store's tables, in its own database. */
export const controlSchema = 'strangler_control'

/**
 * Brings the control store's schema up to date. Processes that start together wait for one another.
 *
 * @throws CoreError CONTROL_STORE_TOO_NEW when a newer version of the toolkit was here.
 */
export async function migrateControlStore(pool: pg.Pool): Promise<void> {
  const files = readdirSync(folder).sort()
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query(`select pg_advisory_xact_lock(hashtext('${controlSchema}'))`)
    await client.query(`create schema if not exists ${controlSchema}`)
    await client.query(`set local search_path to ${controlSchema}`)
    await client.query('create table if not exists migration (file text primary key)')
    const { rows } = await client.query<{ file: string }>('select file from migration')
    const applied = new Set(rows.map(({ file }) => file))
    const unknown = [...applied].filter((file) => !files.includes(file))
    if (unknown.length > 0) {
      const message = `The control store has ${unknown.join(', ')}, which this version does not know. Use the version that wrote it, or a later one.`
      throw new CoreError('CONTROL_STORE_TOO_NEW', message, { unknown })
    }
    for (const file of files.filter((name) => !applied.has(name))) {
      await client.query(readFileSync(join(folder, file), 'utf8'))
      await client.query('insert into migration values ($1)', [file])
    }
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}
