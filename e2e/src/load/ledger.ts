export type Table = 'species' | 'owners' | 'pets' | 'vaccinations' | 'attachments'

export type Value = string | null

export type Fields = Readonly<Record<string, Value>>

/** A row that somebody wrote, found again in a database by a text that no other row has. */
export interface LedgerRow {
  readonly table: Table
  readonly tag: string
  /** What requests call it. */
  key: string
  /** `unsure`: a request that would have made or deleted it was not answered. */
  is: 'there' | 'gone' | 'unsure'
  /** What was last acknowledged, by field; all that may be there if a request was not answered. */
  readonly fields: Map<string, readonly Value[]>
}

/**
 * What was acknowledged to the writers. A row that a request without an answer was about is written no more, so
 * that only its last write is in doubt.
 */
export class Ledger {
  readonly rows: LedgerRow[] = []
  /** Texts of which each was put into an audited field by one write. */
  readonly stamps = new Set<string>()
  readonly unsureStamps = new Set<string>()
  /** Writes that were answered with a success. */
  acknowledged = 0
  /** Writes of which nobody knows. */
  unanswered = 0

  add(table: Table, tag: string, key: string, fields: Fields): LedgerRow {
    const held = Object.entries(fields).map(([name, value]) => [name, [value]] as const)
    const row: LedgerRow = { table, tag, key, is: 'there', fields: new Map(held) }
    this.rows.push(row)
    return row
  }

  /** The row holds these values; or, if nobody knows, these or those it held. */
  set({ fields }: LedgerRow, changed: Fields, isSure: boolean): void {
    for (const [name, value] of Object.entries(changed)) {
      fields.set(name, isSure ? [value] : [...(fields.get(name) ?? []), value])
    }
  }

  /** A key was changed that other rows refer to. */
  follow(table: Table, field: string, from: Value, to: Value, isSure: boolean): void {
    for (const row of this.rows) {
      const held = row.table === table ? row.fields.get(field) : undefined
      if (!held?.includes(from)) continue
      const now = held.flatMap((one) => (one === from ? (isSure ? [to] : [from, to]) : [one]))
      row.fields.set(field, now)
    }
  }

  get({ fields }: LedgerRow, field: string): Value {
    return fields.get(field)?.[0] ?? null
  }
}
