import type { Client } from './client.ts'
import type { Role, User } from './session.ts'

/** A user as administrators see one. */
export interface Account extends User {
  readonly active: boolean
  readonly createdAt: string
}

export interface AccountPage {
  readonly users: readonly Account[]
  readonly page: number
  readonly pages: number
}

/** All of them, whatever pages they are on. */
export async function accountsOf(
  client: Client,
  which: { readonly clinicId: number; readonly role?: Role },
): Promise<readonly Account[]> {
  const accounts: Account[] = []
  for (let page = 1, pages = 1; page <= pages; page++) {
    const part: AccountPage = await client.get('/users', { ...which, page })
    accounts.push(...part.users)
    pages = part.pages
  }
  return accounts
}

export interface AuditEntry {
  readonly id: string
  /** In UTC, as 22/11/2024 19:48:34. */
  readonly at: string
  readonly actor: string | null
  readonly table: string
  readonly key: string
  readonly action: 'insert' | 'update' | 'delete'
  /** The row by column; of an update what changed, each with `from` and `to`. */
  readonly change: Readonly<Record<string, unknown>>
}

interface AuditPart {
  readonly entries: readonly AuditEntry[]
  readonly more: boolean
}

export interface AuditQuery {
  readonly table: string
  readonly key: string
  readonly actor: string
}

/** The first so many pages of the log, newest first. */
export async function listAudit(
  client: Client,
  query: AuditQuery,
  pages: number,
): Promise<AuditPart> {
  const entries: AuditEntry[] = []
  let more = true
  for (let page = 0; page < pages && more; page++) {
    const before = entries.at(-1)?.id
    const part: AuditPart = await client.get('/audit', { ...query, before })
    entries.push(...part.entries)
    more = part.more
  }
  return { entries, more }
}
