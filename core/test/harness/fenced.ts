import type { TestDatabase, TestPostgres } from '../../../local/src/testing/index.ts'
import { provisionDatabase } from '../../src/database/index.ts'
import { createFence, type FenceScope, type Patience } from '../../src/fence/index.ts'
import { parseTableName, type TableName } from '../../src/plan/index.ts'

export const patient: Patience = { budgetMs: 10_000 }

/** A database with tables that a slice's fence stands before. */
export interface FencedDatabase extends TestDatabase {
  readonly scope: FenceScope
}

/** Makes the tables and their fence, open at epoch 1 unless it is said otherwise. */
export async function createFenced(
  postgres: TestPostgres,
  sql: string,
  tables: readonly string[],
  first = { epoch: 1, fenced: false },
): Promise<FencedDatabase> {
  const database = await postgres.createDatabase(sql)
  const scope = scopeOf(tables)
  await provisionDatabase(database.coordinator, database.roles, scope.tables)
  await createFence(database.coordinator, scope, first, patient)
  return { ...database, scope }
}

export function scopeOf(tables: readonly string[], slice = 'patients'): FenceScope {
  return {
    slice,
    tables: tables.map(tableNamed),
    applier: 'strangler_applier',
    owner: 'service "patient"',
  }
}

export function tableNamed(text: string): TableName {
  return parseTableName(text)!
}

/** Whether a coordinator's session waits for a lock right now. */
export async function coordinatorWaits({ superuser }: TestDatabase): Promise<boolean> {
  const { rows } = await superuser.query<{ waits: boolean }>(
    `select exists(
       select from pg_stat_activity
       where datname = current_database() and usename = 'strangler_coordinator' and wait_event_type = 'Lock'
     ) as waits`,
  )
  return rows[0]!.waits
}

/** The SQLSTATE that a statement fails with, or undefined if it does not. */
export async function sqlState(result: Promise<unknown>): Promise<string | undefined> {
  try {
    await result
    return undefined
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}
