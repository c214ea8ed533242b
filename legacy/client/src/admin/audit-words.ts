import type { AuditEntry } from '../api/admin.ts'

/** One value that changed: what it was and what it is, as texts; null where there is none. */
export interface Change {
  readonly column: string
  readonly from: string | null
  readonly to: string | null
}

export const actionNames: Readonly<Record<AuditEntry['action'], string>> = {
  insert: 'Added',
  update: 'Changed',
  delete: 'Deleted',
}

/** What an entry says, column by column. Columns without a value, of a whole row, are left out. */
export function changesOf({ action, change }: Pick<AuditEntry, 'action' | 'change'>): Change[] {
  return Object.entries(change).flatMap(([column, value]): Change[] => {
    if (action === 'update') {
      const { from, to } = isPair(value) ? value : { from: undefined, to: value }
      return [{ column, from: inWords(from), to: inWords(to) }]
    }
    const text = inWords(value)
    if (text === null) return []
    return [
      { column, from: action === 'delete' ? text : null, to: action === 'delete' ? null : text },
    ]
  })
}

function isPair(value: unknown): value is { from: unknown; to: unknown } {
  return typeof value === 'object' && value !== null && 'from' in value && 'to' in value
}

function inWords(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** `last_vaccinated_on` is "last vaccinated on". */
export const columnInWords = (column: string) => column.replaceAll('_', ' ')

/** Where an entry's thing can be looked at, if it has a page and still exists. */
export function pageOf({ table, key, action }: AuditEntry): string | null {
  if (action === 'delete') return null
  if (table === 'pets') return `/patients/${key}`
  return table === 'owners' ? `/owners/${key}` : null
}
